"""Chapter 5: what penalties do to gradients and weights, by hand."""

from __future__ import annotations

import numpy as np

from engine.least_squares import LeastSquares
from engine.regularizers import L1, L2
from engine.types import Array
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import INTEGERS, ODD, distinct, one, several
from quiz_bank.templates.latex import equals, number, vector


def penalized_gradient(rng: np.random.Generator) -> Variant:
    k, c = int(one(rng, ODD)), int(rng.integers(2, 8))
    loss = f"{k}*(w*x - y)*x"
    answer = f"{loss} + {2 * c}*lam*w"
    return Variant(
        prompt=rf"""A model $\hat y = wx$ is trained on one example with the penalized loss
$$
E = \frac{{{k}}}{{2}} (wx - y)^2 + {c} \lambda w^2.
$$

Give $\dfrac{{\partial E}}{{\partial w}}$ as a formula in `w`, `x`, `y` and `lam`, which stands for
$\lambda$.""",
        answer=Formula(
            answer,
            ("w", "x", "y", "lam"),
            f"{k}/2*(w*x - y)^2 + {c}*lam*w^2",
            "w",
            positive=("lam",),
        ),
        solution=rf"""Loss: the 2 of the square cancels the $\tfrac12$, and the inner derivative is
$x$, which makes ${k}\,(wx - y)\,x$.

Penalty: the derivative of ${c} \lambda w^2$ is ${2 * c} \lambda w$. It is written here without a
$\tfrac12$, so the 2 stays.

Sum: $\dfrac{{\partial E}}{{\partial w}} = {k}\,(wx - y)\,x + {2 * c} \lambda w$. The second part
pulls every weight toward 0, in proportion to its size.

As typed: `{answer}`""",
        hints=(
            r"The derivative of a sum: differentiate the loss and the penalty on their own.",
            rf"The penalty is ${c} \lambda w^2$, with nothing that cancels the 2 of the square.",
        ),
        wrong={
            "l2_factor": f"{loss} + {c}*lam*w",
            "penalty_not_derivative": f"{loss} + {c}*lam*w^2",
            "penalty_sign": f"{loss} - {2 * c}*lam*w",
            "input_left_out": f"{k}*(w*x - y) + {2 * c}*lam*w",
        },
    )


def soft_threshold(rng: np.random.Generator) -> Variant:
    eta, strength = one(rng, (0.1, 0.2, 0.5)), one(rng, (2.0, 3.0, 4.0))
    t = eta * strength
    inside = distinct(rng, (0.25, 0.5, 0.75), 2) * t
    outside = t + distinct(rng, (0.2, 0.3, 0.5, 0.7, 0.8), 2)
    v = rng.permutation(np.concatenate([inside, outside])) * several(rng, (-1.0, 1.0), 4)
    g = several(rng, INTEGERS, 4)
    w = np.round(v + eta * g, 10)
    v = w - eta * g
    penalty = L1(strength)
    answer = penalty.prox(v, eta)

    def smoothed(w: Array) -> float:
        """Huber's function of v: its slope is the part of v that the threshold takes away."""
        size = np.abs(w - eta * g)
        return float(np.sum(np.where(size < t, size**2 / 2, t * size - t**2 / 2)))

    return Variant(
        prompt=rf"""The weights $w = {vector(w)}$ have the loss gradient $g = {vector(g)}$. The
penalty is $\lambda \sum_i \lvert w_i \rvert$ with $\lambda = {number(strength)}$, and the learning
rate is $\eta = {number(eta)}$.

One proximal step first makes $v = w - \eta g$ and then moves every entry of $v$ toward 0 by
$\eta\lambda$, stopping at 0. What are the new weights?""",
        answer=answer,
        objective=smoothed,
        at=w,
        key=lambda gradient: v - gradient,
        solution=rf"""Step of the loss alone: $v = w - \eta g = {vector(np.round(v, 10))}$.

Threshold: $\eta\lambda = {number(eta)} \cdot {number(strength)} = {number(t)}$. Entries no larger
than that become exactly 0; the others keep their sign and lose {number(t)} in size.

New weights: ${vector(answer)}$. A plain step along $-\lambda\,\mathrm{{sign}}(w)$ would seldom hit
0 exactly.""",
        hints=(
            r"First the step of the loss alone, $v = w - \eta g$.",
            rf"Here $v = {vector(np.round(v, 10))}$ and $\eta\lambda = {number(t)}$.",
        ),
        wrong={
            "subgradient_step": v - eta * penalty.gradient(w),
            "threshold_rate": penalty.prox(v, 1.0),
            "l2_for_l1": L2(strength).prox(v, eta),
            "hard_threshold": np.where(answer == 0, 0.0, v),
        },
    )


def ridge_weight(rng: np.random.Generator) -> Variant:
    m, strength = 4, one(rng, (0.5, 1.0, 1.5, 2.0, 3.0))
    x = distinct(rng, (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0), m)
    y = one(rng, (-2.0, -1.0, 1.0, 2.0)) * x + several(rng, (-1.0, 0.0, 1.0), m)
    xy, xx = float(x @ y), float(x @ x)
    problem = LeastSquares(x[:, None], y)

    def minimum(penalty: L2) -> float:
        """Where the slope of loss and penalty, linear in w, is 0."""
        curvature = problem.hessian + penalty.gradient(np.eye(1))
        return float(np.linalg.solve(curvature, -problem.gradient(np.zeros(1)))[0])

    def at_both(w: Array) -> float:
        losses = [np.sum((v * x - y) ** 2) / (2 * m) + strength * v**2 / 2 for v in w]
        return float(np.sum(losses))

    low, high = 0.0, 1.0
    answer = minimum(L2(strength))
    return Variant(
        prompt=rf"""A model $\hat y = wx$ without bias has $m = {m}$ examples:

$x = {vector(x)}$, $\quad y = {vector(y)}$.

The objective is $J(w) = \dfrac{{1}}{{2m}} \sum_{{i=1}}^{{m}} (w x_i - y_i)^2 +
\dfrac{{\lambda}}{{2}} w^2$ with $\lambda = {number(strength)}$. Which $w$ minimizes it?""",
        answer=answer,
        objective=at_both,
        at=np.array([low, high]),
        key=lambda slope: float(low - slope[0] * (high - low) / (slope[1] - slope[0])),
        solution=rf"""At the minimum the derivative is zero:
$\dfrac{{1}}{{m}} \sum_i (w x_i - y_i)\,x_i + \lambda w = 0$.

Times $m$ and solved for $w$: $w = \dfrac{{\sum_i x_i y_i}}{{\sum_i x_i^2 + m\lambda}}$.

Sums: $\sum_i x_i y_i = {number(xy)}$ and $\sum_i x_i^2 = {number(xx)}$.

So $w = \dfrac{{{number(xy)}}}{{{number(xx)} + {m} \cdot {number(strength)}}} {equals(answer)}$.
Without the penalty it would be ${number(xy / xx)}$: the penalty makes the weight smaller and never
exactly zero.""",
        hints=(
            r"Set the derivative of $J$ to zero; it is linear in $w$.",
            rf"$\sum_i x_i y_i = {number(xy)}$ and $\sum_i x_i^2 = {number(xx)}$.",
            r"$w = \sum_i x_i y_i \,/\, (\sum_i x_i^2 + m\lambda)$.",
        ),
        wrong={
            "penalty_per_sum": minimum(L2(strength / m)),
            "penalty_left_out": minimum(L2(0.0)),
            "l2_factor": minimum(L2(2 * strength)),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="regularization/penalized-gradient",
        chapter=5,
        topic="regularization",
        title="The gradient with a penalty",
        difficulty="easy",
        kind="formula",
        source="Krogh & Hertz 1991; handbook chapter 5",
        seconds=90,
        make=penalized_gradient,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="regularization/soft-threshold",
        chapter=5,
        topic="regularization",
        title="One step that makes weights exactly zero",
        difficulty="medium",
        kind="vector",
        source="Tibshirani 1996; Daubechies, Defrise & De Mol 2004; handbook chapter 5",
        seconds=150,
        make=soft_threshold,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="regularization/ridge-weight",
        chapter=5,
        topic="regularization",
        title="The best weight under an L2 penalty",
        difficulty="medium",
        kind="number",
        source="Hoerl & Kennard 1970; handbook chapter 5",
        seconds=180,
        make=ridge_weight,
        tags=frozenset({"complete"}),
    ),
)
