"""A response as the text that an interview keeps, and back. Whatever the text, reading it gives a
response that can be graded."""

from __future__ import annotations

import json
from collections.abc import Sequence

from quiz_bank.model import Kind

Response = str | tuple[int, ...] | tuple[str, ...]

TEXT_KINDS: tuple[Kind, ...] = ("number", "vector", "matrix", "formula", "own words")
MOST_PARTS = 100
MOST_CHARACTERS = 400  # of one stage of a derivation
NOTHING = ""


def to_text(response: Response) -> str:
    """The response as text; empty when there is none."""
    if isinstance(response, str):
        return response if response.strip() else NOTHING
    parts = [p[:MOST_CHARACTERS] if isinstance(p, str) else p for p in response]
    return json.dumps(parts[:MOST_PARTS], ensure_ascii=False) if parts else NOTHING


def from_text(kind: Kind, text: str) -> Response:
    """The response of this kind that the text holds; an empty one when it holds none."""
    if kind in TEXT_KINDS:
        return text
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(parts, list) or len(parts) > MOST_PARTS:
        return ()
    return _texts(parts) if kind == "staged" else _places(parts)


def in_one_line(response: Response) -> str:
    """The response as attempts keep it, from which `grade` reads a derivation back."""
    if isinstance(response, str):
        return response
    is_texts = any(isinstance(part, str) for part in response)
    return ("; " if is_texts else ",").join(map(str, response))


def places(text: str) -> tuple[int, ...]:
    """The places that an attempt keeps, such as the points ticked: "0,2" is (0, 2)."""
    parts = text.split(",")
    return tuple(int(p) for p in parts if p.isascii() and p.isdigit() and len(p) <= 4)


def _texts(parts: Sequence[object]) -> tuple[str, ...]:
    return tuple(map(str, parts)) if all(isinstance(part, str) for part in parts) else ()


def _places(parts: Sequence[object]) -> tuple[int, ...]:
    found = tuple(p for p in parts if isinstance(p, int) and not isinstance(p, bool) and p >= 0)
    return found if len(found) == len(parts) else ()
