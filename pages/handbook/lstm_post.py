"""Errata of the blog post on LSTM backpropagation, in the order of their numbers."""

from __future__ import annotations

from pages.handbook.lstm_gates import GATE_ERRATA
from pages.handbook.lstm_head import HEAD_ERRATA
from pages.handbook.lstm_notation import NOTATION_ERRATA
from pages.handbook.lstm_steps import STEP_ERRATA

ERRATA = tuple(
    sorted(
        (*STEP_ERRATA, *GATE_ERRATA, *HEAD_ERRATA, *NOTATION_ERRATA),
        key=lambda erratum: erratum.id,
    )
)
