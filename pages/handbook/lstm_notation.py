"""Errata of the LSTM post on its notation and on what its lost figures held."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from engine.by_hand.lstm import (
    OUTPUT,
    backward,
    cell,
    forward,
    gate_values,
    labeled,
    total_error,
    weight_gradient,
)
from engine.by_hand.lstm_example import EXAMPLE, ORIGIN, PRINTED_A_2
from engine.gradcheck import check_gradient
from pages.handbook.model import Erratum


def _quotient() -> str:
    steps = forward(EXAMPLE)
    quotient = steps[1].error / steps[1].cell.gate_o
    derivative = backward(EXAMPLE, steps)[1].dvalue[OUTPUT]
    return (
        rf"At step 2 the quotient $E/\Gamma_o$ is {quotient:.4g}, the derivative "
        rf"$\partial E/\partial\Gamma_o$ is {derivative:.4g}."
    )


def _labels() -> str:
    labels = labeled(backward(EXAMPLE, forward(EXAMPLE)))
    last = sum(label.startswith("2.") for label in labels)
    return (
        f"Counted this way, {len(labels)} derivatives carry {len(set(labels))} different labels, "
        f"{last} of them for step 2."
    )


def _three_products() -> str:
    W, x = EXAMPLE.W[:2], forward(EXAMPLE)[1].xa
    return (
        f"With two rows of weights the elementwise product has {(W * x).size} numbers, the matrix "
        f"product {(W @ x).size}."
    )


def _lost_numbers() -> str:
    states, steps = Counter(ORIGIN.values()), forward(EXAMPLE)
    dW, _ = weight_gradient(backward(EXAMPLE, steps))
    check = check_gradient(lambda W: total_error(replace(EXAMPLE, W=W)), dW, EXAMPLE.W)
    return (
        f"The text still has {states['published']} of {states.total()} quantities; with the rest "
        rf"chosen here $a_2 = {steps[1].cell.a:.6g}$ against ${PRINTED_A_2}$ printed, and all "
        f"weight gradients are within {check.error:.1e} of central differences."
    )


def _order_of_gates() -> str:
    u = np.array([2.0, -1.0, 0.5, 0.3])
    own, library = (cell(gate_values(u[order]), 1.5).a for order in ([0, 1, 2, 3], [1, 0, 2, 3]))
    return (
        f"For the pre-activations $(2, -1, 0.5, 0.3)$ and $C = 1.5$ the output is {own:.4g} read "
        f"as forget, input and {library:.4g} read as input, forget."
    )


def _flattened_square() -> str:
    difference = PRINTED_A_2 - EXAMPLE.y[1].item()
    return (
        rf"For $a = {PRINTED_A_2}$ and $y = 0.3$ the flat form times 2 over 2 is "
        rf"${difference * 2 / 2:.4g}$, the square over 2 is {difference**2 / 2:.4g}."
    )


NOTATION_ERRATA = (
    Erratum(
        "B08",
        "C",
        ("notation",),
        r"$\partial E/\Gamma_o$ without a $\partial$ below the bar; $\Gamma$ is sometimes typed as "
        "a Cyrillic letter.",
        r"$\partial E/\partial\Gamma_o$, and one Greek $\Gamma$ that a text search finds.",
        _quotient,
    ),
    Erratum(
        "B09",
        "C",
        ("derivation",),
        "$dC_t$ and $d\\Gamma_o$ are both called derivation 2.1, while $d\\Gamma_u$ is 2.3.1.",
        r"Step, equation, term: 2.1 $da$; 2.2.1 $dC$; 2.2.2 $d\Gamma_o$; 2.3.1 to 2.3.4 "
        r"$d\Gamma_u$, $d\tilde C$, $d\Gamma_f$, $dC_1$; 2.4.1 $da_1$.",
        _labels,
    ),
    Erratum(
        "B14",
        "B",
        ("weights", "softmax_head"),
        "$W_o$ multiplies $x$ beside a $U_o$, then names the joined row; one star stands for "
        "every product, and $Z = W_y a$ has no bias.",
        r"$W = [W_x \mid U]$ throughout, $W a$ for matrix products, $\odot$ elementwise, "
        "and $Z = W_y a + b_y$.",
        _three_products,
    ),
    Erratum(
        "B17",
        "C",
        ("weights",),
        "The first term of the weight gradient is a bare $u$, and the bias gradient is announced "
        "as that of $W_u$.",
        r"That term is $d\Gamma_u$; what follows is the gradient of the bias $b_u$.",
    ),
    Erratum(
        "B24",
        "A",
        ("trails", "derivation"),
        "Inputs, three of four weight rows, biases, initial states and all resulting tables stand "
        "only in figures that are lost.",
        "A complete set of numbers, printed where they survive and chosen where not, that leads "
        "to the printed output.",
        _lost_numbers,
    ),
    Erratum(
        "B25",
        "B",
        ("notation", "weights"),
        "The post has an update gate and $a$, the handbook an input gate and $h$, libraries other "
        "orders and splits of the weights.",
        r"$\Gamma_u = i$, $\Gamma_f = f$, $\tilde C = g$, $\Gamma_o = o$, $a = h$. Weights loaded "
        "in another order run, and give other outputs.",
        _order_of_gates,
    ),
    Erratum(
        "B27",
        "B",
        ("notation", "derivation"),
        "Exponents stand on the line: $(a_t - y_t)2/2$, $\\tanh 2(C_t)$, $ey$.",
        r"$(a_t - y_t)^2/2$, $\tanh^2 C_t = (\tanh C_t)^2$ and $e^y$.",
        _flattened_square,
    ),
)
