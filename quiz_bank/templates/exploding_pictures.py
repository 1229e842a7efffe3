"""Chapter 7: gradients back through time and clipped descents, to be predicted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.activations import ACTIVATIONS
from engine.clipping import CLIPPINGS
from engine.studies.jacobians import Recurrence, lengths
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import INTEGERS, one
from quiz_bank.templates.latex import equals, number, signed
from quiz_bank.templates.pictures import legend, lettered, right_letter

LINEAR = ACTIVATIONS["linear"]
BACK = 24
STEPS = 14
CUT = 1.3  # a weight farther from the minimum than this many first distances leaves the picture


def length_back_in_time(rng: np.random.Generator) -> Variant:
    low, high = one(rng, (0.7, 0.75, 0.8)), one(rng, (1.15, 1.2, 1.25, 1.3))
    s, degrees = one(rng, (3.0, 4.0, 5.0)), one(rng, (20.0, 30.0, 40.0, 50.0))
    turn = np.radians(degrees)
    R = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    S = np.array([[1.0, s], [0.0, 1.0]])
    cases = {
        rf"$W = {number(low)}\,R$": (low * R, f"every step back multiplies it by {number(low)}"),
        "$W = R$": (R, "a rotation keeps every length"),
        rf"$W = {number(high)}\,R$": (
            high * R,
            f"every step back multiplies it by {number(high)}",
        ),
        rf"$W = {number(low)}\,S$": (
            low * S,
            "it grows at first, because a shear stretches vectors, and falls in the end, because"
            f" both eigenvalues are {number(low)}",
        ),
    }

    def picture(name: str) -> Picture:
        cell = Recurrence(cases[name][0].T, LINEAR)  # states are rows there
        _, z = cell.forward(np.zeros(2), BACK)
        norms = lengths(cell.backward(z, np.array([1.0, 0.0])))[::-1]
        lines = {"length": (np.arange(BACK + 1.0), norms)}
        return Picture(
            "steps back in time", "length of the gradient", {"W": name}, lines=lines, log_y=True
        )

    right, *others = (str(name) for name in rng.permutation(list(cases)))
    wrong = [
        (picture(name), f"This is the length for {name}: {cases[name][1]}.") for name in others
    ]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""A linear recurrence $h_t = W h_{{t-1}}$ has two units and {right}. Here $R$
rotates by {number(degrees)} degrees, and $S$ is the shear that maps $(x, y)$ to
$(x + {number(s)}\,y,\ y)$. The gradient at the last state is $(1, 0)$. Which picture shows the
length of the gradient, on a log axis, against the number of steps back?""",
        answer=options,
        solution=rf"""Each step back multiplies the gradient by $W^\top$.

With {right} the length behaves like this: {cases[right][1]}. That is picture
{right_letter(options)}.

In the long run the spectral radius of $W$ decides: below 1 the gradient vanishes, above 1 it
explodes. On the way there a matrix that stretches some vectors can make it grow even with a
spectral radius below 1. The pictures show: {legend(options, "W")}.""",
        hints=(
            r"What do a rotation and a shear do to the length of a vector?",
            r"In the long run the largest size of an eigenvalue decides.",
        ),
    )


def _left_out(gradient: Array, limit: float) -> Array:
    return np.where(np.abs(gradient) > limit, 0.0, gradient)


RULES: dict[str, tuple[Callable[[Array, float], Array], str]] = {
    "as it is": (
        lambda g, c: CLIPPINGS["none"](g, c, ()),
        "the first step overshoots so far that the next gradient is larger still",
    ),
    "with length $c$ where it is longer": (
        lambda g, c: CLIPPINGS["norm"](g, c, ()),
        r"far out every step has the length $\eta c$, and close to the minimum, where the gradient"
        " is short, the steps become smaller",
    ),
    "with length $c$ always": (
        lambda g, c: CLIPPINGS["always"](g, c, ()),
        r"every step has the length $\eta c$, also close to the minimum, which it jumps over"
        " again and again",
    ),
    "as 0 where it is longer than $c$": (
        _left_out,
        "the gradient at the start is too long, so that no step is ever made",
    ),
}


STARTS = (  # rate, distance, threshold: the first plain step lands farther out, opposite
    (0.2, 3.3, 5.0),
    (0.2, 3.3, 6.0),
    (0.25, 2.9, 5.0),
    (0.25, 3.0, 5.0),
    (0.3, 2.7, 4.0),
    (0.3, 2.7, 5.0),
    (0.4, 2.3, 4.0),
)


def clipped_descent(rng: np.random.Generator) -> Variant:
    eta, distance, c = STARTS[rng.integers(len(STARTS))]
    goal, side = one(rng, INTEGERS), one(rng, (-1.0, 1.0))
    start = goal + side * distance

    def path(rule: str) -> Array:
        w = [start]
        for _ in range(STEPS):
            error = np.array([w[-1] - goal])
            w.append(float(w[-1] - eta * RULES[rule][0](error**3, c)[0]))
            if not abs(w[-1] - goal) < CUT * abs(start - goal):
                break
        shown = np.full(STEPS + 1, np.nan)
        inside = np.abs(np.array(w) - goal) < CUT * abs(start - goal)
        shown[: len(w)] = np.where(inside, w, np.nan)
        return shown

    def picture(rule: str) -> Picture:
        points = {"weight": (np.arange(STEPS + 1.0), path(rule))}
        return Picture("step", "weight w", {"gradient": rule}, lines=points)

    right, *others = (str(rule) for rule in rng.permutation(list(RULES)))
    wrong = [
        (picture(rule), f"Here the gradient is taken {rule}: {RULES[rule][1]}.") for rule in others
    ]
    options = lettered(rng, picture(right), wrong)
    g = (start - goal) ** 3
    return Variant(
        prompt=rf"""The loss $J(w) = \tfrac14 (w {signed(-goal)})^4$ has its minimum at
$w = {number(goal)}$ and walls that become ever steeper. Gradient descent starts at
$w_0 = {number(start)}$ with the learning rate $\eta = {number(eta)}$ and the threshold
$c = {number(c)}$. At each step the gradient is taken {right}.

Which picture shows the weight? A curve ends where the weight would be more than {number(CUT)} times
as far from the minimum as at the start.""",
        answer=options,
        solution=rf"""The gradient is $(w {signed(-goal)})^3$. At the start it is
$({number(start)} {signed(-goal)})^3 {equals(g)}$, far longer than $c = {number(c)}$.

Taken {right}, this happens: {RULES[right][1]}. That is picture {right_letter(options)}.

Clipping needs its condition: without it short gradients become long ones. The pictures show the
gradient taken: {legend(options, "gradient")}.""",
        hints=(
            rf"The gradient at the start is $(w_0 {signed(-goal)})^3 {equals(g)}$. Which step does"
            " the rule make of it?",
            r"What does the rule do close to the minimum, where the gradient is short?",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="exploding/length-back-in-time",
        chapter=7,
        topic="exploding",
        title="Predict the picture: a gradient back through time",
        difficulty="medium",
        kind="picture",
        source="Pascanu, Mikolov & Bengio 2013, section 2.1; handbook chapter 7",
        seconds=120,
        make=length_back_in_time,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="exploding/clipped-descent",
        chapter=7,
        topic="exploding",
        title="Predict the picture: a descent with clipping",
        difficulty="medium",
        kind="picture",
        source="Pascanu, Mikolov & Bengio 2013, section 3.2; handbook chapter 7",
        seconds=150,
        make=clipped_descent,
        tags=frozenset({"essential"}),
    ),
)
