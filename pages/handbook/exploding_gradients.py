"""Errata of chapter 7, on clipping."""

from __future__ import annotations

import numpy as np

from engine.clipping import CLIPPINGS, angle, norm
from pages.handbook.model import Erratum


def _only_if_too_long() -> str:
    gradient = np.array([0.003, 0.004])
    printed, right = (norm(CLIPPINGS[name](gradient, 1.0, ())) for name in ("always", "norm"))
    return (
        f"A gradient of norm {norm(gradient):.4g} has norm {printed:.4g} after the printed formula "
        f"with $c = 1$, and {right:.4g} after the rule with its condition."
    )


def _which_keeps_the_direction() -> str:
    gradient, layers = np.array([3.0, 0.5, -0.2]), (slice(0, 2), slice(2, 3))
    by_norm, by_value, by_layer = (
        angle(gradient, CLIPPINGS[name](gradient, 1.0, layers))
        for name in ("norm", "value", "layer")
    )
    return (
        f"At $c = 1$ clipping turns the gradient $(3, 0.5, -0.2)$ by {by_norm:.1f} degrees by its "
        f"norm, by {by_value:.1f} by value, and by {by_layer:.1f} with the last entry as a layer "
        "of its own."
    )


ERRATA = (
    Erratum(
        "H105",
        "A",
        ("clipping", "cliff"),
        r"$g$ is set to $cg / \|g$: the closing bars are lost, and the formula is without the "
        "condition of the sentence around it.",
        r"If $\|g\| > c$ then $g = c\,g / \|g\|$, else $g$ stays. Without the condition small "
        "gradients are blown up to norm $c$.",
        _only_if_too_long,
    ),
    Erratum(
        "H106",
        "B",
        ("clipping",),
        "Clipping keeps the direction; clipping by value or by layer is not mentioned.",
        "Only clipping by the norm of the whole gradient keeps the direction. By value and by "
        "layer it turns.",
        _which_keeps_the_direction,
    ),
    Erratum(
        "H107",
        "C",
        ("products",),
        "The title differs from the table of contents, a sentence begins with a stray But, and the "
        "threshold is called cc.",
        "The exploding gradient problem; the threshold is $c$.",
    ),
)
