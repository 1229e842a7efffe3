"""Attempts to keep, and a store on a fresh place of each kind of database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from quiz_bank.progress import Attempt, Store, open_store
from tests.quiz_bank.progress import postgresql

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


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgresql.Cluster]:
    """A running PostgreSQL; without one its tests are skipped, and in CI fail."""
    programs = postgresql.binaries()
    if programs is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(postgresql.ADVICE)
    with postgresql.running(programs) as cluster:
        yield cluster


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request: pytest.FixtureRequest) -> Path | str:
    """Where nothing is kept yet, on either database; a file that is about files overrides this."""
    if request.param == "SQLite":
        return request.getfixturevalue("path")
    return request.getfixturevalue("cluster").url()


@pytest.fixture
def opened() -> Iterator[Callable[..., Store]]:
    """Like open_store, and what it opens is closed after the test: a server counts connections."""
    stores: list[Store] = []

    def opened(*place: Any, **options: Any) -> Store:
        stores.append(open_store(*place, **options))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


@pytest.fixture
def store(place: Path | str, opened: Callable[..., Store]) -> Store:
    return opened(place, fuzz=False, timeout=0.05)
