"""What the app's files import, read from their source; two test files share it."""

from __future__ import annotations

import ast
import importlib.util
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("engine", "quiz_bank", "pages")
OWN = {*PACKAGES, "app"}


def app_files() -> list[str]:
    """Every Python file of the app, as paths below the root."""
    files = [ROOT / "app.py", *(file for name in PACKAGES for file in (ROOT / name).rglob("*.py"))]
    return sorted(file.relative_to(ROOT).as_posix() for file in files)


@cache
def tree(file: str) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), file)


@cache
def imported(file: str) -> frozenset[str]:
    """Dotted names that a file imports, wherever in it the import stands, in full."""
    package = ".".join(Path(file).parent.parts)
    names = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def roots(names: frozenset[str]) -> set[str]:
    """The top-level packages of dotted names."""
    return {name.partition(".")[0] for name in names}
