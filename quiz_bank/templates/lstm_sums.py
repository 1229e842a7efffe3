"""Chapter 8: one step of an LSTM's way back, and sums over its steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import keeps_digits, until
from quiz_bank.templates.latex import equals, factor, matrix, number, vector
from quiz_bank.templates.lstm_cell import (
    GATES,
    SLIPS,
    Unit,
    drawn_unit,
    forward,
    loss,
    shares,
    slipped,
    truth,
)
from quiz_bank.templates.lstm_parts import product, with_moved
from quiz_bank.templates.lstm_words import (
    CELL,
    SOURCE,
    forward_values,
    numbers,
    table,
)


def _ways_to_the_loss(unit: Unit) -> list[float]:
    """What the derivative by h_2 is made of: its own error, and a term from each gate of step 3."""
    own = forward(unit)[1].h - float(unit.y[1])
    return [own, *(unit.u * truth(unit).dz[2]).tolist()]


def inner_state(rng: np.random.Generator) -> Variant:
    unit = until(
        lambda: drawn_unit(rng, targets=2), lambda unit: keeps_digits(_ways_to_the_loss(unit))
    )
    found = truth(unit)
    own, *terms = _ways_to_the_loss(unit)
    future = sum(terms)
    answer = float(found.dh[1])
    both = zip(GATES, numbers(unit.u), numbers(found.dz[2]), strict=True)
    rows = {gate: (u, dz) for gate, u, dz in both}
    weights_and_gradients = table(["q", "u_q", r"\delta z^q_3"], rows)
    written = " + ".join(map(product, unit.u, found.dz[2]))
    return Variant(
        prompt=forward_values(
            unit,
            rf"""On the way back, step 3 has been done: $\delta z^q_3$ is the derivative of $E$
by the pre-activation $z^q_3$. With the recurrent weights,

{weights_and_gradients}

What is the total derivative of $E$ by $h_2$?""",
            "",
            first=2,
        ),
        answer=answer,
        objective=lambda at: loss(unit, {"h2": float(at)}),
        at=np.array(0.0),
        solution=rf"""$h_2$ reaches the loss at once and through step 3, where it enters all four
gates.

At once: $h_2 - y_2 {equals(own)}$.

Through step 3: $\sum_q u_q\, \delta z^q_3 = {written} {equals(future)}$.

Step 3 reads $h_2$ through these gates alone, so that is all:
$\dfrac{{\partial E}}{{\partial h_2}} = {factor(own)} + {factor(future)} {equals(answer)}$.""",
        hints=(
            "There are two ways from this state to the loss: its own error, and the next step.",
            r"Through the next step: $\sum_q u_q\, \delta z^q_3$, four terms.",
            rf"The own error is $h_2 - y_2 {equals(own)}$.",
        ),
        wrong={
            "no_gate_recurrence": own,
            "later_steps_only": future,
            "one_gate_only": own + terms[3],
            "recurrent_weight_left_out": own + float(found.dz[2].sum()),
        },
    )


def forget_bias(rng: np.random.Generator) -> Variant:
    unit = until(
        lambda: drawn_unit(rng, targets=3), lambda unit: keeps_digits(truth(unit).dz[:, 0])
    )
    found, steps = truth(unit), forward(unit)
    added = found.dz[:, 0]
    answer, written = float(added.sum()), " + ".join(map(factor, added))
    slips = ("f_uses_c_t", "no_sig", "sig_plus", "last_step_only", "mean_over_time")
    rows = {
        "f_t": numbers([s.f for s in steps]),
        "C_{t-1}": numbers([s.c_prev for s in steps]),
        "C_t": numbers([s.c for s in steps]),
        r"\delta C_t": numbers(found.dc),
    }

    def given_dc(key: str) -> float:
        """The slip made from the given derivatives by the cell states."""
        rules = SLIPS[key]
        dz = [rules.forget(s, d) * rules.slope(s.f) for s, d in zip(steps, found.dc, strict=True)]
        return float(rules.over_time(np.array(dz)))

    return Variant(
        prompt=rf"""{CELL}

It has run for three steps, and on the way back the derivatives $\delta C_t$ of the loss $E$ by all
cell states have been found, every path counted:

{table(["t", "1", "2", "3"], rows)}

What is $\dfrac{{\partial E}}{{\partial b_f}}$?""",
        answer=answer,
        objective=lambda at: loss(with_moved(unit, "b", "f", float(at))),
        at=np.array(0.0),
        solution=rf"""The forget gate scales the old cell state, so its derivative is
$\delta C_t\, C_{{t-1}}$, and through the sigmoid that of its pre-activation is
$\delta C_t\, C_{{t-1}}\, f_t (1 - f_t)$.

For $t = 1, 2, 3$ that is ${vector(added)}$.

The bias is added at every step: $\dfrac{{\partial E}}{{\partial b_f}} = {written}
{equals(answer)}$.""",
        hints=(
            r"$C_t = f_t\, C_{t-1} + i_t\, g_t$: which factor goes with $f_t$?",
            r"Each step adds $\delta C_t\, C_{t-1}\, f_t (1 - f_t)$.",
            rf"The last step adds ${number(added[2])}$.",
        ),
        wrong={key: given_dc(key) for key in slips},
    )


def _weights_keep_digits(unit: Unit) -> bool:
    return all(keeps_digits(added) for name in "wu" for added in shares(unit, name).T)


def stacked_product(rng: np.random.Generator) -> Variant:
    unit = until(lambda: drawn_unit(rng, targets=3), _weights_keep_digits)
    found, steps = truth(unit), forward(unit)
    answer = np.stack([found.dw, found.du], axis=1)
    xh = np.array([(s.x, s.h_prev) for s in steps])
    rows = {
        "x_t": numbers(unit.x),
        "h_{t-1}": numbers(xh[:, 1]),
        "h_t": numbers([s.h for s in steps]),
    }
    rows |= {
        rf"\delta z^{gate}_t": numbers(column)
        for gate, column in zip(GATES, found.dz.T, strict=True)
    }
    slips = ("last_step_only", "mean_over_time", "u_uses_h_t")

    def objective(at: Array) -> float:
        return loss(replace(unit, w=at[:, 0], u=at[:, 1]))

    return Variant(
        prompt=rf"""An LSTM cell with one unit has the pre-activations
$z^q_t = w_q x_t + u_q h_{{t-1}} + b_q$ for $q = f, i, g, o$. It has run for three steps,
and on the way back the derivatives $\delta z^q_t$ of the loss $E$ by all of them have been found:

{table(["t", "1", "2", "3"], rows)}

Its weights stand in one matrix $W$ with the rows $(w_q, u_q)$ in the order $f, i, g, o$.
Give $\dfrac{{\partial E}}{{\partial W}}$ as a matrix of the same shape.""",
        answer=answer,
        objective=objective,
        at=np.stack([unit.w, unit.u], axis=1),
        solution=rf"""Each step adds the outer product of its derivatives with its inputs
$(x_t, h_{{t-1}})$. Side by side, the three steps make one product of a $4 \times 3$ and a
$3 \times 2$ matrix: $\Delta$, the rows $\delta z^q_t$ of the table, times
$$
X = {matrix(xh)}.
$$

The sum over time is inside the product, so $\dfrac{{\partial E}}{{\partial W}} = \Delta X$ is
$$
{matrix(answer)}
$$""",
        hints=(
            "The matrix has four rows and two columns, like the weights.",
            r"Row $q$ is $\sum_t \delta z^q_t\, (x_t, h_{t-1})$.",
            rf"Its first row is ${vector(answer[0])}$.",
        ),
        wrong={key: np.stack([g.dw, g.du], axis=1) for key, g in slipped(unit, slips).items()},
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="lstm/inner-state",
        chapter=8,
        topic="lstm",
        title="Total gradient at an inner step",
        difficulty="medium",
        kind="number",
        source=SOURCE,
        seconds=300,
        make=inner_state,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="lstm/forget-bias-gradient",
        chapter=8,
        topic="lstm",
        title="Bias of the forget gate from the cell gradients",
        difficulty="medium",
        kind="number",
        source=SOURCE,
        seconds=240,
        make=forget_bias,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="lstm/stacked-product",
        chapter=8,
        topic="lstm",
        title="All weight gradients as one product",
        difficulty="medium",
        kind="matrix",
        source=SOURCE,
        seconds=420,
        make=stacked_product,
        tags=frozenset({"complete"}),
    ),
)
