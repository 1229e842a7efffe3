"""Progress as one JSON file: to download, to keep, to merge back in. A file is restored whole or
not at all, and restoring never takes anything away."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, NoReturn

from quiz_bank.progress.records import Attempt, CardState
from quiz_bank.progress.store import Store

FORMAT = "gradient-gym-progress"
VERSION = 1
MAX_BYTES = 16_000_000

_FIELDS = tuple(f.name for f in fields(Attempt) if f.name != "learner")


@dataclass(frozen=True)
class RestoreReport:
    """Attempts added, attempts the learner already had, and what went wrong. When nothing was
    added `problem` says why the file was refused; else it is the store's own problem."""

    added: int
    already_there: int
    problem: str | None


class _Refused(Exception):
    """The file cannot be restored; the message says why."""


def export(store: Store, learner: str) -> bytes:
    """The learner's attempts and cards as UTF-8 JSON. It names no learner: it belongs to whoever
    restores it. The cards are for other programs; restoring rebuilds them from the attempts."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": datetime.now(UTC).isoformat(),
        "attempts": [_attempt_out(a) for a in store.attempts(learner)],
        "cards": [_card_out(c) for c in store.cards(learner)],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _attempt_out(attempt: Attempt) -> dict[str, Any]:
    return {name: getattr(attempt, name) for name in _FIELDS} | {"at": attempt.at.isoformat()}


def _card_out(card: CardState) -> dict[str, Any]:
    return vars(card) | {"due": card.due.isoformat()}


def restore(store: Store, learner: str, data: bytes) -> RestoreReport:
    """Merge an exported file into the learner's progress. Never raises; a file with any mistake
    is refused whole, naming the mistake."""
    try:
        attempts = _read(learner, data)
    except _Refused as refusal:
        return RestoreReport(0, 0, f"Nothing was restored: {refusal}.")
    saved = store.add(*attempts)
    return RestoreReport(saved.added, len(attempts) - saved.added, saved.problem)


def _read(learner: str, data: bytes) -> tuple[Attempt, ...]:
    document = _parse(data)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _Refused("the file is not a Gradient Gym backup")
    _check_version(document.get("version"))
    attempts = document.get("attempts")
    if not isinstance(attempts, list) or not isinstance(document.get("cards"), list):
        raise _Refused("the file lacks its list of attempts or of cards")
    return _distinct(_attempt_in(learner, i, entry) for i, entry in enumerate(attempts, start=1))


def _parse(data: bytes) -> object:
    if len(data) > MAX_BYTES:
        raise _Refused(f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        return json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _Refused("the file is not JSON, or part of it is missing") from None


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused(f"the file holds {name}, which is no number")


def _check_version(version: object) -> None:
    if not isinstance(version, int) or isinstance(version, bool):
        raise _Refused("the file does not say which version it is")
    if version > VERSION:
        raise _Refused("the file is of a newer Gradient Gym; update this one, then restore it")
    if version < VERSION:
        raise _Refused("the file is of an older Gradient Gym that can no longer be read")


def _attempt_in(learner: str, position: int, entry: object) -> Attempt:
    if not isinstance(entry, dict) or set(entry) != set(_FIELDS):
        raise _Refused(f"attempt {position} does not have exactly the fields {', '.join(_FIELDS)}")
    try:
        return Attempt(**(entry | {"learner": learner, "at": _moment(entry["at"])}))
    except ValueError as error:
        raise _Refused(f"in attempt {position}, {error}") from None


def _moment(text: object) -> datetime | None:
    """None when unreadable, which the attempt then refuses in its own words."""
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _distinct(attempts: Iterable[Attempt]) -> tuple[Attempt, ...]:
    by_id: dict[str, Attempt] = {}
    for attempt in attempts:
        if by_id.setdefault(attempt.id, attempt) != attempt:
            raise _Refused(f"two different attempts share the id {attempt.id}")
    return tuple(by_id.values())
