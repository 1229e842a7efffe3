"""Errata of chapter 4, in the order of the chapter's rules, the printed listings last."""

from __future__ import annotations

from pages.handbook.adaptive import ADAPTIVE_ERRATA
from pages.handbook.decay import DECAY_ERRATA
from pages.handbook.descent import DESCENT_ERRATA
from pages.handbook.listings import LISTING_ERRATA
from pages.handbook.momentum import MOMENTUM_ERRATA
from pages.handbook.stochastic import STOCHASTIC_ERRATA

ERRATA = (
    *DESCENT_ERRATA,
    *STOCHASTIC_ERRATA,
    *MOMENTUM_ERRATA,
    *ADAPTIVE_ERRATA,
    *DECAY_ERRATA,
    *LISTING_ERRATA,
)
