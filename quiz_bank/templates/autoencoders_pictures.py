"""Chapter 9: what a linear bottleneck keeps, to be predicted before it is drawn."""

from __future__ import annotations

import numpy as np

from engine.generative.pca import least_errors, projection
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import distinct, one
from quiz_bank.templates.latex import number, vector
from quiz_bank.templates.pictures import legend, lettered, right_letter

SIZES = np.arange(6.0)


def error_by_bottleneck(rng: np.random.Generator) -> Variant:
    spread = np.sort(np.append(distinct(rng, (6.0, 7.0, 8.0, 9.0, 10.0), 2), [1.5, 1.0, 0.5]))[::-1]
    points = np.sqrt(5 * spread)[:, None] * np.eye(5)
    left = least_errors(np.concatenate([points, -points]))
    shuffled = rng.permutation(spread)
    total, first = float(spread.sum()), float(spread[0])
    heights = {
        "mean squared error": left,
        "sum of the variances kept": total - left,
        "sum, the smallest variances kept first": total - left[::-1],
        "variance of the next axis alone": np.append(spread, 0.0),
    }
    feedback = {
        "sum of the variances kept": "what is kept is no error, which falls as it grows.",
        "sum, the smallest variances kept first": "training keeps the axes of largest variance.",
        "variance of the next axis alone": "all axes that are left out add to the error.",
    }

    def picture(name: str) -> Picture:
        points = {"error": (SIZES, heights[name])}
        settings = {"the height": name}
        return Picture("units in the bottleneck", "error", settings, points=points)

    right, *others = heights
    wrong = [(picture(name), f"This is the {name}: {feedback[name]}") for name in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""Data have five uncorrelated features with mean 0 and the variances
${vector(shuffled)}$. For each number of units in the bottleneck, from 0 to 5, a
linear autoencoder is trained to its lowest error. Which picture shows the mean squared error that
is left, summed over the features?""",
        answer=options,
        solution=rf"""The best code keeps the axes of largest variance, here features
themselves, and the error is the sum of the variances left out. Without a code it is the whole
{number(total)}; the first unit takes {number(first)} off, the second {number(spread[1])}, the
others little, and five units lose nothing. That is picture {right_letter(options)}.

The bend after two units says that the data are nearly two-dimensional. The pictures show:
{legend(options, "the height")}.""",
        hints=(
            "What is the error of an autoencoder without a code, that always answers 0?",
            "Which variance does the first unit take off?",
        ),
    )


ACROSS = np.array([-2.0, -1.2, -0.5, 0.5, 1.2, 2.0])
ASIDE = np.array([0.5, -0.6, 0.4, -0.4, 0.6, -0.5])


def reconstructions(rng: np.random.Generator) -> Variant:
    degrees = one(rng, (25.0, 28.0, 30.0, 32.0, 35.0, 38.0, 40.0, 42.0))
    degrees *= one(rng, (-1.0, 1.0))
    turn = np.radians(degrees)
    along, normal = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    noise = ASIDE - (ASIDE @ ACROSS) / (ACROSS @ ACROSS) * ACROSS  # uncorrelated with ACROSS
    x = np.outer(ACROSS, along) + np.outer(noise - noise.mean(), normal)
    best = projection(x, 1)
    cases: dict[str, tuple[Array, str]] = {
        "one linear unit": (best, ""),
        "the axis of least variance": (
            x - best + x.mean(axis=0),
            "a unit on it would lose most of the squared length.",
        ),
        "the first feature alone": (
            x * (1.0, 0.0),
            "training turns its one direction until less is lost than the whole second feature.",
        ),
        "two linear units": (x, "with one number per point they cannot all come back unchanged."),
    }

    def picture(name: str) -> Picture:
        drawn = cases[name][0]
        points = {"data": (x[:, 0], x[:, 1]), "reconstructions": (drawn[:, 0], drawn[:, 1])}
        return Picture("first feature", "second feature", {"the bottleneck": name}, points=points)

    right, *others = cases
    wrong = [(picture(name), f"This bottleneck is {name}: {cases[name][1]}") for name in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""Six points in the plane lie near a line through 0 that is turned by
${number(degrees)}$ degrees from the axis of the first feature. An autoencoder without activations,
whose bottleneck is {right}, is trained on them to the lowest squared error. Which picture shows the
points and what it makes of them?""",
        answer=options,
        solution=rf"""One linear unit keeps one number per point, so all reconstructions lie on one
line. The squared error is least on the first principal axis, the line along which the points
spread most, and each point comes back as its foot on that line, at a right angle. That is picture
{right_letter(options)}.

The pictures show these bottlenecks: {legend(options, "the bottleneck")}.""",
        hints=(
            "On what kind of curve must the reconstructions from one linear unit lie?",
            "Which line makes the sum of squared distances smallest?",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="autoencoders/error-by-bottleneck",
        chapter=9,
        topic="autoencoders",
        title="Predict the picture: error and bottleneck",
        difficulty="medium",
        kind="picture",
        source="Baldi & Hornik 1989, section 3",
        seconds=90,
        make=error_by_bottleneck,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="autoencoders/reconstructions",
        chapter=9,
        topic="autoencoders",
        title="Predict the picture: what comes back",
        difficulty="easy",
        kind="picture",
        source="Baldi & Hornik 1989; Goodfellow, Bengio & Courville 2016, section 14.1",
        seconds=75,
        make=reconstructions,
        tags=frozenset({"complete"}),
    ),
)
