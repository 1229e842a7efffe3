"""The sentence that the LSTM post translates, and a probability of each word at each step.

Of the distributions the post still states one number, 0.6; the others are chosen here so that
the most probable words are those it names.
"""

from __future__ import annotations

import numpy as np

SOURCE = ("Wie", "geht", "es", "dir")
DISTRIBUTIONS = np.array([[0.3, 0.6, 0.1], [0.7, 0.2, 0.1], [0.1, 0.1, 0.8]])  # (step, word)
PUBLISHED = {(0, 1)}  # places in DISTRIBUTIONS; the others are chosen


def greedy(distributions: np.ndarray) -> list[int]:
    """The most probable word of each step, as an index; the first of equals."""
    return [int(row.argmax()) for row in distributions]
