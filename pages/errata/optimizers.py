"""Errata of chapter 4, in the order of the chapter's rules, the printed listings last."""

from __future__ import annotations

from pages.errata.adaptive import ADAPTIVE_ERRATA
from pages.errata.decay import DECAY_ERRATA
from pages.errata.descent import DESCENT_ERRATA
from pages.errata.listings import LISTING_ERRATA
from pages.errata.momentum import MOMENTUM_ERRATA
from pages.errata.stochastic import STOCHASTIC_ERRATA

ERRATA = (
    *DESCENT_ERRATA,
    *STOCHASTIC_ERRATA,
    *MOMENTUM_ERRATA,
    *ADAPTIVE_ERRATA,
    *DECAY_ERRATA,
    *LISTING_ERRATA,
)
