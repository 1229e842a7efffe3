"""Chapter 4: rates, paths on a ravine and Adam's first steps, to be predicted."""

from __future__ import annotations

import numpy as np

from engine.optimizers import GD, Adam, Momentum, Optimizer
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import INTEGERS, distinct, one
from quiz_bank.templates.latex import equals, factor, number, signed
from quiz_bank.templates.parabola import advance
from quiz_bank.templates.pictures import legend, lettered, right_letter

STEPS = 12
RAVINE_STEPS = 40


def _path(rule: Optimizer, start: Array, curvature: Array, goal: Array, steps: int) -> Array:
    """The weights (steps + 1, d) on J = sum of curvature / 2 (theta - goal)^2."""
    theta, state = start, rule.init(start)
    path = [theta]
    for _ in range(steps):
        theta, state = advance(rule, theta, curvature * (theta - goal), state)
        path.append(theta)
    return np.array(path)


FACTORS = {  # what a step multiplies the distance by, and what that looks like
    0.9: "the weight creeps toward the minimum, always on the same side",
    0.1: "the weight is almost there after one step",
    -0.7: "the weight changes sides at every step and comes closer",
    -1.05: "the weight changes sides at every step and moves away",
}


def rate_on_a_parabola(rng: np.random.Generator) -> Variant:
    c, (goal, start) = one(rng, (4.0, 5.0, 10.0)), distinct(rng, INTEGERS, 2)

    def rate(shrinks: float) -> float:
        return round((1 - shrinks) / c, 6)

    def picture(shrinks: float) -> Picture:
        rule = GD(rate(shrinks))
        path = _path(rule, np.array([start]), np.array([c]), np.array([goal]), STEPS)
        lines = {"weight": (np.arange(STEPS + 1.0), path[:, 0])}
        settings = {"rate": number(rate(shrinks))}
        return Picture("step", "weight w", settings, lines=lines)

    right, *others = (float(shrinks) for shrinks in rng.permutation(list(FACTORS)))
    wrong = [
        (
            picture(shrinks),
            f"This is the path with the rate {number(rate(shrinks))}: {FACTORS[shrinks]}.",
        )
        for shrinks in others
    ]
    options, eta = lettered(rng, picture(right), wrong), rate(right)
    return Variant(
        prompt=rf"""Gradient descent on $J(w) = \tfrac12 \cdot {number(c)}\,(w {signed(-goal)})^2$
starts at $w_0 = {number(start)}$ with the learning rate $\eta = {number(eta)}$. Which picture shows
the weight against the number of steps?""",
        answer=options,
        solution=rf"""The gradient is ${number(c)}\,(w {signed(-goal)})$, so a step multiplies the
distance to the minimum by $1 - \eta \cdot {number(c)} = 1 - {number(eta)} \cdot {number(c)}
{equals(1 - eta * c)}$: {FACTORS[right]}. That is picture {right_letter(options)}.

Between 0 and 1 the factor keeps the side, below 0 it changes it, and below $-1$, for $\eta$
above $2/{number(c)} {equals(2 / c)}$, the path diverges. The pictures show the rates:
{legend(options, "rate")}.""",
        hints=(
            r"By which factor does one step multiply the distance to the minimum?",
            rf"The factor is $1 - \eta \cdot {number(c)}$. What does its sign say?",
        ),
    )


def path_on_a_ravine(rng: np.random.Generator) -> Variant:
    steep, (eta, mu) = one(rng, (20.0, 25.0, 30.0)), (one(rng, (1.75, 1.8, 1.85)), 0.9)
    fast, slow, adam = round(eta / steep, 4), round(0.4 / steep, 4), one(rng, (0.3, 0.4))
    start = np.array([one(rng, (-4.0, 4.0)), one(rng, (-1.0, 1.0))])
    rules: dict[str, tuple[Optimizer, str]] = {
        rf"gradient descent with $\eta = {number(fast)}$": (
            GD(fast),
            "it jumps from wall to wall on its way along the floor",
        ),
        rf"gradient descent with $\eta = {number(slow)}$": (
            GD(slow),
            "it falls straight to the floor and then creeps along it",
        ),
        rf"momentum with $\eta = {number(slow)}$ and $\mu = {number(mu)}$": (
            Momentum(slow, mu, "pytorch"),
            "it swings across the floor in wide curves and covers far more ground along it",
        ),
        rf"Adam with $\eta = {number(adam)}$": (
            Adam(adam),
            "its first step is equally long in both directions, so it leaves along a diagonal",
        ),
    }
    grid_x, grid_y = np.linspace(-5, 5, 41), np.linspace(-2.5, 2.5, 41)
    values = np.sqrt((grid_x**2 + steep * grid_y[:, None] ** 2) / 2)

    def picture(name: str) -> Picture:
        curvature = np.array([1.0, steep])
        path = _path(rules[name][0], start, curvature, np.zeros(2), RAVINE_STEPS)
        return Picture(
            "w₁",
            "w₂",
            {"rule": name},
            lines={"path": (path[:, 0], path[:, 1])},
            contours=(grid_x, grid_y, values),
        )

    right, *others = (str(name) for name in rng.permutation(list(rules)))
    wrong = [(picture(name), f"This is {name}: {rules[name][1]}.") for name in others]
    options = lettered(rng, picture(right), wrong)
    gradient = start * np.array([1.0, steep])
    return Variant(
        prompt=rf"""The loss $J = \tfrac12 (w_1^2 + {number(steep)}\, w_2^2)$ is a ravine along the
$w_1$ axis. The start is $w_1 = {number(start[0])}$, $w_2 = {number(start[1])}$.
{RAVINE_STEPS} steps are made by {right}; where a rule has more settings, they are the usual ones.
Which picture shows the path? The shades are levels of $\sqrt{{J}}$.""",
        answer=options,
        solution=rf"""At the start the gradient is
$({number(gradient[0])},\ {number(gradient[1])})$: it points almost across the
ravine. Gradient descent multiplies $w_2$ by $1 - {number(steep)}\,\eta$ at each step and $w_1$ by
$1 - \eta$.

What this rule does: {rules[right][1]}. That is picture {right_letter(options)}.

With $\eta = {number(fast)}$ the factor across is ${number(1 - steep * fast)}$, with
$\eta = {number(slow)}$ it is ${number(1 - steep * slow)}$. The pictures show:
{legend(options, "rule")}.""",
        hints=(
            r"Where does the first step go: along the gradient, or equally far in both weights?",
            rf"Across the ravine a step of gradient descent multiplies $w_2$ by"
            rf" $1 - {number(steep)}\,\eta$.",
        ),
    )


class _Uncorrected(Adam):
    """Adam without any correction of its moments."""

    def corrected(self, state: tuple[int, Array, Array]) -> tuple[Array, Array]:
        _, m, v = state
        return m, v


class _MeanAlone(Adam):
    """Adam that corrects its first moment alone."""

    def corrected(self, state: tuple[int, Array, Array]) -> tuple[Array, Array]:
        return super().corrected(state)[0], state[2]


class _SquareAlone(Adam):
    """Adam that corrects its second moment alone."""

    def corrected(self, state: tuple[int, Array, Array]) -> tuple[Array, Array]:
        return state[1], super().corrected(state)[1]


CORRECTIONS: dict[str, tuple[type[Adam], str]] = {
    "both moments": (Adam, r"$\hat m = g$ and $\hat v = g^2$, so every step has the length $\eta$"),
    "neither moment": (
        _Uncorrected,
        r"the first step has the length $\eta\,(1 - \beta_1)/\sqrt{1 - \beta_2}$",
    ),
    "the first moment alone": (
        _MeanAlone,
        r"the first step has the length $\eta/\sqrt{1 - \beta_2}$",
    ),
    "the second moment alone": (
        _SquareAlone,
        r"the first step has the length $\eta\,(1 - \beta_1)$",
    ),
}


def first_steps_of_adam(rng: np.random.Generator) -> Variant:
    eta, g = one(rng, (0.01, 0.02, 0.1)), one(rng, (-50.0, -4.0, -0.2, 0.1, 3.0, 40.0))
    beta1, beta2 = 0.9, one(rng, (0.998, 0.999, 0.9995))
    steps = np.arange(1.0, STEPS + 1)

    def picture(name: str) -> Picture:
        rule = CORRECTIONS[name][0](eta, beta1, beta2, 0.0)
        theta, state, gone = np.zeros(1), rule.init(np.zeros(1)), []
        for _ in steps:
            theta, state = advance(rule, theta, np.array([g]), state)
            gone.append(float(np.abs(theta[0])))
        lines = {"distance": (steps, np.array(gone))}
        return Picture(
            "step", "distance from the start", {"corrected": name}, lines=lines, log_y=True
        )

    right, *others = (str(name) for name in rng.permutation(list(CORRECTIONS)))
    wrong = [
        (picture(name), f"Here Adam corrects {name}: {CORRECTIONS[name][1]}.") for name in others
    ]
    options = lettered(rng, picture(right), wrong)
    both = eta, eta * (1 - beta1) / np.sqrt(1 - beta2)
    return Variant(
        prompt=rf"""A weight has the same gradient $g = {number(g)}$ at every step. A version of
Adam with $\eta = {number(eta)}$, $\beta_1 = {number(beta1)}$, $\beta_2 = {number(beta2)}$ and
$\epsilon = 0$ corrects {right} for the start at zero. Which picture shows, on a log axis, how far
the weight is from its start after each step?""",
        answer=options,
        solution=rf"""With a constant gradient $m = (1 - \beta_1^t)\, g$ and
$v = (1 - \beta_2^t)\, g^2$; the corrections divide these factors away again. The gradient itself
cancels: only its sign is left.

With {right} corrected, {CORRECTIONS[right][1]}. That is picture {right_letter(options)}.

After the first step the distances are: both, ${number(both[0])}$; neither, ${number(both[1])}$;
the first alone, ${number(eta / np.sqrt(1 - beta2))}$; the second alone,
${number(eta * (1 - beta1))}$. The pictures show as corrected: {legend(options, "corrected")}.""",
        hints=(
            r"What are $m$ and $v$ after the first step, if both start at zero?",
            rf"$m = {number(1 - beta1)}\,g$ and $v = {factor(1 - beta2)}\,g^2$. The step is $\eta$"
            r" times the one over the root of the other.",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="optimizers/rate-on-a-parabola",
        chapter=4,
        topic="optimizers",
        title="Predict the picture: one rate of four",
        difficulty="easy",
        kind="picture",
        source="Goodfellow, Bengio & Courville 2016, section 4.3; handbook chapter 4",
        seconds=90,
        make=rate_on_a_parabola,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="optimizers/path-on-a-ravine",
        chapter=4,
        topic="optimizers",
        title="Predict the picture: a path on a ravine",
        difficulty="medium",
        kind="picture",
        source="Polyak 1964; Kingma & Ba 2015; handbook chapter 4",
        seconds=120,
        make=path_on_a_ravine,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="optimizers/first-steps-of-adam",
        chapter=4,
        topic="optimizers",
        title="Predict the picture: Adam's first steps",
        difficulty="hard",
        kind="picture",
        source="Kingma & Ba 2015, section 3; handbook chapter 4",
        seconds=150,
        make=first_steps_of_adam,
        tags=frozenset({"essential"}),
    ),
)
