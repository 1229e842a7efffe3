"""Errata of chapter 1: what learns from data, and what deep networks have to do with brains."""

from __future__ import annotations

import numpy as np

from engine.studies.xor import corners, raw, train_classifier, with_product
from pages.handbook.model import Erratum


def _logistic_regression_on_xor() -> str:
    points = corners(np.random.default_rng(0), 4, 0.0)
    plain, product = (train_classifier(points, f).accuracy(points) for f in (raw, with_product))
    return (
        f"On XOR logistic regression has accuracy {plain:.2f} with the raw inputs and "
        f"{product:.2f} once it also gets $x_1 x_2$."
    )


ERRATA = (
    Erratum(
        "H01",
        "B",
        ("xor", "matching"),
        "Statistical and classical methods of machine learning rest on fixed rules, and image "
        "recognition is out of their reach.",
        "Rule systems do not learn; classical machine learning does, often from hand-made "
        "features. Its limit is mostly the work on features, and scale.",
        _logistic_regression_on_xor,
    ),
    Erratum(
        "H02",
        "C",
        ("fields", "hierarchy"),
        "Deep networks imitate the way people think and decide.",
        "They are loosely inspired by nerve cells. Backpropagation and gradient descent are "
        "calculus, not a model of thought.",
    ),
)
