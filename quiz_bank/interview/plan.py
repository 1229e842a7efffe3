"""What an interview asks: its settings and its questions in order. Kept as JSON, read as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from quiz_bank.interview.settings import LEVELS, MINUTES, ROLES, Level, Role

MOST_ITEMS = 200
MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Item:
    """A question of the bank, and the certified seed that draws its numbers."""

    question_id: str
    seed: int


@dataclass(frozen=True)
class Plan:
    """The settings of an interview and its questions. `seed` chose the questions: with the same
    bank, the same settings and seed give the same ones."""

    minutes: int
    level: Level
    role: Role
    seed: int
    items: tuple[Item, ...]

    def to_json(self) -> str:
        """The plan as compact JSON, which `read_plan` reads back."""
        items = [[item.question_id, item.seed] for item in self.items]
        return json.dumps(vars(self) | {"items": items}, separators=(",", ":"))


def read_plan(text: str) -> Plan | None:
    """The plan that the text holds; None for any text that is no plan."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not _has_settings(data):
        return None
    items = _items(data.get("items"))
    if items is None:
        return None
    return Plan(
        cast(int, data["minutes"]),
        cast(Level, data["level"]),
        cast(Role, data["role"]),
        cast(int, data["seed"]),
        items,
    )


def _has_settings(data: dict[str, Any]) -> bool:
    return (
        _is_whole(data.get("minutes"), max(MINUTES))
        and data["minutes"] in MINUTES
        and isinstance(data.get("level"), str)
        and data["level"] in LEVELS
        and isinstance(data.get("role"), str)
        and data["role"] in ROLES
        and _is_whole(data.get("seed"), MOST_SEED)
    )


def _items(found: object) -> tuple[Item, ...] | None:
    if not isinstance(found, list) or not 0 < len(found) <= MOST_ITEMS:
        return None
    items = tuple(_item(pair) for pair in found)
    return None if None in items else cast(tuple[Item, ...], items)


def _item(pair: object) -> Item | None:
    if not isinstance(pair, list) or len(pair) != 2:
        return None
    name, seed = pair
    is_name = isinstance(name, str) and 0 < len(name) <= 200 and name.isprintable()
    return Item(name, seed) if is_name and _is_whole(seed, MOST_SEED) else None


def _is_whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
