"""Errata of chapter 5: overfitting and penalties, then dropout, then batch norm."""

from __future__ import annotations

from pages.handbook.regularization_batchnorm import BATCHNORM_ERRATA
from pages.handbook.regularization_dropout import DROPOUT_ERRATA
from pages.handbook.regularization_penalties import PENALTY_ERRATA

ERRATA = (*PENALTY_ERRATA, *DROPOUT_ERRATA, *BATCHNORM_ERRATA)
