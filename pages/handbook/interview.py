"""Errata of chapter 9, which announces an interview and leaves the questions out."""

from __future__ import annotations

from pages.handbook.model import Erratum

ERRATA = (
    Erratum(
        "H120",
        "B",
        (),
        "Nine topics, from convolution to Transformers, must be known; none is treated, and the "
        "questions are left to a course.",
        "The questions are part of the preparation: here they are on the Practice page, each with "
        "its solution.",
    ),
)
