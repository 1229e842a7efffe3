"""Attempts to keep, and a store on a fresh file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from quiz_bank.progress import Attempt, Store, open_store

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _make(number: int, **changes: Any) -> Attempt:
    record: dict[str, Any] = {
        "id": str(UUID(int=number)),
        "learner": "local",
        "question_id": "losses/gradient",
        "seed": number,
        "at": START + timedelta(days=number),
        "response": "[0.5, −1]",
        "verdict": "correct",
        "score": 1.0,
        "seconds": 20.0,
        "rating": 3,
    }
    return Attempt(**(record | changes))


@pytest.fixture(scope="session")
def make_attempt() -> Callable[..., Attempt]:
    return _make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "progress.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = open_store(path, fuzz=False, timeout=0.05)
    yield store
    store.close()
