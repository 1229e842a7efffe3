"""Every erratum, by the chapter of the handbook that it is in."""

from __future__ import annotations

from pages.handbook import foundations, optimizers
from pages.handbook.model import Erratum

ERRATA: dict[str, tuple[Erratum, ...]] = {
    "2": foundations.ERRATA,
    "4": optimizers.ERRATA,
}
