"""Errata of chapter 3: the forward pass, the way back to the output's $Z$, then the parameters."""

from __future__ import annotations

from pages.handbook.training_backward import BACKWARD_ERRATA
from pages.handbook.training_forward import FORWARD_ERRATA
from pages.handbook.training_parameters import PARAMETER_ERRATA

ERRATA = (*FORWARD_ERRATA, *BACKWARD_ERRATA, *PARAMETER_ERRATA)
