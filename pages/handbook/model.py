"""What an erratum is: the printed form, the right one, and the number that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from engine.types import Array

Severity = Literal["A", "B", "C"]
SEVERITIES: dict[Severity, str] = {
    "A": "wrong formula or rule",
    "B": "misleading or inconsistent",
    "C": "wording or an omission",
}


@dataclass(frozen=True, eq=False)
class Curves:
    """A derivative three times over the same points `at`, all (n,): as printed, as corrected, and
    by central differences. `by` and `of` are the axis titles in words."""

    by: str
    of: str
    at: Array
    printed: Array
    corrected: Array
    numeric: Array


@dataclass(frozen=True)
class Erratum:
    """One place where the printed handbook is wrong or unclear; its texts are Markdown with LaTeX.

    `severity` is a key of SEVERITIES. `labs` are the slugs of the labs it belongs to, none where
    its chapter has no page. `measure` computes one sentence with the
    deciding numbers; it is None where only the wording is at fault and nothing can be computed.
    `curves` computes the picture of a wrong derivative, None where there is nothing to draw.
    """

    id: str
    severity: Severity
    labs: tuple[str, ...]
    printed: str
    corrected: str
    measure: Callable[[], str] | None = None
    curves: Callable[[], Curves] | None = None


def for_lab(errata: Iterable[Erratum], slug: str) -> tuple[Erratum, ...]:
    """The errata of one lab, in their order; empty for a lab without any."""
    return tuple(erratum for erratum in errata if slug in erratum.labs)
