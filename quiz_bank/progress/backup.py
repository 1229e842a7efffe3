"""Progress as one JSON file: to download, to keep, to merge back in. A file is restored whole or
not at all, and restoring never takes anything away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, NoReturn

from quiz_bank.progress.records import Attempt, CardState, InterviewEntry, Record
from quiz_bank.progress.store import Store

FORMAT = "gradient-gym-progress"
VERSION = 2
MAX_BYTES = 40_000_000
MAX_RECORDS = 100_000  # 27 answers a day for ten years

_AT_MOST = f"at most {MAX_RECORDS:,} records are restored at once"
_SINCE_2 = ("way", "confidence", "undoes")
_ATTEMPT = tuple(f.name for f in fields(Attempt) if f.name != "learner")
_ENTRY = tuple(f.name for f in fields(InterviewEntry) if f.name != "learner")

# By version: each list of records, its kind, what one of them is called, and its fields.
_LISTS: dict[int, tuple[tuple[str, Callable[..., Record], str, tuple[str, ...]], ...]] = {
    1: (("attempts", Attempt, "attempt", tuple(n for n in _ATTEMPT if n not in _SINCE_2)),),
    2: (
        ("attempts", Attempt, "attempt", _ATTEMPT),
        ("interviews", InterviewEntry, "interview entry", _ENTRY),
    ),
}


@dataclass(frozen=True)
class RestoreReport:
    """Records added, records the learner already had, and what went wrong. When nothing was
    added `problem` says why the file was refused; else it is the store's own problem."""

    added: int
    already_there: int
    problem: str | None


class _Refused(Exception):
    """The file cannot be restored; the message says why."""


def export(store: Store, learner: str) -> bytes:
    """The learner's attempts, mock interviews and cards as UTF-8 JSON. It names no learner: it
    belongs to whoever restores it. The cards are for other programs; restoring rebuilds them from
    the attempts."""
    records = store.everything(learner)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": datetime.now(UTC).isoformat(),
        "attempts": [_out(r, _ATTEMPT) for r in records if isinstance(r, Attempt)],
        "interviews": [_out(r, _ENTRY) for r in records if isinstance(r, InterviewEntry)],
        "cards": [_card_out(c) for c in store.cards(learner)],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _out(record: Record, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names} | {"at": record.at.isoformat()}


def _card_out(card: CardState) -> dict[str, Any]:
    return vars(card) | {"due": card.due.isoformat()}


def restore(store: Store, learner: str, data: bytes) -> RestoreReport:
    """Merge an exported file into the learner's progress. Never raises; a file with any mistake
    is refused whole, naming the mistake."""
    try:
        records = _read(learner, data)
    except _Refused as refusal:
        return RestoreReport(0, 0, f"Nothing was restored: {refusal}.")
    saved = store.add(*records)
    return RestoreReport(saved.added, len(records) - saved.added, saved.problem)


def _read(learner: str, data: bytes) -> tuple[Record, ...]:
    document = _parse(data)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _Refused("the file is not a Gradient Gym backup")
    lists = _LISTS[_version(document.get("version"))]
    names = [name for name, *_ in lists]
    if not all(isinstance(document.get(name), list) for name in [*names, "cards"]):
        raise _Refused(f"the file lacks its list of {', of '.join(names)} or of cards")
    number = sum(len(document[name]) for name, *_ in lists)
    if number > MAX_RECORDS:
        raise _Refused(f"the file holds {number:,} records; {_AT_MOST}")
    return _distinct(
        _record_in(learner, f"{word} {i}", entry, kind, wanted)
        for name, kind, word, wanted in lists
        for i, entry in enumerate(document[name], start=1)
    )


def _parse(data: bytes) -> object:
    if len(data) > MAX_BYTES:
        raise _Refused(f"the file is larger than {MAX_BYTES // 1_000_000} MB; {_AT_MOST}")
    try:
        return json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _Refused("the file is not JSON, or part of it is missing") from None


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused(f"the file holds {name}, which is no number")


def _version(version: object) -> int:
    if not isinstance(version, int) or isinstance(version, bool):
        raise _Refused("the file does not say which version it is")
    if version > VERSION:
        raise _Refused("the file is of a newer Gradient Gym; update this one, then restore it")
    if version not in _LISTS:
        raise _Refused("the file is of an older Gradient Gym that can no longer be read")
    return version


def _record_in(
    learner: str, place: str, entry: object, kind: Callable[..., Record], wanted: tuple[str, ...]
) -> Record:
    if not isinstance(entry, dict) or set(entry) != set(wanted):
        raise _Refused(f"{place} does not have exactly the fields {', '.join(wanted)}")
    try:
        return kind(**(entry | {"learner": learner, "at": _moment(entry["at"])}))
    except ValueError as error:
        raise _Refused(f"in {place}, {error}") from None


def _moment(text: object) -> datetime | None:
    """None when unreadable, which the attempt then refuses in its own words."""
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _distinct(records: Iterable[Record]) -> tuple[Record, ...]:
    by_id: dict[str, Record] = {}
    for record in records:
        if by_id.setdefault(record.id, record) != record:
            raise _Refused(f"two different records share the id {record.id}")
    return tuple(by_id.values())
