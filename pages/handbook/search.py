"""Finding errata among all: by words, by chapter, by severity, by whether a number decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pages.handbook.model import Erratum

Errata = Mapping[str, Sequence[Erratum]]


def find(
    errata: Errata,
    text: str = "",
    chapter: str | None = None,
    severity: str | None = None,
    measured: bool | None = None,
) -> list[tuple[str, Erratum]]:
    """Pairs (chapter, erratum) that fit everything asked for, the gravest first; None asks for any.

    Every word of `text` has to be in the id, the printed or the corrected form, in any case.
    """
    words = text.casefold().split()
    found = [
        (key, erratum)
        for key, entries in errata.items()
        if chapter in (None, key)
        for erratum in entries
        if severity in (None, erratum.severity)
        and measured in (None, erratum.measure is not None)
        and _has(erratum, words)
    ]
    return sorted(found, key=lambda pair: pair[1].severity)


def _has(erratum: Erratum, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = f"{erratum.id}\n{erratum.printed}\n{erratum.corrected}".casefold()
    return all(word in text for word in words)
