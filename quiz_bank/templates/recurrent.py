"""Chapter 8: a plain recurrent network forward, and backpropagation through time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.activations import Elementwise
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, TENTHS, distinct, keeps_digits, one, several, until
from quiz_bank.templates.latex import equals, factor, number, signed, vector
from quiz_bank.templates.slips import TANH, TANH_SLIPS

STEPS = 3
ALONE = np.array([0.0, 0.0, 1.0])  # the loss stands at the last step alone


@dataclass(frozen=True, eq=False)
class Unit:
    """One tanh unit, h_t = tanh(u x_t + w h_(t-1)), with inputs x (t,) and the start h_0."""

    u: float
    w: float
    x: Array
    h0: float

    def states(self, unit: Elementwise = TANH) -> Array:
        """h_0 to h_T, (t + 1,)."""
        h = [self.h0]
        for x in self.x:
            h.append(float(unit.f(self.u * x + self.w * h[-1])))
        return np.array(h)

    def backward(self, dh: Array, unit: Elementwise = TANH, carry: float = 1.0) -> Array:
        """Derivatives by the pre-activations, (t,), from those by h_1 to h_T that the losses give
        directly; `carry` 0 drops what comes from later steps."""
        z = self.u * self.x + self.w * self.states()[:-1]
        du, later = np.zeros(len(self.x)), 0.0
        for t in reversed(range(len(self.x))):
            du[t] = (dh[t] + carry * later) * unit.df(z[t])
            later = self.w * du[t]
        return du


def _unit(rng: np.random.Generator) -> Unit:
    """Drawn again until no state is near 0 or 1, where h or 1 - h^2 has lost its digits."""

    def draw() -> Unit:
        w = one(rng, (-1.5, -1.2, -0.8, 0.8, 1.2, 1.5))
        return Unit(one(rng, TENTHS), w, distinct(rng, HALVES, STEPS), one(rng, TENTHS))

    def bends(unit: Unit) -> bool:
        size = np.abs(unit.states())
        return bool(((size > 0.1) & (size < 0.9)).all())

    return until(draw, bends)


def _given(unit: Unit) -> str:
    return rf"""A recurrent network with one unit computes
$$
h_t = \tanh(u\,x_t + w\,h_{{t-1}})
$$
from $h_0 = {number(unit.h0)}$ with $u = {number(unit.u)}$, $w = {number(unit.w)}$ and the inputs
$x = {vector(unit.x)}$."""


def _last(u: float, w: float | Array, x: Array, h0: float) -> float:
    h = np.asarray(h0)
    for x_t in x:
        h = np.tanh(u * x_t + w * h)
    return float(h)


def second_state(rng: np.random.Generator) -> Variant:
    drawn = _unit(rng)
    unit = Unit(drawn.u, drawn.w, drawn.x[:2], drawn.h0)
    h = unit.states()
    z1, z2 = (unit.u * unit.x[k] + unit.w * h[k] for k in range(2))
    return Variant(
        prompt=rf"""{_given(unit)}

What is $h_2$?""",
        answer=float(h[2]),
        objective=lambda scale: float(scale**2) / 2 * _last(unit.u, unit.w, unit.x, unit.h0),
        at=np.array(1.0),
        solution=rf"""Step 1: $u x_1 + w h_0 = {factor(unit.u)} \cdot {factor(unit.x[0])} +
{factor(unit.w)} \cdot {factor(unit.h0)} {equals(z1)}$, so $h_1 = \tanh({number(z1)})
{equals(h[1])}$.

Step 2, with the same $u$ and $w$: $u x_2 + w h_1 = {factor(unit.u)} \cdot
{factor(unit.x[1])} + {factor(unit.w)} \cdot {factor(h[1])} {equals(z2)}$, so
$h_2 = \tanh({number(z2)}) {equals(h[2])}$.""",
        hints=(
            r"Go one step at a time: $h_1$ from $x_1$ and $h_0$, then $h_2$ from $x_2$ and $h_1$.",
            rf"$h_1 {equals(h[1])}$.",
        ),
        wrong={
            "state_reset": float(np.tanh(unit.u * unit.x[1])),
            "state_not_updated": float(np.tanh(unit.u * unit.x[1] + unit.w * unit.h0)),
            "activation_left_out": float(unit.u * unit.x[1] + unit.w * z1),
        },
    )


def recurrent_weight(rng: np.random.Generator) -> Variant:
    unit = until(
        lambda: _unit(rng), lambda unit: keeps_digits(unit.backward(ALONE) * unit.states()[:-1])
    )
    h = unit.states()
    y = one(rng, (-2.0, -1.0, 1.0, 2.0))
    error = float(h[-1] - y)
    at_end = error * ALONE

    def gradient(rule: Elementwise = TANH, before: Array = h[:-1], at: Array = at_end) -> float:
        return float(unit.backward(at, rule) @ before)

    shares = unit.backward(at_end) * h[:-1]
    du = unit.backward(at_end)
    return Variant(
        prompt=rf"""{_given(unit)} The loss is $E = \tfrac12 (h_3 - y)^2$ with $y = {number(y)}$.

What is $\dfrac{{\partial E}}{{\partial w}}$?""",
        answer=gradient(),
        objective=lambda w: (_last(unit.u, w, unit.x, unit.h0) - y) ** 2 / 2,
        at=np.array(unit.w),
        solution=rf"""Forward: $h_1 {equals(h[1])}$, $h_2 {equals(h[2])}$, $h_3 {equals(h[3])}$;
the error is $h_3 - y {equals(error)}$.

Backward, by what stands inside each tanh: $\delta_3 = (h_3 - y)(1 - h_3^2) {equals(du[2])}$, then
$\delta_2 = w\,\delta_3 (1 - h_2^2) {equals(du[1])}$ and
$\delta_1 = w\,\delta_2 (1 - h_1^2) {equals(du[0])}$.

The same $w$ stands in every step, so the shares $\delta_t h_{{t-1}}$ add up:
$\dfrac{{\partial E}}{{\partial w}} = {number(shares[2])} {signed(shares[1])} {signed(shares[0])}
{equals(gradient())}$.""",
        hints=(
            r"Each step uses $w$ once, and its share is $\delta_t h_{t-1}$, the state before.",
            r"$\delta_3 = (h_3 - y)(1 - h_3^2)$ and $\delta_{t-1} = w\,\delta_t (1 - h_{t-1}^2)$.",
            rf"$h_1 {equals(h[1])}$, $h_2 {equals(h[2])}$, $h_3 {equals(h[3])}$.",
        ),
        wrong={
            "last_step_only": float(shares[-1]),
            "mean_over_time": gradient() / STEPS,
            "u_uses_h_t": gradient(before=h[1:]),
            "no_sig": gradient(TANH_SLIPS["no_sig"]),
            "tanh_deriv": gradient(TANH_SLIPS["tanh_deriv"]),
            "loss_sign": gradient(at=-at_end),
        },
    )


def _sums_stand_out(unit: Unit, y: Array) -> bool:
    """Whether at no state its own error and what comes back nearly cancel."""
    errors = unit.states()[1:] - y
    back = unit.w * unit.backward(errors)[1:]
    return all(keeps_digits(terms) for terms in zip(errors[:-1], back, strict=True))


def inner_state(rng: np.random.Generator) -> Variant:
    unit, y = until(
        lambda: (_unit(rng), several(rng, (-2.0, -1.0, 1.0, 2.0), STEPS)),
        lambda drawn: _sums_stand_out(*drawn),
    )
    h = unit.states()
    errors = h[1:] - y
    du = unit.backward(errors)

    def at_first(direct: float, later: float) -> float:
        return direct + unit.w * later

    only_next = errors[1] * (1 - h[2] ** 2)
    no_slope = unit.backward(errors, TANH_SLIPS["no_sig"])[1]
    x, w, u = unit.x[1:], unit.w, unit.u

    def losses(h1: Array) -> float:
        h2 = np.tanh(u * x[0] + w * h1)
        h3 = np.tanh(u * x[1] + w * h2)
        return float(((h1 - y[0]) ** 2 + (h2 - y[1]) ** 2 + (h3 - y[2]) ** 2) / 2)

    return Variant(
        prompt=rf"""{_given(unit)} Every step has a target, $y = {vector(y)}$, and the loss is the
sum $E = \tfrac12 \sum_t (h_t - y_t)^2$.

What is $\dfrac{{\partial E}}{{\partial h_1}}$, with everything that follows from $h_1$ counted?""",
        answer=at_first(errors[0], du[1]),
        objective=losses,
        at=np.array(h[1]),
        solution=rf"""Forward: $h_1 {equals(h[1])}$, $h_2 {equals(h[2])}$, $h_3 {equals(h[3])}$.

From the end: $dh_3 = h_3 - y_3 {equals(errors[2])}$ and
$\delta_3 = dh_3 (1 - h_3^2) {equals(du[2])}$.

Step 2 collects its own error and what comes back: $dh_2 = (h_2 - y_2) + w\,\delta_3
{equals(at_first(errors[1], du[2]))}$, so $\delta_2 = dh_2 (1 - h_2^2) {equals(du[1])}$.

Step 1 as well: $dh_1 = (h_1 - y_1) + w\,\delta_2 = {number(errors[0])} {signed(w * du[1])}
{equals(at_first(errors[0], du[1]))}$.""",
        hints=(
            r"$h_1$ enters the loss twice: in its own error, and through $h_2$ in all later ones.",
            r"$dh_1 = (h_1 - y_1) + w\,\delta_2$ with $\delta_2 = dh_2 (1 - h_2^2)$.",
            rf"$h_1 {equals(h[1])}$, $h_2 {equals(h[2])}$, $h_3 {equals(h[3])}$.",
        ),
        wrong={
            "own_step_only": float(errors[0]),
            "later_steps_only": unit.w * float(du[1]),
            "next_step_only": at_first(errors[0], only_next),
            "no_sig": at_first(errors[0], float(no_slope)),
        },
    )


def first_input(rng: np.random.Generator) -> Variant:
    unit = _unit(rng)
    h = unit.states()
    slopes = 1 - h[1:] ** 2
    product = float(np.prod(slopes))
    answer = unit.u * unit.w**2 * product
    rest = unit.x[1:]
    return Variant(
        prompt=rf"""{_given(unit)}

How much does the last state depend on the first input: what is
$\dfrac{{\partial h_3}}{{\partial x_1}}$?""",
        answer=answer,
        objective=lambda x1: _last(unit.u, unit.w, np.append(x1, rest), unit.h0),
        at=np.array(unit.x[0]),
        solution=rf"""Forward: $h_1 {equals(h[1])}$, $h_2 {equals(h[2])}$, $h_3 {equals(h[3])}$.

Into the unit: $\dfrac{{\partial h_1}}{{\partial x_1}} = u (1 - h_1^2)
{equals(unit.u * slopes[0])}$.

Each step on: $\dfrac{{\partial h_t}}{{\partial h_{{t-1}}}} = w (1 - h_t^2)$, here
${number(unit.w * slopes[1])}$ and ${number(unit.w * slopes[2])}$.

Product: ${number(answer)}$. There are three slopes but only two factors $w$.""",
        hints=(
            r"The path is $x_1 \to h_1 \to h_2 \to h_3$: one factor $u$, two factors $w$.",
            r"Every tanh on the path adds its slope $1 - h_t^2$.",
            rf"$h_1 {equals(h[1])}$, $h_2 {equals(h[2])}$, $h_3 {equals(h[3])}$.",
        ),
        wrong={
            "no_sig": unit.u * unit.w**2,
            "one_step_too_many": answer * unit.w,
            "one_step_too_few": answer / unit.w,
            "tanh_deriv": unit.u * unit.w**2 * float(np.prod(1 - h[1:])),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="recurrent/second-state",
        chapter=8,
        topic="recurrent",
        title="Two steps forward",
        difficulty="easy",
        kind="number",
        source="Elman 1990; handbook chapter 8",
        seconds=120,
        make=second_state,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="recurrent/first-input",
        chapter=8,
        topic="recurrent",
        title="How far the first input reaches",
        difficulty="medium",
        kind="number",
        source="Pascanu, Mikolov & Bengio 2013, equation 5; handbook chapter 8",
        seconds=180,
        make=first_input,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="recurrent/inner-state",
        chapter=8,
        topic="recurrent",
        title="The gradient at an inner state",
        difficulty="hard",
        kind="number",
        source="Werbos 1990, equations 7 to 12; handbook chapter 8",
        seconds=300,
        make=inner_state,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="recurrent/recurrent-weight",
        chapter=8,
        topic="recurrent",
        title="The recurrent weight through time",
        difficulty="hard",
        kind="number",
        source="Werbos 1990; handbook chapter 8",
        seconds=300,
        make=recurrent_weight,
        tags=frozenset({"essential"}),
    ),
)
