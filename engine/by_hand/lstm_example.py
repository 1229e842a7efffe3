"""The numbers that the LSTM by hand starts from: the blog post's, completed by some of our own.

The figures of the post (Bayesian Quest 2020, part IV), and most of its numbers with them, are
lost. `ORIGIN` says which it still states and which were chosen here; neither initial state is
zero, so that no derivative is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.types import Array

GATES = ("f", "u", "c", "o")  # rows of W and b: forget, update, candidate, output


@dataclass(frozen=True, eq=False)
class Example:
    """What the example starts from.

    Weights W (4, 3) and biases b (4,), rows in the order of GATES, columns for [x_1, x_2, a];
    inputs x (t, 2), labels y (t,), output a_0 and cell state c_0 before the first step.
    """

    W: Array
    b: Array
    x: Array
    y: Array
    a_0: float
    c_0: float
    learning_rate: float = 0.01


EXAMPLE = Example(
    W=np.array([[0.45, 0.95, 0.2], [-0.8, 0.25, 0.9], [0.75, 0.35, -0.6], [-0.75, -0.95, -0.34]]),
    b=np.array([0.05, 0.2, 0.15, 0.25]),
    x=np.array([[0.9, 0.6], [-0.8, -0.2]]),
    y=np.array([0.5, 0.3]),
    a_0=0.1,
    c_0=0.2,
)
PRINTED_A_2 = -0.141  # the output of step 2 as the post prints it; the chosen inputs lead to it
_CHOSEN = "x_1 x_2 y_1 a_0 C_0 W_f W_u W_c b_f b_u b_c b_o"
ORIGIN = dict.fromkeys(("W_o", "y_2", "alpha", "a_2"), "published") | dict.fromkeys(
    _CHOSEN.split(), "chosen"
)

WORDS = ("are", "How", "you")  # the vocabulary of the post's softmax head, published
HEAD_LABEL = np.array([1.0, 0.0, 0.0])  # published
HEAD_WEIGHTS = np.array([[0.4], [-0.9], [0.2]])  # W_y (3, 1), chosen
