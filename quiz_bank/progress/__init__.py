"""What a learner has answered and what is due: kept at once, merged freely, never overwritten."""

from quiz_bank.progress.backup import RestoreReport, export, restore
from quiz_bank.progress.records import (
    LOCAL,
    Attempt,
    CardState,
    InterviewEntry,
    Saved,
    Verdict,
    Way,
    new_attempt,
    new_entry,
    taken_back,
)
from quiz_bank.progress.schedule import rating_for
from quiz_bank.progress.store import Store, open_store

__all__ = [
    "LOCAL",
    "Attempt",
    "CardState",
    "InterviewEntry",
    "RestoreReport",
    "Saved",
    "Store",
    "Verdict",
    "Way",
    "export",
    "new_attempt",
    "new_entry",
    "open_store",
    "rating_for",
    "restore",
    "taken_back",
]
