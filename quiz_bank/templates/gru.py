"""Chapter 8: the gated recurrent unit by hand, after Cho et al. 2014."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np

from engine.activations import Elementwise
from engine.by_hand.rnn import parameter_count
from engine.types import Array
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import HALVES, TENTHS, distinct, keeps_digits, one, until
from quiz_bank.templates.latex import equals, factor, number, signed
from quiz_bank.templates.slips import SIGMOID, SIGMOID_SLIPS, TANH

STATE = r"h_t = (1 - z)\, n + z\, h_{t-1}"
PRE_ACTIVATIONS = (-1.4, -1.1, -0.8, -0.5, 0.5, 0.8, 1.1, 1.4)


def new_state(rng: np.random.Generator) -> Variant:
    uz, un = distinct(rng, PRE_ACTIVATIONS, 2)
    before = one(rng, TENTHS)
    z, n = float(SIGMOID.f(uz)), float(TANH.f(un))
    answer = (1 - z) * n + z * before
    return Variant(
        prompt=rf"""A GRU with one unit forms its new state from the update gate
$z = \sigma(u_z)$ and the candidate $n = \tanh(u_n)$:
$$
{STATE}.
$$
In one step $u_z = {number(uz)}$, $u_n = {number(un)}$ and $h_{{t-1}} = {number(before)}$.

What is $h_t$?""",
        answer=answer,
        objective=lambda h: (
            float((h[0] ** 2 * np.tanh(un) * np.exp(-uz) + h[1] ** 2) / 2) / (1 + np.exp(-uz))
        ),
        at=np.array([1.0, before]),
        key=lambda slopes: float(slopes.sum()),
        solution=rf"""$z = \sigma({number(uz)}) {equals(z)}$ and $n = \tanh({number(un)})
{equals(n)}$.

$h_t = (1 - {number(z)}) \cdot {factor(n)} + {number(z)} \cdot {factor(before)} {equals(answer)}$:
the gate moves the state from the old value towards the candidate.""",
        hints=(
            r"First the gate and the candidate: $z = \sigma(u_z)$ and $n = \tanh(u_n)$.",
            rf"$z {equals(z)}$ and $n {equals(n)}$.",
        ),
        wrong={
            "gate_complement": z * n + (1 - z) * before,
            "gates_not_coupled": n + z * before,
            "tanh_of_state": float(np.tanh(answer)),
        },
    )


def update_gate(rng: np.random.Generator) -> Variant:
    uz, un = distinct(rng, PRE_ACTIVATIONS, 2)
    before = float(np.copysign(one(rng, (0.3, 0.4, 0.6, 0.7, 0.9)), -un))
    dh = one(rng, HALVES)
    z, n = float(SIGMOID.f(uz)), float(TANH.f(un))

    def gradient(unit: Elementwise = SIGMOID) -> float:
        return float(dh * (before - n) * unit.df(uz))

    return Variant(
        prompt=rf"""A GRU with one unit computes ${STATE}$ with $z = \sigma(u_z)$ and
$n = \tanh(u_n)$. In one step $u_z = {number(uz)}$, $u_n = {number(un)}$,
$h_{{t-1}} = {number(before)}$, and the loss passes $\dfrac{{\partial E}}{{\partial h_t}} =
{number(dh)}$ back.

What is $\dfrac{{\partial E}}{{\partial u_z}}$, the gradient at the gate's pre-activation?""",
        answer=gradient(),
        objective=lambda u: float(dh * (n + (before - n) / (1 + np.exp(-u)))),
        at=np.array(uz),
        solution=rf"""Forward: $z {equals(z)}$, $n {equals(n)}$.

The gate stands twice in the sum, with opposite signs:
$\dfrac{{\partial h_t}}{{\partial z}} = h_{{t-1}} - n {equals(before - n)}$.

Its slope: $z (1 - z) {equals(SIGMOID.df(uz))}$.

Product: ${factor(dh)} \cdot {factor(before - n)} \cdot {number(SIGMOID.df(uz))}
{equals(gradient())}$.""",
        hints=(
            r"$z$ stands in both terms of the sum.",
            r"$\partial h_t / \partial z = h_{t-1} - n$, and the gate's slope is $z(1 - z)$.",
            rf"$z {equals(z)}$ and $n {equals(n)}$.",
        ),
        wrong={key: gradient(unit) for key, unit in SIGMOID_SLIPS.items()}
        | {
            "one_term_only": float(dh * before * SIGMOID.df(uz)),
        },
    )


@dataclass(frozen=True)
class Unit:
    """z = sigma(a + w h), r = sigma(c + v h) and n = tanh(b + q r h) for the state h before."""

    a: float
    w: float
    c: float
    v: float
    b: float
    q: float
    before: float

    def values(self) -> tuple[float, float, float]:
        """z, r and n."""
        z, r = SIGMOID.f([self.a + self.w * self.before, self.c + self.v * self.before]).tolist()
        return z, r, float(TANH.f(self.b + self.q * r * self.before))

    def paths(self) -> tuple[float, float, float, float]:
        """What the new state's derivative gets kept, and through z, n (r held) and r."""
        (z, r, n), h = self.values(), self.before
        inside = (1 - z) * (1 - n**2) * self.q
        through_z = (h - n) * z * (1 - z) * self.w
        return z, through_z, inside * r, inside * h * r * (1 - r) * self.v

    def state(self, h: Array) -> float:
        """The new state from h, in plain NumPy."""
        z = 1 / (1 + np.exp(-(self.a + self.w * h)))
        r = 1 / (1 + np.exp(-(self.c + self.v * h)))
        return float((1 - z) * np.tanh(self.b + self.q * r * h) + z * h)


def _unit(rng: np.random.Generator) -> Unit:
    w, v, q = distinct(rng, (-1.2, -0.9, -0.7, 0.7, 0.9, 1.2), 3).tolist()
    a, c = distinct(rng, (-0.6, -0.4, 0.4, 0.6), 2).tolist()
    before, b = one(rng, (-0.8, -0.5, 0.5, 0.8)), one(rng, (-0.3, 0.3))
    return Unit(a, w, c, v, b, q, before)


def old_state(rng: np.random.Generator) -> Variant:
    unit = until(lambda: _unit(rng), lambda unit: keeps_digits(unit.paths()))
    a, w, c, v, b, q, before = astuple(unit)
    z, r, n = unit.values()
    keep, through_z, through_n, through_r = unit.paths()
    answer = keep + through_z + through_n + through_r
    return Variant(
        prompt=rf"""A GRU with one unit sees the input only through the constants, so that with
$h = h_{{t-1}}$
$$
\begin{{aligned}} z &= \sigma({number(a)} {signed(w)}\,h) \\
r &= \sigma({number(c)} {signed(v)}\,h) \\ n &= \tanh({number(b)} {signed(q)}\,r h) \end{{aligned}}
$$
and ${STATE}$. The state before is $h_{{t-1}} = {number(before)}$.

What is $\dfrac{{\partial h_t}}{{\partial h_{{t-1}}}}$, with all paths counted?""",
        answer=answer,
        objective=unit.state,
        at=np.array(before),
        solution=rf"""Forward: $z {equals(z)}$, $r {equals(r)}$, $n {equals(n)}$.

Kept: $z {equals(keep)}$.

Through the update gate: $(h_{{t-1}} - n)\, z(1 - z) \cdot {factor(w)} {equals(through_z)}$.

Through the candidate, $r$ held: $(1 - z)(1 - n^2) \cdot {factor(q)} \cdot r {equals(through_n)}$.

Through the reset gate: $(1 - z)(1 - n^2) \cdot {factor(q)}\, h_{{t-1}}\, r(1 - r) \cdot {factor(v)}
{equals(through_r)}$.

Sum: ${number(answer)}$.""",
        hints=(
            r"The state before enters four times: kept by $z$, in $z$, in $r$ and in $n$.",
            r"The path that is kept alone gives $z$; add the other three.",
            rf"$z {equals(z)}$, $r {equals(r)}$, $n {equals(n)}$.",
        ),
        wrong={
            "kept_path_only": keep,
            "no_gate_recurrence": keep + through_n,
            "reset_gate_path_left_out": keep + through_z + through_n,
            "no_sig": float(keep + (before - n) * w + (1 - z) * q * r + (1 - z) * q * before * v),
        },
    )


def update_slope(rng: np.random.Generator) -> Variant:
    k, c = int(rng.integers(2, 7)), int(rng.integers(1, 5))
    gate = f"sigma({k}*x - {c})"
    answer = f"{k}*(h - n)*{gate}*(1 - {gate})"
    return Variant(
        prompt=rf"""The update gate of a GRU is $z = \sigma({k}x - {c})$, and its new state is
$h' = (1 - z)\,n + z\,h$ with a candidate $n$ that does not depend on $x$.

Give $\dfrac{{\partial h'}}{{\partial x}}$ as a formula in `x`, `n` and `h`.""",
        answer=Formula(answer, ("x", "n", "h"), f"(1 - {gate})*n + {gate}*h", "x"),
        solution=rf"""By the gate: $\dfrac{{\partial h'}}{{\partial z}} = h - n$. The gate's slope
is $z(1 - z)$, and its inside has the slope {k}:
$\dfrac{{\partial h'}}{{\partial x}} = {k}\,(h - n)\,\sigma({k}x - {c})(1 - \sigma({k}x - {c}))$.

As typed: `{answer}`""",
        hints=(
            r"Chain rule: $h'$ by $z$, the slope of the sigmoid, the slope of its inside.",
            r"$\partial h' / \partial z = h - n$.",
        ),
        wrong={
            "inner_slope_left_out": f"(h - n)*{gate}*(1 - {gate})",
            "no_sig": f"{k}*(h - n)",
            "one_term_only": f"{k}*h*{gate}*(1 - {gate})",
        },
    )


def saved(rng: np.random.Generator) -> Variant:
    d, h = (int(v) for v in distinct(rng, range(5, 41, 5), 2))
    lstm, gru = (parameter_count(cell, d, h) for cell in ("LSTM", "GRU"))
    answer = lstm - gru
    return Variant(
        prompt=f"""One layer has {d} inputs and {h} units, and one bias vector for each gate and for
the candidate. How many fewer parameters does it have as a GRU (Cho et al. 2014) than as an
LSTM?""",
        answer=float(answer),
        objective=lambda blocks: float(blocks**2 * h * (d + h + 1) / 2),
        at=np.array(1.0),
        solution=rf"""Each gate or candidate has ${h} \cdot ({d} + {h})$ weights and {h} biases,
${answer}$ parameters. An LSTM has four such blocks, ${lstm}$ in all, a GRU three, ${gru}$. The
difference is one block, ${answer}$.""",
        hints=(
            "Count the blocks: three gates and a candidate in an LSTM; in a GRU?",
            rf"One block has ${h} \cdot ({d} + {h}) + {h}$ parameters.",
        ),
        wrong={
            "no_biases": float(h * (d + h)),
            "no_recurrent_weights": float(h * (d + 1)),
            "whole_in_place_of_difference": float(gru),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="gru/parameters-saved",
        chapter=8,
        topic="gru",
        title="What a GRU saves",
        difficulty="easy",
        kind="number",
        source="Cho et al. 2014; Hochreiter & Schmidhuber 1997",
        seconds=90,
        make=saved,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="gru/new-state",
        chapter=8,
        topic="gru",
        title="One step of a GRU",
        difficulty="easy",
        kind="number",
        source="Cho et al. 2014, equations 5 to 8",
        seconds=120,
        make=new_state,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="gru/update-slope",
        chapter=8,
        topic="gru",
        title="The slope of the update gate",
        difficulty="medium",
        kind="formula",
        source="Cho et al. 2014, equation 7",
        seconds=120,
        make=update_slope,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="gru/update-gate",
        chapter=8,
        topic="gru",
        title="The gradient at the update gate",
        difficulty="medium",
        kind="number",
        source="Cho et al. 2014, equation 7",
        seconds=180,
        make=update_gate,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="gru/all-paths",
        chapter=8,
        topic="gru",
        title="Every path through a GRU",
        difficulty="hard",
        kind="number",
        source="Cho et al. 2014, equations 5 to 8",
        seconds=360,
        make=old_state,
        tags=frozenset({"complete"}),
    ),
)
