"""Chapter 8: an LSTM's forward pass, its parameters and its cell path."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.activations import sigmoid
from engine.by_hand.rnn import parameter_count
from engine.recurrent import LSTM
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, distinct, one, several
from quiz_bank.templates.latex import equals, factor, number, signed
from quiz_bank.templates.lstm_cell import GATES, drawn_unit, forward
from quiz_bank.templates.lstm_words import CELL, SOURCE, numbers, table, values_table, weights_table

PRE_ACTIVATIONS = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)


def _log_cosh(c: float) -> float:
    """ln(2 cosh c), whose derivative is tanh c."""
    return float(np.logaddexp(c, -c))


def one_step(rng: np.random.Generator) -> Variant:
    z, before = distinct(rng, PRE_ACTIVATIONS, 4), one(rng, (-1.6, -1.4, 1.4, 1.6))
    z[2] = np.copysign(one(rng, (0.5, 2.0)), before)  # nothing cancels in the cell
    f, i, _, o = sigmoid(z).tolist()
    g = float(np.tanh(z[2]))
    c = f * before + i * g
    answer = o * float(np.tanh(c))

    def state(c: float) -> float:
        return float(o * np.tanh(c))

    return Variant(
        prompt=rf"""At one step, an LSTM cell with one unit has these pre-activations:

{table(["", *GATES], {"z": numbers(z)})}

They belong to the forget gate $f$, the input gate $i$, the candidate $g$ and the output gate
$o$. The cell state before this step is $C_{{t-1}} = {number(before)}$.

What is the hidden state $h_t$ after it?""",
        answer=answer,
        objective=lambda c: o * _log_cosh(float(c)),
        at=np.array(c),
        solution=rf"""The gates are sigmoids: $f {equals(f)}$, $i {equals(i)}$, $o {equals(o)}$. The
candidate is a tanh: $g = \tanh({number(z[2])}) {equals(g)}$.

Cell state: $C_t = f\, C_{{t-1}} + i\, g = {factor(f * before)} {signed(i * g)} {equals(c)}$.

Hidden state: $h_t = o \tanh(C_t) {equals(answer)}$.""",
        hints=(
            "Three gates are sigmoids of their pre-activations, and the candidate is a tanh.",
            r"$C_t = f\, C_{t-1} + i\, g$ and $h_t = o \tanh(C_t)$.",
            rf"Here $C_t {equals(c)}$.",
        ),
        wrong={
            "cell_not_squashed": o * c,
            "gates_swapped": state(i * before + f * g),
            "input_gate_left_out": state(f * before + g),
            "candidate_as_gate": state(f * before + i * float(sigmoid(z[2]))),
            "forget_complement": state((1 - f) * before + i * g),
        },
    )


def three_steps(rng: np.random.Generator) -> Variant:
    unit = drawn_unit(rng)
    steps = forward(unit)
    c, o = steps[-1].c, steps[-1].o
    answer = steps[-1].h

    def last(h: float | None = None, c: float | None = None) -> float:
        """The last step again, from other states before it."""
        s = steps[-1]
        alone = replace(
            unit, x=unit.x[-1:], h0=s.h_prev if h is None else h, c0=s.c_prev if c is None else c
        )
        return forward(alone)[-1].h

    inputs = ", ".join(f"$x_{t} = {number(x)}$" for t, x in enumerate(unit.x, start=1))
    return Variant(
        prompt=rf"""{CELL}

Its weights and biases are

{weights_table(unit)}

It starts from $h_0 = {number(unit.h0)}$ and $C_0 = {number(unit.c0)}$ and reads {inputs}.

What is $h_3$?""",
        answer=answer,
        objective=lambda c: o * _log_cosh(float(c)),
        at=np.array(c),
        solution=rf"""The same weights serve all three steps; each step reads the $h$ and the
$C$ that the one before has left.

{values_table(steps)}

So $h_3 = {factor(o)} \cdot \tanh({number(c)}) {equals(answer)}$.""",
        hints=(
            "Do one step after the other: four pre-activations, then the cell, then the state.",
            rf"The first step leaves $C_1 {equals(steps[0].c)}$ and $h_1 {equals(steps[0].h)}$.",
            rf"The second leaves $C_2 {equals(steps[1].c)}$ and $h_2 {equals(steps[1].h)}$.",
        ),
        wrong={
            "state_reset": last(h=0.0),
            "cell_reset": last(c=0.0),
            "start_states_zero": forward(replace(unit, h0=0.0, c0=0.0))[-1].h,
            "cell_not_squashed": o * c,
        },
    )


def count(rng: np.random.Generator) -> Variant:
    d, h = (int(rng.choice((3, 5, 8, 10, 20, 32, 50, 64, 100, 128))) for _ in range(2))
    answer = parameter_count("LSTM", d, h)
    sizes = [values.size for values in LSTM(d, h).unpack(np.zeros(answer)).values()]
    block = h * (d + h) + h

    def objective(scale: Array) -> float:
        """Half the squares of all weights, each of them `scale`."""
        return float(sum(size * scale**2 / 2 for size in sizes))

    return Variant(
        prompt=rf"""An LSTM layer has ${h}$ units, reads inputs of ${d}$ numbers, and has one
bias for each unit and gate. It has no peepholes.

How many parameters has the layer?""",
        answer=float(answer),
        objective=objective,
        at=np.array(1.0),
        solution=rf"""Three gates and the candidate each have a matrix for the input, one for the
hidden state before, and a bias: $h\,d + h^2 + h = {h} \cdot {d} + {h}^2 + {h} = {block}$ with
$h$ units and $d$ inputs.

Four such blocks make $4 \cdot {block} {equals(answer)}$ parameters.""",
        hints=(
            "How many affine maps does the cell have, and what does each of them read?",
            rf"Each of the four reads ${d} + {h}$ numbers and puts out ${h}$.",
        ),
        wrong={
            "blocks_not_counted": float(block),
            "candidate_not_counted": float(3 * block),
            "no_biases": float(4 * h * (d + h)),
            "no_recurrent_weights": float(4 * (h * d + h)),
        },
    )


def cell_path(rng: np.random.Generator) -> Variant:
    z, g = several(rng, (0.5, 1.0, 1.5, 2.0, 3.0), 4), several(rng, PRE_ACTIVATIONS, 4)
    entry = several(rng, PRE_ACTIVATIONS, 4)
    start = one(rng, HALVES)
    g = np.copysign(g, start)  # nothing cancels in the cell
    f, i = sigmoid(z), sigmoid(entry)

    def last(c: float) -> float:
        for keep, add in zip(f, i * np.tanh(g), strict=True):
            c = keep * c + add
        return float(c)

    end = last(start)
    answer = float(np.prod(f))
    steps = ["t", *map(str, range(1, 5))]
    rows = {"z^f_t": numbers(z), "z^i_t": numbers(entry), "z^g_t": numbers(g)}
    product = r" \cdot ".join(map(factor, f))
    return Variant(
        prompt=rf"""The cell state of an LSTM with one unit goes
$C_t = f_t\, C_{{t-1}} + i_t\, g_t$ with $f_t = \sigma(z^f_t)$, $i_t = \sigma(z^i_t)$ and
$g_t = \tanh(z^g_t)$, where

{table(steps, rows)}

What is $\dfrac{{\partial C_4}}{{\partial C_0}}$ along the cell path, that is with all gates and
candidates as they are?""",
        answer=answer,
        objective=lambda c: last(float(c)) ** 2 / 2,
        at=np.array(start),
        key=lambda slope: float(slope) / end,
        solution=rf"""Each step multiplies by its forget gate and adds something that does not
contain $C_{{t-1}}$, so $\dfrac{{\partial C_t}}{{\partial C_{{t-1}}}} = f_t = \sigma(z^f_t)$.

Along four steps the gates multiply: $\dfrac{{\partial C_4}}{{\partial C_0}} = f_1 f_2 f_3 f_4
\approx {product} {equals(answer)}$.""",
        hints=(
            r"What is the derivative of $C_t$ by $C_{t-1}$?",
            r"Each step multiplies by $f_t = \sigma(z^f_t)$.",
            rf"The first factor is $\sigma({number(z[0])}) {equals(f[0])}$.",
        ),
        wrong={
            "gates_added": float(np.sum(f)),
            "gate_not_squashed": float(np.prod(z)),
            "step_missing": float(np.prod(f[1:])),
            "gates_swapped": float(np.prod(i)),
            "slope_for_gate": float(np.prod(f * (1 - f))),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="lstm/one-step",
        chapter=8,
        topic="lstm",
        title="One step of an LSTM",
        difficulty="easy",
        kind="number",
        source=SOURCE,
        seconds=150,
        make=one_step,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="lstm/parameter-count",
        chapter=8,
        topic="lstm",
        title="Parameters of an LSTM layer",
        difficulty="easy",
        kind="number",
        source=SOURCE,
        seconds=90,
        make=count,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="lstm/cell-path",
        chapter=8,
        topic="lstm",
        title="What is left along the cell path",
        difficulty="easy",
        kind="number",
        source=SOURCE,
        seconds=120,
        make=cell_path,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="lstm/three-steps",
        chapter=8,
        topic="lstm",
        title="Three steps of an LSTM",
        difficulty="medium",
        kind="number",
        source=SOURCE,
        seconds=480,
        make=three_steps,
        tags=frozenset({"complete"}),
    ),
)
