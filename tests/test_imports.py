"""Imports go one way, and what must stay out of the app stays out."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from fnmatch import fnmatch

import pytest

from tests.source_imports import OWN, ROOT, app_files, imported, roots, tree

FILES = app_files()
HEAVY = ("torch", "plotly.express", "scipy", "sympy")
STREAMLIT_FILES = ("app.py", "pages/*.py", "pages/ui/*.py")  # `*` also matches a folder's `/`
STREAMLIT_FREE = ("pages/figures/*.py", "pages/handbook/*.py")
OWN_IMPORTS = {
    "engine/*.py": {"engine"},
    "quiz_bank/*.py": {"engine", "quiz_bank"},
    "pages/*.py": {"engine", "quiz_bank", "pages"},
    "app.py": {"pages"},
}
BANNED_NAMES = {"eval", "exec", "unsafe_allow_html", "use_container_width"}


def below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def names_used(file: str) -> set[str]:
    """Names, attributes and keyword arguments in a file's code; not its words."""
    fields = {ast.Name: "id", ast.Attribute: "attr", ast.keyword: "arg"}
    nodes = (node for node in ast.walk(tree(file)) if type(node) in fields)
    return {getattr(node, fields[type(node)]) for node in nodes}


def test_the_reader_sees_every_package_of_the_app():
    assert {file.partition("/")[0] for file in FILES} == {"app.py", "engine", "quiz_bank", "pages"}
    assert below("streamlit", "streamlit")
    assert not below("streamlit_x", "streamlit")
    assert "streamlit" in imported("pages/ui/frame.py")
    assert "pages.ui.contents" in imported("pages/ui/frame.py")


@pytest.mark.parametrize("file", FILES)
def test_own_packages_import_one_way(file):
    allowed = next(own for pattern, own in OWN_IMPORTS.items() if fnmatch(file, pattern))
    assert roots(imported(file)) & OWN <= allowed


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("engine/")])
def test_the_engine_is_numpy_and_the_standard_library(file):
    assert roots(imported(file)) <= {"numpy", "engine", *sys.stdlib_module_names}


@pytest.mark.parametrize("file", FILES)
def test_streamlit_stays_in_the_page_files(file):
    free = not any(fnmatch(file, p) for p in STREAMLIT_FILES) or any(
        fnmatch(file, p) for p in STREAMLIT_FREE
    )
    if free:
        assert "streamlit" not in roots(imported(file))
        assert not any(below(name, "pages.ui") for name in imported(file))


@pytest.mark.parametrize("file", FILES)
def test_heavy_packages_are_not_imported(file):
    assert not [name for name in imported(file) for heavy in HEAVY if below(name, heavy)]


@pytest.mark.parametrize("file", FILES)
def test_no_code_is_made_from_text_and_no_html_is_injected(file):
    assert not names_used(file) & BANNED_NAMES


VISIT_EVERY_PAGE = """
import sys
from streamlit.testing.v1 import AppTest
from pages.ui.contents import PAGES

app = AppTest.from_file("app.py", default_timeout=60).run()
for slug in PAGES:
    app.switch_page(f"pages/{slug}.py").run()
    assert not app.exception, app.exception
print(*sys.modules, sep="\\n")
"""


def test_running_every_page_loads_no_heavy_package(tmp_path):
    script = tmp_path / "visit.py"
    script.write_text(VISIT_EVERY_PAGE.replace('"app.py"', repr(str(ROOT / "app.py"))))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    assert {"streamlit", "engine", "quiz_bank", "pages.figures"} <= loaded
    assert not loaded & set(HEAVY)
