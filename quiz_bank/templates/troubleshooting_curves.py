"""Chapter 9: what learning curves say about a training run, to be read before the run is named."""

from __future__ import annotations

import numpy as np

from engine.least_squares import LeastSquares
from engine.studies.stopping_study import stopping_shares
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import one
from quiz_bank.templates.latex import equals, number
from quiz_bank.templates.pictures import legend, lettered, right_letter

VALIDATION = 200
MANY = 400  # training examples of the run that has enough of them
RATE = 0.5
NEW = 100  # added to a draw's number, for the errors of the validation examples
STEPS = np.unique(np.round(np.geomspace(1, 4000, 40)))


def cosines(x: Array, count: int) -> Array:
    """The features (n, count) of inputs x (n,): 1, and cosines of growing frequency and falling
    size, so that descent learns the coarse shape first."""
    k = np.arange(1, count)
    waves = np.sqrt(2) / k * np.cos(np.pi * k * x[:, None])
    return np.column_stack([np.ones_like(x), waves])


def noisy_wave(n: int, size: float, noise: float, seed: int) -> tuple[Array, Array]:
    """n evenly spaced inputs (n,) in 0 to 1 and targets (n,): size sin 6x, and errors whose root
    mean square is `noise`."""
    x = (np.arange(n) + 0.5) / n
    errors = np.random.default_rng(seed).normal(size=n)
    return x, size * np.sin(6 * x) + noise * errors / np.sqrt(np.mean(errors**2))


def descent(problem: LeastSquares) -> Array:
    """The parameters (steps, d) of full-batch descent from 0 after each of STEPS."""
    eigenvalues, axes = np.linalg.eigh(problem.hessian)
    shares = np.array([stopping_shares(eigenvalues, RATE, int(step)) for step in STEPS])
    return np.asarray(shares * (axes.T @ problem.minimum) @ axes.T)


def half_squared(data: LeastSquares, path: Array) -> Array:
    """The loss (steps,) of all parameters of a path (steps, d) on the data."""
    return np.asarray(((path @ data.design.T - data.target) ** 2).mean(axis=1) / 2)


RUNS: dict[str, str] = {  # of the four runs, what their curves look like
    "overfits": "the training loss goes on to almost 0 while the validation loss turns and rises",
    "underfits": "both losses stop early and stay high: two features cannot follow the law",
    "enough": "both losses fall and end close together, near half the mean square of the errors",
    "leaks": "the two curves are one and the same, so the second says nothing about new examples",
}


def learning_curves(rng: np.random.Generator) -> Variant:
    few, draw = int(rng.choice([12, 14, 15, 16])), int(rng.integers(1, 9))
    size, noise = one(rng, (1.4, 1.6, 1.8)), one(rng, (0.5, 0.6, 0.7))
    sizes = {"overfits": (few, few), "underfits": (2, MANY), "enough": (few, MANY)}
    words = {
        run: f"{features} features and {n} training examples, validated on {VALIDATION} others"
        for run, (features, n) in sizes.items()
    }
    sizes["leaks"] = few, few
    words["leaks"] = f"{few} features and {few} training examples, validated on the same {few}"

    def picture(run: str) -> Picture:
        features, n = sizes[run]
        sets = {"training": noisy_wave(n, size, noise, draw)}
        sets["validation"] = noisy_wave(VALIDATION, size, noise, draw + NEW)
        if run == "leaks":
            sets["validation"] = sets["training"]
        data = {name: LeastSquares(cosines(x, features), y) for name, (x, y) in sets.items()}
        path = descent(data["training"])
        lines = {name: (STEPS, half_squared(one_set, path)) for name, one_set in data.items()}
        return Picture("step", "loss", {"run": words[run]}, lines=lines, log_x=True)

    right, *wrong_runs = (str(run) for run in rng.permutation(list(RUNS)))
    wrong = [(picture(run), f"This run has {words[run]}: {RUNS[run]}.") for run in wrong_runs]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The features of an input $x$ in 0 to 1 are 1 and
$\tfrac{{\sqrt2}}{{k}} \cos k \pi x$ with $k$ = 1, 2 and so on. A model that is linear in them is
trained from zero by full-batch descent on half the mean squared error, with the rate {RATE:g}. The
inputs are evenly spaced, and the targets follow ${number(size)} \sin 6x$ with random errors of root
mean square ${number(noise)}$ (random draw {draw}). A run has {words[right]}. Which picture shows
its losses against the number of steps, on a log axis?""",
        answer=options,
        solution=rf"""With {words[right]}, {RUNS[right]}. That is picture {right_letter(options)}.

A model with as many features as examples can hit every target, its error included. No model can
know the errors of new examples: on average they cost at least
$\tfrac12 \cdot {number(noise)}^2 {equals(noise**2 / 2)}$. A validation loss far below that is a
sign of a leak.

The pictures show: {legend(options, "run")}.""",
        hints=(
            "Can this model hit every one of its training targets?",
            "Are the examples of the second curve new to the model?",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="troubleshooting/learning-curves",
        chapter=9,
        topic="troubleshooting",
        title="Predict the picture: training and validation loss",
        difficulty="easy",
        kind="picture",
        source="Goodfellow, Bengio & Courville 2016, sections 5.2 and 11.3",
        seconds=90,
        make=learning_curves,
        tags=frozenset({"complete"}),
    ),
)
