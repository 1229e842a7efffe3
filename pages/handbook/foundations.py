"""Errata of chapter 2: first what a network is made of, then its activation functions."""

from __future__ import annotations

from pages.handbook.activations import ACTIVATION_ERRATA
from pages.handbook.neurons import NEURON_ERRATA

ERRATA = (*NEURON_ERRATA, *ACTIVATION_ERRATA)
