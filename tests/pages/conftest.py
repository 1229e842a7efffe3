"""Progress of its own for each test of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pages.ui.progress import store
from quiz_bank.progress import Store


@pytest.fixture
def keep_progress_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Store]]:
    """Makes the pages keep progress in a file, and hands out the store that they use."""

    def use(path: Path) -> Store:
        monkeypatch.setenv("GRADIENT_GYM_DB", str(path))
        store.clear()
        return store()

    yield use
    store().close()
    store.clear()


@pytest.fixture
def progress(keep_progress_in: Callable[[Path], Store], tmp_path: Path) -> Store:
    """The pages' store, on a fresh file."""
    return keep_progress_in(tmp_path / "progress.db")
