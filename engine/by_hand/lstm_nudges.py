"""Central differences of the total error by the values in between, each moved on its own.

No rule of differentiation is used: a value inside the forward pass is shifted, and what comes
after it is computed anew. This is what each derivative by hand is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.activations import sigmoid
from engine.by_hand.lstm import forward
from engine.by_hand.lstm_example import GATES, Example
from engine.by_hand.lstm_labels import LABELS, Label
from engine.gradcheck import STEP, GradientCheck
from engine.types import Array

Node = tuple[int, str]  # step, counted from 1, and a, c, u_f, u_u, u_c, u_o, c_in or a_in


def nudged_errors(example: Example, nudges: Mapping[Node, Array]) -> Array:
    """Total errors, shaped like the nudges: each node is shifted by its nudge as it is computed.

    `a` and `c` are a step's output and cell state wherever they go; `a_in` and `c_in` are those of
    the step before as they enter this step alone; `u_f` is a pre-activation.
    """
    a: Array | float = example.a_0
    c: Array | float = example.c_0
    error = np.zeros(())
    for t, (x, y) in enumerate(zip(example.x, example.y, strict=True), start=1):
        a, c = a + nudges.get((t, "a_in"), 0.0), c + nudges.get((t, "c_in"), 0.0)
        u = {
            gate: w[:-1] @ x + w[-1] * a + bias + nudges.get((t, f"u_{gate}"), 0.0)
            for gate, w, bias in zip(GATES, example.W, example.b, strict=True)
        }
        c = sigmoid(u["u"]) * np.tanh(u["c"]) + sigmoid(u["f"]) * c + nudges.get((t, "c"), 0.0)
        a = np.tanh(c) * sigmoid(u["o"]) + nudges.get((t, "a"), 0.0)
        error = error + (a - y) ** 2 / 2
    return np.asarray(error)


def node_values(example: Example) -> dict[Node, float]:
    """Every node's value as it is."""
    values: dict[Node, float] = {}
    for t, step in enumerate(forward(example), start=1):
        s = step.cell
        named = {"a": s.a, "c": s.c, "a_in": float(step.xa[-1]), "c_in": s.c_prev}
        named |= {f"u_{gate}": float(u) for gate, u in zip(GATES, step.u, strict=True)}
        values |= {(t, name): value for name, value in named.items()}
    return values


def central_differences(example: Example) -> dict[str, float]:
    """The derivative of the total error at each label of LABELS, from values of it alone.

    A node moves by the step of `engine.gradcheck`, relative to its size where that is above 1.
    """
    at = node_values(example)
    nodes: list[Node] = [(label.step, label.node) for label in LABELS]
    points = np.array([at[node] for node in nodes])
    h = STEP * np.maximum(1.0, np.abs(points))
    bumps = np.array([1.0, -1.0])[:, None, None] * np.diag(h)  # (2, node, case)
    above, below = nudged_errors(example, {n: bumps[:, k] for k, n in enumerate(nodes)})
    moved = (points + h) - (points - h)
    found = (above - below) / moved
    return dict(zip((label.name for label in LABELS), found.tolist(), strict=True))


def check_labels(
    labels: Sequence[Label], values: Mapping[str, float], differences: Mapping[str, float]
) -> GradientCheck:
    """The values of these labels beside their central differences; error as in `check_gradient`."""
    analytic = np.array([values[label.name] for label in labels])
    numeric = np.array([differences[label.name] for label in labels])
    scale = np.maximum(1.0, np.maximum(np.abs(analytic), np.abs(numeric)))
    return GradientCheck(analytic, numeric, float(np.max(np.abs(analytic - numeric) / scale)))
