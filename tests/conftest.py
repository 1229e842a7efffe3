"""What every test shares: progress goes to a temporary file, never to the developer's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.browser import chromium

settings.register_profile("untimed", deadline=None)  # a busy machine is no mistake
settings.load_profile("untimed")


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if path == chromium.FOLDER and chromium.CHROMIUM is None:
        return chromium.Missing.from_parent(parent, path=path)
    return None


@pytest.fixture(autouse=True, scope="session")
def _own_progress_file(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIENT_GYM_DB", str(tmp_path_factory.mktemp("progress") / "progress.db"))
        yield
