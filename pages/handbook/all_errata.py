"""Every erratum, by the chapter of the handbook that it is in."""

from __future__ import annotations

from pages.handbook import (
    deep_learning,
    exploding_gradients,
    foundations,
    interview,
    lstm_post,
    optimizers,
    regularization,
    sequences,
    training,
    vanishing_gradients,
    whole,
)
from pages.handbook.model import Erratum

ERRATA: dict[str, tuple[Erratum, ...]] = {
    "1": deep_learning.ERRATA,
    "2": foundations.ERRATA,
    "3": training.ERRATA,
    "4": optimizers.ERRATA,
    "5": regularization.ERRATA,
    "6": vanishing_gradients.ERRATA,
    "7": exploding_gradients.ERRATA,
    "8": sequences.ERRATA,
    "9": interview.ERRATA,
    "Post": lstm_post.ERRATA,
    "All": whole.ERRATA,
}
