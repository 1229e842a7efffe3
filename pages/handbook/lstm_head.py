"""Errata of the LSTM post on its softmax head and the sentence that it translates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.activations import softmax
from engine.by_hand.lstm import forward
from engine.by_hand.lstm_example import EXAMPLE, HEAD_LABEL, HEAD_WEIGHTS, WORDS
from engine.by_hand.softmax_head import Head, softmax_head
from engine.gradcheck import numerical_gradient
from pages.handbook.model import Erratum


def _head() -> Head:
    """The softmax head on the output of step 2."""
    return softmax_head(HEAD_WEIGHTS, [forward(EXAMPLE)[1].cell.a], HEAD_LABEL)


def _one_output_per_step() -> str:
    source = ("Wie", "geht", "es", "dir")
    fed = replace(EXAMPLE, x=np.zeros((len(source), 2)), y=np.zeros(len(source)))
    return (
        f"Fed the {len(source)} words of the sentence, an LSTM puts out {len(forward(fed))} "
        f"values; the translation has {len(WORDS)} words."
    )


def _row_layout() -> str:
    head = _head()
    product = head.dp @ head.jacobian @ HEAD_WEIGHTS
    column, rows = head.dp.T.shape[1], head.jacobian.shape[0]
    return (
        rf"A row of {head.dp.shape[1]} times the ${rows} \times {rows}$ Jacobian times $W_y$ "
        rf"leaves {product.size} number, ${product.item():.4g}$; a column has {column} number per "
        f"row, where the Jacobian takes {rows}."
    )


def _base_of_the_logarithm() -> str:
    natural, common = (
        numerical_gradient(lambda y, log=log: float(log(y)), np.array(0.6))
        for log in (np.log, np.log10)
    )
    return (
        f"At $y = 0.6$ the natural logarithm has slope {natural:.5g}, the common one {common:.5g}."
    )


def _chain_of_the_head() -> str:
    head, a = _head(), np.array([forward(EXAMPLE)[1].cell.a])
    numeric = numerical_gradient(lambda a: softmax_head(HEAD_WEIGHTS, a, HEAD_LABEL).error, a)
    rows = [numerical_gradient(lambda z, i=i: float(softmax(z)[i]), head.z) for i in range(3)]
    return (
        rf"On the example the chain gives $\partial E/\partial a = {head.da.item():.6g}$, the "
        rf"central difference is ${numeric.item():.6g}$, and the softmax Jacobian differs from "
        f"central differences by at most {np.abs(head.jacobian - rows).max():.1e}."
    )


HEAD_ERRATA = (
    Erratum(
        "B20",
        "B",
        ("softmax_head",),
        "One LSTM puts out an English word at every German word, and four words become three.",
        "One output per step makes four. An encoder reads the four, then a decoder writes three "
        "words and an end mark.",
        _one_output_per_step,
    ),
    Erratum(
        "B21",
        "B",
        ("softmax_head",),
        r"$\partial E/\partial\hat Y$ is a Jacobian of the shape of $Y$, $3 \times 1$; the check "
        r"of dimensions makes it $1 \times 3$.",
        r"The derivative of a scalar is a gradient, in this layout a row: "
        r"$(1 \times 3)(3 \times 3)(3 \times 1)$.",
        _row_layout,
    ),
    Erratum(
        "B22",
        "C",
        ("softmax_head",),
        "The derivative of Log $y$ is $1/y$, with no base named.",
        r"That is the natural logarithm. To base 10 it is $1/(y \ln 10)$.",
        _base_of_the_logarithm,
    ),
    Erratum(
        "B23",
        "A",
        ("softmax_head",),
        "Cross-entropy, softmax, both Jacobians and the final gradient stand only in figures that "
        "are lost.",
        r"$E = -\sum_i y_i \ln p_i$, $\partial p/\partial z = \mathrm{diag}(p) - p\,p^\top$, "
        r"$\partial E/\partial z = p - y$, $\partial E/\partial a = (p - y)^\top W_y$.",
        _chain_of_the_head,
    ),
)
