"""Chapter 5: what growing penalties and drop rates do, to be predicted before it is drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.layers import DROPOUT_FORMS
from engine.regularizers import L1, L2
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import distinct, one
from quiz_bank.templates.latex import number, vector
from quiz_bank.templates.pictures import legend, lettered, right_letter

STRENGTHS = np.linspace(0, 5, 41)
RATES = np.linspace(0, 0.9, 37)

Shrink = Callable[[Array, float], Array]


def _together(w: Array, strength: float) -> Array:
    """The minimizer under strength times the norm: all weights by one factor, to 0 at once."""
    return np.asarray(w * max(1 - strength / float(np.linalg.norm(w)), 0.0))


def _counted(w: Array, strength: float) -> Array:
    """The minimizer under strength times the number of nonzero weights: each stays or goes."""
    return np.where(w**2 / 2 > strength, w, 0.0)


PENALTIES: dict[str, tuple[Shrink, str]] = {
    r"$\lambda \sum_i \lvert w_i \rvert$": (
        lambda w, strength: L1(strength).prox(w, 1.0),
        "every weight loses the same amount, along a straight line, and stays at 0 from there on",
    ),
    r"$\tfrac{\lambda}{2} \sum_i w_i^2$": (
        lambda w, strength: L2(strength).prox(w, 1.0),
        r"every weight is divided by $1 + \lambda$, which never makes it exactly 0",
    ),
    r"$\lambda \sqrt{w_1^2 + w_2^2 + w_3^2}$": (
        _together,
        "all weights shrink by one common factor and reach 0 together",
    ),
    r"$\lambda$ times the number of nonzero weights": (
        _counted,
        "a weight keeps its full size until dropping it is cheaper, and then jumps to 0",
    ),
}


def weights_under_penalty(rng: np.random.Generator) -> Variant:
    sizes = distinct(rng, (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0), 3)
    w = np.sort(sizes)[::-1] * rng.permutation([1.0, 1.0, -1.0])

    def picture(name: str) -> Picture:
        best = np.array([PENALTIES[name][0](w, strength) for strength in STRENGTHS])
        lines = {f"w{'₁₂₃'[i]}": (STRENGTHS, best[:, i]) for i in range(3)}
        return Picture("strength λ", "best weight", {"penalty": name}, lines=lines)

    right, *others = (str(name) for name in rng.permutation(list(PENALTIES)))
    wrong = [
        (picture(name), f"This is the penalty {name}: {PENALTIES[name][1]}.") for name in others
    ]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The features of a linear model are such that its loss is
$\tfrac12 \sum_i (w_i - c_i)^2$ with $c = {vector(w)}$. So without a penalty the best weights are
$c$ itself. Now a penalty is added: {right}. Which picture shows the best weights against the
strength $\lambda$?""",
        answer=options,
        solution=rf"""With the penalty {right}, {PENALTIES[right][1]}. That is picture
{right_letter(options)}.

Close to zero the pull of $\lvert w_i \rvert$ keeps its size, so it wins against a small slope of
the loss, while the pull of $w_i^2$ fades together with the weight. The pictures show:
{legend(options, "penalty")}.""",
        hints=(
            r"How strongly does this penalty pull at a weight that is almost 0?",
            r"Does the pull act on each weight alone, or on all of them together?",
        ),
    )


FORMS: dict[str, tuple[tuple[str, str], str]] = {
    "inverted": (
        (r"$\tfrac{1}{1 - p}$", "$1$"),
        "the mean in training stays as it is, and so does the value at test time",
    ),
    "classic": (
        ("$1$", "$1 - p$"),
        "the mean in training falls with $p$, and the value at test time follows it exactly",
    ),
    "printed": (
        ("$1$", "$p$"),
        "the value at test time rises with $p$ while the mean in training falls, so that they"
        r" agree only at $p = \tfrac12$",
    ),
    "unscaled": (
        ("$1$", "$1$"),
        "the mean in training falls with $p$, while nothing happens at test time",
    ),
}


def _factors(form: str, keep: float) -> tuple[float, float]:
    return DROPOUT_FORMS[form](keep) if form in DROPOUT_FORMS else (1.0, 1.0)


def dropout_means(rng: np.random.Generator) -> Variant:
    a = one(rng, (0.5, 0.8, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0))

    def picture(form: str) -> Picture:
        factors = np.array([_factors(form, 1 - p) for p in RATES])
        (train, test), _ = FORMS[form]
        return Picture(
            "drop rate p",
            "value handed on",
            {"factor in training": train, "factor at test time": test},
            lines={
                "mean in training": (RATES, a * (1 - RATES) * factors[:, 0]),
                "at test time": (RATES, a * factors[:, 1]),
            },
        )

    def words(form: str) -> str:
        (train, test), _ = FORMS[form]
        return f"{train} in training and {test} at test time"

    right, *others = (str(form) for form in rng.permutation(list(FORMS)))
    wrong = [
        (picture(form), f"These are the factors {words(form)}: {FORMS[form][1]}.")
        for form in others
    ]
    options = lettered(rng, picture(right), wrong)
    (train, test), course = FORMS[right]
    verdict = (
        "That is how dropout has to be: the next layer sees the same mean in both modes."
        if right in ("inverted", "classic")
        else "So the next layer sees other values at test time than it was trained on: a mistake."
    )
    return Variant(
        prompt=rf"""A unit puts out $a = {number(a)}$. In training a program drops it with
probability $p$ and multiplies it by {train} when it is kept. At test time no unit is dropped, and
the program multiplies by {test}. Which picture shows the mean value handed on in training, and the
value handed on at test time, against $p$?""",
        answer=options,
        solution=rf"""In training the unit is kept with probability $1 - p$, so the mean is
$(1 - p) \cdot {number(a)}$ times {train}. At test time it is always there, with
${number(a)}$ times {test}.

So {course}. That is picture {right_letter(options)}.

{verdict} The pictures show the factors in training and at test time:
{legend(options, "factor in training", "factor at test time")}.""",
        hints=(
            r"With which probability is the unit still there in training?",
            rf"The mean in training is $(1 - p) \cdot {number(a)}$, times the factor in training.",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="regularization/dropout-means",
        chapter=5,
        topic="regularization",
        title="Predict the picture: dropout in training and test",
        difficulty="easy",
        kind="picture",
        source="Srivastava et al. 2014, section 4; handbook chapter 5",
        seconds=90,
        make=dropout_means,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="regularization/weights-under-penalty",
        chapter=5,
        topic="regularization",
        title="Predict the picture: weights under a penalty",
        difficulty="medium",
        kind="picture",
        source="Tibshirani 1996, section 2.2; Hastie, Tibshirani & Friedman 2009, section 3.4",
        seconds=150,
        make=weights_under_penalty,
        tags=frozenset({"essential"}),
    ),
)
