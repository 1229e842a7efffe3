"""Softmax: logits to probabilities, and how one logit moves every probability."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.activations import sigmoid, softmax, softmax_jacobian
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, listed, number, typed

CLASSES = ("cat", "dog", "bird", "fish")


def probabilities_figure(logits: Array, temperature: float, look: Look) -> Figure:
    """Probabilities of softmax beside independent sigmoids, which need not sum to 1."""
    p = softmax(logits, temperature=temperature)
    bars = [("softmax", p, 0, ""), ("sigmoid of each logit", sigmoid(logits), 1, "/")]
    return Figure(
        [
            {
                "type": "bar",
                "name": name,
                "x": list(CLASSES[: len(logits)]),
                "y": typed(values),
                "text": [number(v, 3) for v in values],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": look.lines[k], "pattern": {"shape": pattern}},
                "hovertemplate": "%{x}: %{y:.4f}<extra>" + name + "</extra>",
            }
            for name, values, k, pattern in bars
        ],
        layout(
            look,
            400,
            barmode="group",
            xaxis=axis(look, "class"),
            yaxis=axis(look, "probability", range=[0, 1.12]),
        ),
    )


def jacobian_figure(logits: Array, temperature: float, look: Look) -> Figure:
    """dp_i / dz_j as a heat map with its numbers; every row and column sums to 0."""
    jacobian = softmax_jacobian(softmax(logits, temperature=temperature)) / temperature
    names = list(CLASSES[: len(logits)])
    largest = float(np.abs(jacobian).max()) or 1.0
    heat: Spec = {
        "type": "heatmap",
        "x": [f"z {n}" for n in names],
        "y": [f"p {n}" for n in names],
        "z": typed(jacobian),
        "zmin": -largest,
        "zmax": largest,
        "colorscale": look.diverging,
        "text": [[number(v, 2) for v in row] for row in jacobian],
        "texttemplate": "%{text}",
        "textfont": {"color": look.text},
        "showscale": False,
        "hoverinfo": "skip",
    }
    return Figure(
        [heat],
        layout(
            look,
            320,
            xaxis=axis(look, "logit", side="bottom"),
            yaxis=axis(look, "probability", autorange="reversed"),
        ),
    )


def describe_softmax(logits: Array, temperature: float) -> str:
    """Who wins and by how much, and what the sigmoids would sum to."""
    p = softmax(logits, temperature=temperature)
    best = [name for name, v in zip(CLASSES, p, strict=True) if v >= p.max() * (1 - 1e-12)]
    verb = "gets" if len(best) == 1 else "tie: each gets"
    entropy = float(-(p * np.log(np.maximum(p, 1e-300))).sum())
    return (
        f"**{listed(best)}** {verb} **{number(p.max())}** of the probability and the four sum to "
        f"{number(p.sum())}; four independent sigmoids sum to {number(sigmoid(logits).sum())}. "
        f"The entropy is {number(entropy, 3)} of at most {number(np.log(len(p)), 3)} nats."
    )


def softmax_table(logits: Array, temperature: float) -> pd.DataFrame:
    """Logit, exponential, probability and sigmoid of each class."""
    p = softmax(logits, temperature=temperature)
    shifted = np.exp((logits - logits.max()) / temperature)
    return pd.DataFrame(
        {
            "class": CLASSES[: len(logits)],
            "logit z": logits,
            "exp((z − max z) / T)": shifted,
            "softmax": p,
            "sigmoid": sigmoid(logits),
        }
    )


def describe_hidden(logits: Array, temperature: float) -> str:
    """What ten layers of this softmax would leave of a gradient, at most."""
    jacobian = softmax_jacobian(softmax(logits, temperature=temperature)) / temperature
    norm = float(np.linalg.norm(jacobian, 2))
    return (
        f"Its Jacobian stretches a gradient by at most **{number(norm, 3)}** here; ten such "
        f"layers by at most **{number(norm**10, 2)}**. Each row sums to 0: a unit can only rise "
        "when others fall, and one degree of freedom is lost. An active ReLU passes a gradient "
        "on unchanged."
    )


def probabilities_alt(logits: Array, temperature: float) -> str:
    p = softmax(logits, temperature=temperature)
    values = ", ".join(f"{n} {number(v, 3)}" for n, v in zip(CLASSES, p, strict=True))
    return f"Bars of softmax probabilities at temperature {temperature:g}: {values}."


def jacobian_alt(logits: Array, temperature: float) -> str:
    p = softmax(logits, temperature=temperature)
    diagonal = p * (1 - p) / temperature
    values = ", ".join(f"{n} {number(v, 2)}" for n, v in zip(CLASSES, diagonal, strict=True))
    return f"Heat map of ∂p by ∂z: p(1 − p)/T on the diagonal ({values}), −pᵢpⱼ/T elsewhere."
