"""requirements.txt names what the app imports, pinned, and nothing without a use."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions, version

import pytest

from tests.source_imports import OWN, ROOT, app_files, imported, roots

LINE = re.compile(r"(?P<name>[\w.-]+)(?:\[\w+\])?(?P<pin>[<>=!~]=?[^;\s]*)?(?:;\s*(?P<marker>.+))?")
FILES = ("requirements.txt", "requirements-dev.txt")
USED_BY_OTHERS = {"orjson", "uvloop", "authlib", "httpx", "psycopg"}  # by Streamlit and SQLAlchemy


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(file: str) -> dict[str, re.Match[str]]:
    """The requirements of a file by canonical name, comments and `-r` lines aside."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / file).read_text().splitlines())
    found = [LINE.fullmatch(line) for line in lines if line and not line.startswith("-r")]
    assert found
    assert None not in found, f"{file} has a line that is not `name~=version[; marker]`"
    return {canonical(match["name"]): match for match in found if match}


def third_party() -> dict[str, set[str]]:
    """Distributions that may provide each outside package the app imports, by import name."""
    names = set().union(*(roots(imported(file)) for file in app_files()))
    provided = packages_distributions()
    return {
        name: {canonical(distribution) for distribution in provided.get(name, [])}
        for name in names - OWN - sys.stdlib_module_names
    }


def test_every_outside_import_is_a_requirement():
    needed, named = third_party(), requirements("requirements.txt").keys()
    assert {"numpy", "streamlit", "plotly", "pandas", "sqlalchemy", "fsrs"} <= needed.keys()
    assert {name for name, providers in needed.items() if not providers & named} == set()


def test_every_requirement_is_used():
    used = set().union(*third_party().values()) | USED_BY_OTHERS
    assert requirements("requirements.txt").keys() <= used


@pytest.mark.parametrize("file", FILES)
def test_pins_are_compatible_releases(file):
    pins = {name: match["pin"] or "" for name, match in requirements(file).items()}
    assert {
        name: pin for name, pin in pins.items() if not re.fullmatch(r"~=\d+(\.\d+)+", pin)
    } == {}


def test_uvloop_is_left_out_on_windows_and_nothing_else_is_conditional():
    markers = {name: match["marker"] for name, match in requirements("requirements.txt").items()}
    assert markers.pop("uvloop") == 'sys_platform != "win32"'
    assert set(markers.values()) == {None}


def test_torch_is_no_requirement():
    assert not {"torch", "scipy", "sympy"} & set().union(*map(requirements, FILES))


def test_this_environment_has_the_pinned_releases():
    """Otherwise the suite says nothing about what a fresh install gets."""
    for name, match in requirements("requirements.txt").items():
        if match["marker"] and sys.platform == "win32":
            continue
        pinned = [int(part) for part in match["pin"][2:].split(".")]
        installed = [int(part) for part in re.findall(r"\d+", version(name))[: len(pinned)]]
        assert installed[:-1] == pinned[:-1]
        assert installed >= pinned
