"""Errata of chapter 8 on recurrent networks and LSTMs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.by_hand.lstm import CANDIDATE, cell, forward, gate_values
from engine.by_hand.lstm_example import EXAMPLE
from engine.by_hand.rnn import (
    BLOCKS,
    half_squared_error,
    hidden_states,
    outputs,
    parameter_count,
    through_time,
    without_biases,
)
from engine.gradcheck import check_gradient, numerical_gradient
from engine.printed.recurrent import printed_hidden_states
from pages.handbook.model import Erratum


def _shapes() -> str:
    d, h, k = 3, 4, 2
    size = without_biases(np.zeros((h, d)), np.zeros((h, h)), np.zeros((k, h))).size
    return f"With {d} inputs, {h} hidden units and {k} outputs the shapes make {size} parameters."


def _reset_in_the_loop() -> str:
    rng = np.random.default_rng(0)
    p = without_biases(*(rng.normal(size=shape) for shape in ((4, 2), (4, 4), (1, 4))))
    x = rng.normal(size=(5, 2))
    moved = x.copy()
    moved[0] += 1
    listed, right = (
        abs(outputs(p, states(p, moved))[-1] - outputs(p, states(p, x))[-1]).item()
        for states in (printed_hidden_states, hidden_states)
    )
    return (
        f"Adding 1 to the first of five inputs moves the last output by {listed:.4g} as listed and "
        f"by {right:.4g} with the state set once before the loop."
    )


def _through_time() -> str:
    rng = np.random.default_rng(0)
    p = without_biases(
        0.7 * rng.normal(size=(4, 2)), 0.7 * rng.normal(size=(4, 4)), rng.normal(size=(1, 4))
    )
    x, y = rng.normal(size=(6, 2)), rng.normal(size=6)[:, None]
    whole, cut = (through_time(p, x, y, carry=carry).W_hh for carry in (True, False))
    check = check_gradient(lambda W: half_squared_error(replace(p, W_hh=W), x, y), whole, p.W_hh)
    return (
        f"Over 6 steps the rule and central differences differ by at most {check.error:.1e}; "
        rf"without $W_{{hh}}^\top dz_{{t+1}}$ the gradient of $W_{{hh}}$ is off by up to "
        f"{np.abs(cut - whole).max():.4g}."
    )


def _peepholes() -> str:
    plain, peeping = (parameter_count("LSTM", 4, 8, peepholes=holes) for holes in (False, True))
    return (
        f"With 4 inputs and 8 units a standard LSTM has {plain} parameters, with peepholes "
        f"{peeping}."
    )


def _what_the_state_contains() -> str:
    values = np.array([0.7, 0.4, 0.5, 0.6])
    forget, update, candidate, output = numerical_gradient(lambda v: cell(v, 0.3).c, values)
    return (
        f"By central differences the cell state moves by {forget:.3g} per unit of the forget gate, "
        f"{update:.3g} of the input gate, {candidate:.3g} of the candidate and {output:.3g} of the "
        "output gate."
    )


def _exploding_lstm() -> str:
    steps, weight = 20, 8.0
    W, b = np.zeros((4, 3)), np.array([0.0, 2.0, 0.0, 2.0])
    W[CANDIDATE, -1] = weight
    f, u, _, o = gate_values(b)

    def last_state(c_0: float) -> float:
        x, y, a_0 = np.zeros((steps, 2)), np.zeros(steps), float(o * np.tanh(c_0))
        return forward(replace(EXAMPLE, W=W, b=b, x=x, y=y, a_0=a_0, c_0=c_0))[-1].cell.c

    start, factor = 1e-30, f + u * weight * o
    numeric = (last_state(start) - last_state(-start)) / (2 * start)
    return (
        rf"With one unit at 0 and $W_{{c,a}} = {weight:.2g}$ the central difference of $C_{{20}}$ "
        rf"by $C_0$ is {numeric:.4g}, the factor {factor:.4g} to the power {steps} is "
        f"{factor**steps:.4g}."
    )


def _four_times() -> str:
    counts = [f"{cell} {parameter_count(cell, 32, 64):,}" for cell in BLOCKS]
    return f"With 32 inputs and 64 units the parameters are {', '.join(counts)}."


ERRATA = (
    Erratum(
        "H108",
        "B",
        ("unrolled",),
        "$h_t$ trains the hidden layer of the next observation.",
        "It is an input of the next state. Training is the update of the weights by "
        "backpropagation through time.",
    ),
    Erratum(
        "H109",
        "B",
        ("unrolled",),
        "A plain network has a single input and independent hidden layers.",
        "It takes a vector, and its layers feed one another. What it lacks is a link through time.",
    ),
    Erratum(
        "H110",
        "C",
        ("unrolled",),
        "$Y_t = W_{hy} h_t + b_y$ without an output function, and no shapes.",
        r"$Y_t = g(W_{hy} h_t + b_y)$, $g$ the identity or softmax; $W_{xh}$ $(h, d)$, $W_{hh}$ "
        "$(h, h)$, $W_{hy}$ $(k, h)$.",
        _shapes,
    ),
    Erratum(
        "H111",
        "A",
        ("unrolled",),
        "The listing sets $h_0$ to zeros and lists the parameters inside its loop over $t$.",
        "Both belong before the loop. Set to zero in it, the state forgets at each step; the same "
        "parameters serve all steps.",
        _reset_in_the_loop,
    ),
    Erratum(
        "H112",
        "A",
        ("unrolled",),
        "A loss, the backward pass through time and the equations of the LSTM are left out.",
        r"$dh_t = W_{hy}^\top dy_t + W_{hh}^\top dz_{t+1}$ with $dz_t = dh_t \odot (1 - h_t^2)$; "
        "the LSTM's seven equations are those of the post.",
        _through_time,
    ),
    Erratum(
        "H113",
        "C",
        ("costs",),
        "Recurrent networks cannot be trained in parallel.",
        "Not over time: a step waits for the one before. Sequences of a batch and units of a step "
        "do run in parallel.",
    ),
    Erratum(
        "H114",
        "B",
        ("memory", "costs"),
        "Limited context: that nothing is kept or forgotten by choice led to Transformers.",
        "It led to the gates of LSTM and GRU. Attention answers serial computation and the long "
        "path between distant words.",
    ),
    Erratum(
        "H115",
        "B",
        ("cell",),
        "Mechanisms that regulate the flow are called cells, and in the next line gates.",
        "Gates are valves between 0 and 1, the cell state is the memory that they act on, and the "
        "cell is the block that holds both.",
    ),
    Erratum(
        "H116",
        "B",
        ("cell", "costs"),
        "Lines lead from the cell state into every gate.",
        "That is an LSTM with peepholes. The gates of the standard one see $h_{t-1}$ and $x_t$ "
        "only.",
        _peepholes,
    ),
    Erratum(
        "H117",
        "A",
        ("cell",),
        "The cell state is a function of the three gates.",
        r"$C_t = \Gamma_u \tilde C + \Gamma_f C_{t-1}$: two gates and the candidate. The output "
        "gate acts on $h_t$ alone.",
        _what_the_state_contains,
    ),
    Erratum(
        "H118",
        "B",
        ("gradient_flow",),
        "LSTMs solve vanishing and exploding gradients.",
        r"The sum in the cell path eases vanishing where $\Gamma_f$ is near 1. Through $h_{t-1}$ "
        "gradients can still explode.",
        _exploding_lstm,
    ),
    Erratum(
        "H119",
        "C",
        ("costs",),
        "Many parameters are a drawback of the LSTM against the RNN, then of both.",
        "An LSTM has four times the recurrent parameters of a plain RNN. What both share is the "
        "serial computation.",
        _four_times,
    ),
)
