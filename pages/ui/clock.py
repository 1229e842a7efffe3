"""Days and times as the learner's own calendar has them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from quiz_bank.progress.outlook import DAY, begin_of_day, wait_in_words


def learners_zone() -> ZoneInfo:
    """The time zone of the learner's browser; UTC where it is unknown."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def midnight() -> datetime:
    """When the learner's day began, in UTC."""
    return begin_of_day(datetime.now(UTC), learners_zone())


def back(at: datetime, due: datetime) -> str:
    """How long from `at` until `due`, with the date where that is a day or more."""
    wait = wait_in_words(due - at)
    return wait if due - at < DAY else f"{wait}, {day(due)}"


def day(moment: datetime) -> str:
    """The moment's day, such as 24 Nov."""
    local = moment.astimezone(learners_zone())
    return f"{local.day} {local:%b}"


def clock_time(moment: datetime) -> str:
    """The moment's time of day, such as 21:45."""
    return f"{moment.astimezone(learners_zone()):%H:%M}"
