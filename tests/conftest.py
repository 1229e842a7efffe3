"""What every test shares: its own progress file, and numbers that no other test has moved on."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from tests.browser import chromium

# a busy machine is no mistake, and what lands must not hang on the luck of one run's examples
settings.register_profile("project", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("project")


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if path == chromium.FOLDER and chromium.CHROMIUM is None:
        return chromium.Missing.from_parent(parent, path=path)
    return None


@pytest.fixture(autouse=True, scope="session")
def _own_progress_file(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIENT_GYM_DB", str(tmp_path_factory.mktemp("progress") / "progress.db"))
        yield


@pytest.fixture(autouse=True, scope="module")
def _module_generators(request):
    """The module's random generators, each with the state that importing it left."""
    generators = [g for g in vars(request.module).values() if isinstance(g, np.random.Generator)]
    return [(g, g.bit_generator.state) for g in generators]


@pytest.fixture(autouse=True)
def _same_numbers_in_any_order(_module_generators):
    """A test draws what it would draw alone, whichever tests ran before it in its process."""
    for generator, state in _module_generators:
        generator.bit_generator.state = state
