"""Chapter 7: gradients that grow with the steps of a recurrence."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from engine.activations import ACTIVATIONS
from engine.clipping import norm
from engine.diagnostics import LARGEST
from engine.studies.jacobians import Recurrence, lengths, spectral_radius
from engine.types import Array
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import one, several
from quiz_bank.templates.latex import equals, factor, matrix, number, vector

LINEAR = ACTIVATIONS["linear"]


def recurrent_weight(rng: np.random.Generator) -> Variant:
    steps, w = int(rng.integers(3, 6)), one(rng, (-1.5, -1.2, -0.8, -0.6, 0.6, 0.8, 1.2, 1.5))
    h0, y = one(rng, (0.5, 1.0, 2.0, 3.0, 4.0)), one(rng, (-2.0, -1.0, 1.0, 2.0))
    cell = Recurrence(np.array([[w]]), LINEAR)
    h, z = cell.forward(np.array([h0]), steps)
    error = float(h[-1, 0]) - y
    dh = cell.backward(z, np.array([error]))
    shares = (dh[1:] * h[:-1])[:, 0]  # what each step adds: its gradient times the state before

    def loss(w: Array) -> float:
        last = np.array(h0)
        for _ in range(steps):
            last = w * last
        return float((last - y) ** 2 / 2)

    answer = float(shares.sum())
    return Variant(
        prompt=rf"""A linear recurrence $h_t = w\,h_{{t-1}}$ runs for $T = {steps}$ steps from
$h_0 = {number(h0)}$ with $w = {number(w)}$. The loss is $E = \tfrac12 (h_T - y)^2$ with
$y = {number(y)}$.

What is $\dfrac{{\partial E}}{{\partial w}}$?""",
        answer=answer,
        objective=loss,
        at=np.array(w),
        solution=rf"""Forward: $h_T = w^T h_0 = {factor(w)}^{{{steps}}} \cdot {number(h0)}
{equals(error + y)}$, so the error is $h_T - y {equals(error)}$.

Every step uses the same $w$, and each of the {steps} adds the same share,
$(h_T - y)\,w^{{T-1}} h_0 = {factor(error)} \cdot {factor(w)}^{{{steps - 1}}} \cdot {number(h0)}
{equals(shares[-1])}$.

Sum: $\dfrac{{\partial E}}{{\partial w}} = (h_T - y)\,T\,w^{{T-1}} h_0 = {steps} \cdot
{factor(shares[-1])} {equals(answer)}$. The power $w^{{T-1}}$ is what explodes or vanishes.""",
        hints=(
            r"Unrolled, the last state is $h_T = w^T h_0$.",
            rf"The error is $h_T - y {equals(error)}$.",
            r"The derivative of $w^T h_0$ by $w$ is $T\,w^{T-1} h_0$.",
        ),
        wrong={
            "last_step_only": float(shares[-1]),
            "exponent_kept": answer * w,
            "loss_not_derivative": answer * error / 2,
        },
    )


OVERFLOWS = [
    (w, start)
    for w in (1.5, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0, 5.0, 8.0)
    for start in (1e-4, 1e-3, 1e-2, 1e2, 1e3, 1e4)
]


def steps_to_overflow(rng: np.random.Generator) -> Variant:
    w, start = OVERFLOWS[rng.integers(len(OVERFLOWS))]

    def steps(growth: float, start: float = start) -> float:
        count, length = 0, start
        while length <= LARGEST:
            count, length = count + 1, length * growth
        return float(count)

    answer = steps(w)
    needed = np.log10(LARGEST / start)
    power = needed / np.log10(w)
    return Variant(
        prompt=rf"""On its way back through a recurrence a gradient is multiplied by
${number(w)}$ at every step. It starts with the length ${number(start)}$. The largest number of
32-bit floating point is $3.4028 \times 10^{{38}}$; whatever is larger becomes infinite.

After how many steps is the gradient infinite for the first time?""",
        answer=answer,
        objective=lambda h: float(w * h**2 / 2),
        at=np.array(1.0),
        key=lambda slope: steps(float(slope)),
        solution=rf"""It takes the smallest whole $k$ with ${number(start)} \cdot {number(w)}^k >
3.4028 \times 10^{{38}}$.

Logarithms: $k > \dfrac{{\log_{{10}}(3.4028 \times 10^{{38}} / {number(start)})}}{{\log_{{10}}
{number(w)}}} \approx \dfrac{{{number(needed)}}}{{{number(np.log10(w))}}} \approx {number(power)}$.

So $k = {number(answer)}$ steps.""",
        hints=(
            rf"After $k$ steps the length is ${number(start)} \cdot {number(w)}^k$.",
            r"Take logarithms of both sides and round up.",
        ),
        wrong={
            "start_left_out": steps(w, start=1.0),
            "logs_mixed": float(np.ceil(needed / np.log(w))),
            "one_short": answer - 1,
        },
    )


TURNS = [  # (a, b) with a root of a^2 + b^2 that has few digits, and not 1
    (a, b)
    for pair in ((0.3, 0.4), (0.9, 1.2), (0.5, 1.2), (0.54, 0.72), (0.66, 0.88), (0.84, 1.12))
    for a, b in permutations(pair)
]


def turning_recurrence(rng: np.random.Generator) -> Variant:
    a, b = TURNS[rng.integers(len(TURNS))]
    steps, signs = int(rng.integers(4, 11)), several(rng, (-1.0, 1.0), 2)
    W = np.array([[a, -b], [b, a]])
    v = rng.permutation([3.0, 4.0] if rng.integers(2) else [5.0, 12.0]) * signs
    cell = Recurrence(W.T, LINEAR)  # states are rows there
    _, z = cell.forward(np.zeros(2), steps)
    answer = float(lengths(cell.backward(z, v))[0])
    radius, length = spectral_radius(W), norm(v)

    def half_square(v: Array) -> float:
        for _ in range(steps):
            v = W.T @ v
        return float(v @ v / 2)

    return Variant(
        prompt=rf"""A linear recurrence $h_t = W h_{{t-1}}$ has the weights
$$
W = {matrix(W)}.
$$

The gradient of the loss with respect to the last state $h_T$ is $v = {vector(v)}$. What length does
the gradient with respect to $h_0$ have after $T = {steps}$ steps?""",
        answer=answer,
        objective=half_square,
        at=v,
        key=lambda gradient: float(np.sqrt(v @ gradient)),
        solution=rf"""With $a$ twice on its diagonal and $\pm b$ beside it, $W$ turns every
vector and multiplies its length by $\rho = \sqrt{{a^2 + b^2}}$, the size of its eigenvalues
$a \pm bi$. So does its transpose. Here
$\rho = \sqrt{{{number(a)}^2 + {number(b)}^2}} = {number(radius)}$.

Length at the end: $\lVert v \rVert = {number(length)}$. Each step back multiplies it by $\rho$:
${number(radius)}^{{{steps}}} \cdot {number(length)} {equals(answer)}$.""",
        hints=(
            r"What does $W$ do to the length of a vector? Try $(1, 0)$.",
            rf"Every step multiplies the length by $\rho = {number(radius)}$.",
        ),
        wrong={
            "largest_entry": max(a, b) ** steps * length,
            "radius_not_root": radius ** (2 * steps) * length,
        },
    )


def chain_slope(rng: np.random.Generator) -> Variant:
    k, c = int(rng.integers(3, 10)), int(rng.integers(1, 6))
    error = f"(a*w^{k} - {c})"
    answer = f"{k}*a*w^{k - 1}*{error}"
    return Variant(
        prompt=rf"""The same weight is used in {k} linear layers, so the output is $a\,w^{{{k}}}$,
and the loss is $E = \tfrac12 (a\,w^{{{k}}} - {c})^2$.

Give $\dfrac{{\partial E}}{{\partial w}}$ as a formula in `a` and `w`.""",
        answer=Formula(answer, ("a", "w"), f"1/2*(a*w^{k} - {c})^2", "w"),
        solution=rf"""Outer derivative: the error $a\,w^{{{k}}} - {c}$.

Inner derivative: ${k}\,a\,w^{{{k - 1}}}$, one share for each of the {k} uses of $w$.

Product: $\dfrac{{\partial E}}{{\partial w}} = {k}\,a\,w^{{{k - 1}}} (a\,w^{{{k}}} - {c})$. For
large $w$ it grows like $w^{{{2 * k - 1}}}$: a wall in the loss.

As typed: `{answer}`""",
        hints=(
            rf"Chain rule: the error, times the derivative of $a\,w^{{{k}}}$ by $w$.",
            rf"The power $w^{{{k}}}$ has the derivative ${k}\,w^{{{k - 1}}}$.",
        ),
        wrong={
            "inner_slope_left_out": error,
            "exponent_kept": f"{k}*a*w^{k}*{error}",
            "power_factor_left_out": f"a*w^{k - 1}*{error}",
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="exploding/chain-slope",
        chapter=7,
        topic="exploding",
        title="One weight in many layers",
        difficulty="easy",
        kind="formula",
        source="Pascanu, Mikolov & Bengio 2013; handbook chapter 7",
        seconds=120,
        make=chain_slope,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="exploding/steps-to-overflow",
        chapter=7,
        topic="exploding",
        title="When a gradient becomes infinite",
        difficulty="medium",
        kind="number",
        source="Bengio, Simard & Frasconi 1994; IEEE 754-2019; handbook chapter 7",
        seconds=120,
        make=steps_to_overflow,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="exploding/turning-recurrence",
        chapter=7,
        topic="exploding",
        title="A gradient through many equal steps",
        difficulty="medium",
        kind="number",
        source="Pascanu, Mikolov & Bengio 2013, section 2.1; handbook chapter 7",
        seconds=150,
        make=turning_recurrence,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="exploding/recurrent-weight",
        chapter=7,
        topic="exploding",
        title="The gradient of a weight that every step uses",
        difficulty="hard",
        kind="number",
        source="Pascanu, Mikolov & Bengio 2013, section 2; handbook chapter 7",
        seconds=210,
        make=recurrent_weight,
        tags=frozenset({"essential"}),
    ),
)
