"""Records as the texts that a browser holds, and back: what comes back is untrusted.

A text is a backup of one record without what all backups share, so that it is read by the same
rules and as long as backups of its version are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, cast

from quiz_bank.progress import Saved, Store, export, restore
from quiz_bank.progress.backup import FORMAT
from quiz_bank.progress.records import Record

MOST_RECORDS = 20_000
MOST_CHARACTERS = 8_000_000  # in all; a browser grants a site about 5 million
MOST_IN_ONE = 64_000  # the plan of a mock interview, each of its characters escaped, and more

LISTS = ("attempts", "interviews")
_SHARED = json.dumps({"format": FORMAT, "cards": [], **{name: [] for name in LISTS}})
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Batch:
    """Records on their way: what `export` reads from and `restore` adds to, in a store's place."""

    def __init__(self, *records: Record) -> None:
        self.records = list(records)

    def everything(self, learner: str) -> tuple[Record, ...]:
        """All records; of whom does not matter here."""
        return tuple(self.records)

    def cards(self, learner: str) -> tuple[()]:
        """None: cards follow from the attempts."""
        return ()

    def add(self, *records: Record) -> Saved:
        """Takes the records in."""
        self.records += records
        return Saved(len(records), None)

    def as_store(self) -> Store:
        """This batch, where a store is asked for."""
        return cast(Store, self)


def is_learner_id(value: object) -> bool:
    """Whether this is a random UUID (version 4), in lower case: 122 bits that nobody can guess."""
    return isinstance(value, str) and bool(_UUID4.fullmatch(value))


def as_text(record: Record) -> str:
    """The record as a browser holds it. It names no learner."""
    document = json.loads(export(Batch(record).as_store(), record.learner))
    kept = {name: document[name] for name in ("version", *LISTS) if document[name]}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def records_in(learner: str, texts: object) -> tuple[Record, ...]:
    """The records that a browser handed over, now this learner's. Whatever is no record of ours,
    or beyond the limits, is left out; nothing raises."""
    found = (record for text in _within_limits(texts) for record in _read(learner, text))
    return tuple(islice(found, MOST_RECORDS))


def _within_limits(texts: Any) -> Iterator[str]:
    left = MOST_CHARACTERS
    for text in texts[:MOST_RECORDS] if isinstance(texts, list) else ():
        if isinstance(text, str) and text.startswith("{") and len(text) <= MOST_IN_ONE:
            left -= len(text)
            if left < 0:
                return
            yield text


def _read(learner: str, text: str) -> Iterable[Record]:
    batch = Batch()
    whole = f"{_SHARED[:-1]}, {text[1:]}"  # what the text gives itself comes last, and counts
    restore(batch.as_store(), learner, whole.encode(errors="replace"))
    return batch.records
