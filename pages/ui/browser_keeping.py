"""Progress in the visitor's own browser, where the server has no lasting place for it.

The browser holds a secret id and every record. A new session asks for them once and puts them into
the store under that id; from then on each new record goes to the browser at once. Both sides only
ever add, and merge by the records' ids: no tab and no restart takes anything away.

A rerun carries at most TAIL records, in case that the last ones did not arrive. Only when more are
waiting, as after a restored backup, are they sent in lots that the browser confirms.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from pages.ui.browser_records import as_text, is_learner_id, records_in
from quiz_bank.progress import Store
from quiz_bank.progress.records import Record

TAIL = 10
LOT = 500
NAME = "browser_keeping"
PROBLEMS = {
    "forbidden": "This browser keeps nothing for this site; perhaps its cookies are blocked",
    "full": "This browser has no room left for this site",
}

_component = st.components.v2.component(
    NAME, js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


@dataclass
class Browser:
    """What this session knows of the visitor's browser; plain data that lives in the session.

    visit    names the learner until the browser has answered
    id       the learner's secret id, made in the browser
    asks     how often it was asked for
    outbox   texts of records that may not be in the browser yet, by id
    is_new   whether some of them were never sent
    sent     how often records were sent from where they were made
    problem  a key of PROBLEMS
    """

    visit: str = field(default_factory=lambda: str(uuid.uuid4()))
    id: str | None = None
    asks: int = 0
    outbox: dict[str, str] = field(default_factory=dict)
    is_new: bool = False
    sent: int = 0
    problem: Literal["forbidden", "full"] | None = None

    @property
    def learner(self) -> str:
        """Whose records these are. Who knows the id has the progress, as with a password: it is
        random, and never shown or put into a link."""
        return f"browser-{self.id}" if self.id else f"visit-{self.visit}"

    def take(self, handed: Any, store: Store) -> None:
        """Takes in what the browser handed over, and moves what was answered meanwhile to its id.
        What the store knows beyond it, as from a tab that lost its connection, goes back."""
        if self.id or not isinstance(handed, dict):
            return
        if not is_learner_id(handed.get("id")):
            self.problem = "forbidden"
            return
        meanwhile = store.everything(self.learner)
        self.id, self.problem = handed["id"], None
        moved = [replace(record, learner=self.learner) for record in meanwhile]
        theirs = records_in(self.learner, handed.get("records"))
        ours = store.everything(self.learner)
        store.add(*_without(ours, [*theirs, *moved]))
        self.send(_without(theirs, [*ours, *moved]))

    def send(self, records: Iterable[Record]) -> None:
        """Puts records into the outbox; before the browser has answered, `take` does."""
        if self.id:
            waiting = {record.id: as_text(record) for record in records}
            self.outbox |= waiting
            self.is_new = self.is_new or bool(waiting)

    def confirm(self, kept: Any) -> None:
        """Takes note of what is in the browser now, and whether there was room."""
        if not isinstance(kept, dict):
            return
        ids = kept.get("ids")
        for record_id in ids if isinstance(ids, list) else ():
            self.outbox.pop(record_id if isinstance(record_id, str) else "", None)
        self.problem = "full" if kept.get("full") is True else None


def _without(known: Iterable[Record], records: Iterable[Record]) -> list[Record]:
    ids = {record.id for record in known}
    return [record for record in records if record.id not in ids]


def browser() -> Browser:
    """This session's."""
    found: Browser = st.session_state.setdefault(NAME, Browser())
    return found


def meet(store: Store) -> None:
    """Asks the browser for its records, once for a session, and sends what it may lack."""
    if browser().id is None and browser().problem is None:
        browser().asks += 1
    _mount(f"{NAME}_page", store)


def send_new() -> None:
    """Sends records from where they were made: inside a fragment only this reaches the browser."""
    if browser().is_new:
        browser().sent += 1
        _mount(f"{NAME}_{browser().sent}", None)


def _mount(key: str, store: Store | None) -> None:
    now = browser()
    is_asked = store is not None and now.id is None and now.problem is None
    data = {
        "ask": f"{now.visit} {now.asks}" if is_asked else None,
        "records": list(islice(now.outbox.items(), TAIL if now.problem else LOT)),
        "confirm": len(now.outbox) > TAIL,
        "full": now.problem == "full",
    }
    now.is_new = False
    _component(
        key=key,
        data=data,
        on_handed_change=partial(_on_handed, key, store),
        on_kept_change=partial(_on_kept, key),
    )


def _on_handed(key: str, store: Store | None) -> None:
    if store is not None:
        browser().take(st.session_state[key].get("handed"), store)


def _on_kept(key: str) -> None:
    browser().confirm(st.session_state[key].get("kept"))
