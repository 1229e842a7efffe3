"""The learner's progress in the pages: one store for the process, a learner for each visitor."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from pages.ui import browser_keeping
from pages.ui.contents import Entry
from quiz_bank.loader import load_bank
from quiz_bank.model import Bank, Question
from quiz_bank.progress import LOCAL, Attempt, Saved, Store, open_store, rating_for, taken_back
from quiz_bank.progress.records import Record

OWN_MACHINE = ("localhost", "127.0.0.1", "::1", None)
PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")  # headers that proxies add


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The one store of this process: where the secrets say, else `open_store`'s default."""
    return open_store(secret("connections", "progress", "url"))


@st.cache_resource(show_spinner=False)
def bank() -> Bank:
    """The question bank, read once."""
    return load_bank()


def asked_on(entry: Entry) -> list[Question]:
    """The questions of a page's topics, in the bank's order."""
    return [question for question in bank() if question.topic in entry.topics]


def secret(*path: str) -> Any:
    """The entry of the app's secrets at this path, such as [connections.progress] url; None
    without it, or without secrets."""
    found: Any = st.secrets if st.secrets.load_if_toml_exists() else {}
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def signed_in() -> Mapping[str, Any]:
    """What the provider says of the visitor who signed in with it, empty without."""
    user = st.user.to_dict()
    return user if user.get("is_logged_in") is True else {}


def _account() -> str | None:
    user = signed_in()
    if not (user.get("iss") and user.get("sub")):
        return None
    names = json.dumps([user["iss"], user["sub"]])  # together they name one person for good
    return f"account-{hashlib.sha256(names.encode()).hexdigest()}"


def _own_machine() -> str | None:
    """The address is what the browser says it is. A visitor from afar could say so too, but comes
    from another machine, or through a proxy."""
    is_from_afar = _is_another_machine(st.context.ip_address) or any(
        name in st.context.headers for name in PASSED_ON
    )
    return LOCAL if _host() in OWN_MACHINE and not is_from_afar else None


def _is_another_machine(address: object) -> bool:
    """A server that listens to IPv4 and IPv6 alike sees 127.0.0.1 as ::ffff:127.0.0.1."""
    if not isinstance(address, str):
        return False  # what the context gives for ::1 and 127.0.0.1
    try:
        seen = ip_address(address)
    except ValueError:
        return True
    return not (getattr(seen, "ipv4_mapped", None) or seen).is_loopback


def _host() -> str | None:
    try:
        return urlsplit(st.context.url or "").hostname
    except ValueError:
        return ""  # no address that can be read


def _browser() -> str:
    return browser_keeping.browser().learner


# Where progress is kept, and who the learner is there. The first that names one counts.
PLACES: dict[str, Callable[[], str | None]] = {
    "account": _account,
    "machine": _own_machine,  # there is only one learner
    "browser": _browser,
}


def place() -> str:
    """Where this visitor's progress is kept: a key of PLACES."""
    return next(name for name, whose in PLACES.items() if whose())


def learner() -> str:
    """Whose progress this is."""
    return next(filter(None, (whose() for whose in PLACES.values())))


def meet_browser() -> None:
    """Fetches what the visitor's browser keeps, where it does; once for a session."""
    if place() == "browser":
        browser_keeping.meet(store())


def best_scores() -> dict[str, float]:
    """The best score so far per question id; 1 is answered right."""
    return store().best_scores(learner())


def last_question() -> Question | None:
    """The question that the learner answered last, where it is still in the bank."""
    last = store().last_attempt(learner())
    return next((q for q in bank() if last and q.id == last.question_id), None)


def due_questions() -> list[Question]:
    """Questions whose review is due now, the longest due first."""
    known = {question.id: question for question in bank()}
    due = store().due(learner(), datetime.now(UTC))
    return [known[question_id] for question_id in due if question_id in known]


def kept(*records: Record) -> Saved:
    """Keeps records of this learner at once, in the store and where it applies in the browser."""
    whose = learner()  # a record may have been made before the browser gave its id
    own = [r if r.learner == whose else replace(r, learner=whose) for r in records]
    saved = store().add(*own)
    if place() == "browser":
        browser_keeping.browser().send(own)
        return replace(saved, problem=problem())
    return saved


def keep(*records: Record) -> str | None:
    """Keeps records at once; returns the problem when it could not."""
    return kept(*records).problem


def save(question: Question, attempt: Attempt, rating: int | None = None) -> str | None:
    """Keeps an attempt at once, with its review: the learner's own `rating`, or the one that
    follows from the attempts; returns the problem when it could not."""
    if rating is None:
        history = store().attempts(learner(), [question.id])
        found = rating_for(history, attempt, question.seconds)
        rating = found and int(found)
    return keep(replace(attempt, rating=rating))


def undo(attempt: Attempt) -> str | None:
    """Takes an attempt back, with its review; returns the problem when it could not."""
    return keep(taken_back(attempt))


def problem() -> str | None:
    """Why progress is not being kept, in words, None when it is."""
    if place() != "browser":
        return store().problem
    found = browser_keeping.browser().problem
    return found and (
        f"{browser_keeping.PROBLEMS[found]}. New answers are lost when you close the tab; "
        "download your progress on Home to keep them."
    )


def warn_when_not_saving() -> None:
    """Says so, on the page, while answers cannot be kept. To be called where answers are given,
    after that: from here new records go to the browser."""
    if place() == "browser":
        browser_keeping.send_new()
    if found := problem():
        st.warning(found, icon=":material/cloud_off:")
