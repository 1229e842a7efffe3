"""The limits that every record keeps, whoever made it, so that any database can hold it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, get_args

MAX_COUNT = 1_000

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_name(value: object) -> bool:
    """Whether it is 1 to 200 printable characters, as names and ids of questions are."""
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def is_integer(value: object, low: int, high: int) -> bool:
    """Whether it is an integer from `low` to `high`; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_number(value: object, high: float) -> bool:
    """Whether it is a number from 0 to `high`; NaN, True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= high


def is_text(value: object, most: int) -> bool:
    """Whether it is text of at most `most` characters that any database holds."""
    return isinstance(value, str) and len(value) <= most and not _UNSTORABLE.search(value)


def is_id(value: object) -> bool:
    """Whether it is a UUID in lower case."""
    return isinstance(value, str) and bool(_UUID.fullmatch(value))


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo == UTC and 1970 <= value.year < 2100


# What each field must be, in words and as a test.
Rules = Mapping[str, tuple[str, Callable[[Any], bool]]]


def one_of(names: Any) -> tuple[str, Callable[[Any], bool]]:
    """The rule that a field is one of the texts of a Literal."""
    known = get_args(names)
    return f"one of {', '.join(known)}", lambda v: isinstance(v, str) and v in known


ID = ("a UUID in lower case", is_id)
NAME = ("1 to 200 printable characters", is_name)
MOMENT = ("a date and time in UTC between 1970 and 2099", _is_moment)
COUNT = (f"an integer from 0 to {MAX_COUNT}", lambda v: is_integer(v, 0, MAX_COUNT))


def check(record: object, rules: Rules) -> None:
    """Raises ValueError naming the first field that breaks its rule."""
    for name, (wanted, holds) in rules.items():
        if not holds(getattr(record, name)):
            raise ValueError(f"{name} must be {wanted}")


def storable(text: str, most: int) -> str:
    """The first `most` characters; those that no database holds become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text[:most])
