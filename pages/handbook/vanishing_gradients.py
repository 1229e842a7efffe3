"""Errata of chapter 6: activations and starting weights, then batch norm and shortcuts."""

from __future__ import annotations

from pages.handbook.vanishing_remedies import REMEDY_ERRATA
from pages.handbook.vanishing_signals import SIGNAL_ERRATA

ERRATA = (*SIGNAL_ERRATA, *REMEDY_ERRATA)
