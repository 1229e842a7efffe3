"""The layers of a run in words: what becomes of the gradient, and which units no longer learn."""

from __future__ import annotations

import numpy as np

from engine.playground.evidence import SOLVED
from engine.playground.look import SATURATED, LayerLook
from engine.types import Array
from pages.figures.base import counted, number
from pages.figures.depth_words import BORDER
from pages.figures.playground_layers import Looks, norms
from pages.figures.playground_spread import OF, VALUES

HUGE = 1_000.0  # a norm of the gradient that no usual learning rate makes a small step of
MUCH = 0.1  # a share of saturated outputs that is worth a word


def describe_layers(looks: Looks) -> str:
    """What the norms say, with the chapter where they are out of range, and dead or saturated
    layers."""
    return " ".join(
        part for part in (_gradients(norms(looks), _is_solved(looks)), *_units(looks[:-1])) if part
    )


def _is_solved(looks: Looks) -> bool:
    return looks[-1].quality >= SOLVED


def _gradients(sizes: Array, is_solved: bool) -> str:
    if not np.isfinite(sizes).all():
        return "The gradient is no longer a finite number: it **explodes** (chapter 7)."
    if not sizes.any():
        return "The gradient by every weight is exactly **0**: no weight moves."
    if len(sizes) == 1:
        return (
            f"The gradient of the loss by the output's weights has norm **{number(sizes[0], 3)}**."
        )
    first, last = float(sizes[0]), float(sizes[-1])
    lead = (
        "The gradient of the loss by the first layer's weights has norm "
        f"**{number(first, 3)}**, that by the output's **{number(last, 3)}**"
    )
    if first == 0:
        return f"{lead}: the first layer does not learn, its gradient has **vanished** (chapter 6)."
    if sizes.max() > HUGE or (first > BORDER * last and not is_solved):
        return f"{lead}: it **explodes** (chapter 7)."
    if is_solved:  # both are near 0, and so their ratio says little
        return f"{lead}: the training examples are learned, and little is left to correct."
    ratio = f", {number(first / last, 2)} times as large"
    if first < last / BORDER:
        return f"{lead}{ratio}: on its way back it **vanishes** (chapter 6)."
    return f"{lead}{ratio}: both are within a factor of {BORDER:g}."


def _units(hidden: Looks) -> list[str]:
    """How many units are dead, and the layer that is saturated most where that is much."""
    said = []
    counts = [layer.activations.shape[1] for layer in hidden]
    dead = sum(round(layer.dead * n) for layer, n in zip(hidden, counts, strict=True))
    if dead:
        said.append(
            f"**{dead} of {counted(sum(counts), 'hidden unit')}** "
            f"{'is' if dead == 1 else 'are'} dead: 0, with slope 0, for every training example."
        )
    flattest = max(hidden, key=lambda layer: layer.saturated, default=None)
    if flattest is not None and flattest.saturated > MUCH:
        said.append(
            f"Most saturated, with slopes of the activation below {SATURATED:g}, is "
            f"{called(flattest)}: **{flattest.saturated:.0%}** of its outputs."
        )
    return said


def called(layer: LayerLook) -> str:
    """A layer in a sentence."""
    return layer.name.lower().replace("hidden", "hidden layer").replace("output", "the output")


def describe_spread(looks: Looks, of: str) -> str:
    """How widely the numbers of the layers are spread; `of` is a key of OF."""
    if of == "gradients":
        return _spread_of_gradients(looks)
    with np.errstate(over="ignore", invalid="ignore"):
        sds = [float(VALUES[of](layer).std()) for layer in looks]
    if not np.isfinite(sds).all():
        return f"Some {of} are no longer finite numbers; they are left out."
    if len(sds) == 1:
        return f"The {of} of the output have a standard deviation of **{number(sds[0], 3)}**."
    low, high = int(np.argmin(sds)), int(np.argmax(sds))
    if sds[low] == sds[high]:
        return f"{OF[of]} have a standard deviation of **{number(sds[0], 3)}** in every layer."
    return (
        f"{OF[of]} are spread most in {called(looks[high])}, with a standard deviation of "
        f"**{number(sds[high], 3)}**, and least in {called(looks[low])}, with "
        f"**{number(sds[low], 3)}**."
    )


def _spread_of_gradients(looks: Looks) -> str:
    zeros = sum(_zeros(layer) for layer in looks)
    total = sum(layer.weight_gradient.size for layer in looks)
    powers = np.concatenate([VALUES["gradients"](layer) for layer in looks])
    powers = powers[np.isfinite(powers)]
    if not powers.size:
        return "No gradient differs from 0."
    left = f" **{zeros} of {total}** are exactly 0 and left out." if zeros else ""
    return (
        f"The sizes of the gradients by single weights go from "
        f"**{number(10 ** float(powers.min()), 2)}** to **{number(10 ** float(powers.max()), 2)}**."
        f"{left}"
    )


def _zeros(layer: LayerLook) -> int:
    return int(np.count_nonzero(layer.weight_gradient == 0))


def layers_alt(looks: Looks) -> str:
    """What the picture of the layers shows."""
    return (
        "Norm of the gradient, and shares of dead units and saturated outputs, layer by layer. "
        f"{describe_layers(looks).replace('*', '')}"
    )


def spread_alt(looks: Looks, of: str) -> str:
    """What the histograms show."""
    return f"Histograms of {of}, layer by layer. {describe_spread(looks, of).replace('*', '')}"
