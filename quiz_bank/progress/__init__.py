"""What a learner has answered and what is due: kept at once, merged freely, never overwritten."""

from quiz_bank.progress.backup import RestoreReport, export, restore
from quiz_bank.progress.records import LOCAL, Attempt, CardState, Saved, Verdict, new_attempt
from quiz_bank.progress.schedule import rating_for
from quiz_bank.progress.store import Store, open_store

__all__ = [
    "LOCAL",
    "Attempt",
    "CardState",
    "RestoreReport",
    "Saved",
    "Store",
    "Verdict",
    "export",
    "new_attempt",
    "open_store",
    "rating_for",
    "restore",
]
