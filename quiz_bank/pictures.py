"""When the pictures of a question can be told apart, and what its options must be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array
from quiz_bank.model import Curve, Option, Picture

LETTERS = "ABCD"
CLEAR = 0.12  # of an axis, by which two pictures must differ
SAMPLES = 80
WIDTH = 0.95  # the gap is the one that only the widest 5 % of the picture exceed

Span = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """Ends of the axes that all pictures of a question share, as log10 on a log axis; `values`
    are the ends of what contours show, None without any."""

    x: Span
    y: Span
    values: Span | None


def curves(picture: Picture) -> Iterator[tuple[str, Curve]]:
    """Every line, row of points and row of bars, with its name."""
    for kind in (picture.lines, picture.points, picture.bars):
        yield from kind.items()


def frame(pictures: Sequence[Picture]) -> Frame:
    """The smallest frame that shows all of the pictures; bars stand on 0."""
    grids = [picture.contours for picture in pictures if picture.contours]
    drawn = [curve for picture in pictures for _, curve in curves(picture)]
    base: list[Array] = [np.zeros(1)] if any(picture.bars for picture in pictures) else []
    first = pictures[0]
    return Frame(
        _span([x for x, _ in drawn] + [x for x, _, _ in grids], first.log_x),
        _span([y for _, y in drawn] + [y for _, y, _ in grids] + base, first.log_y),
        _span([values for _, _, values in grids]) if grids else None,
    )


def gap(one: Picture, other: Picture, shared: Frame) -> float:
    """How far two pictures with curves of the same names lie apart, as a share of the frame."""
    gaps = [
        _curve_gap(_scaled(curve, one, shared), _scaled(dict(curves(other))[name], one, shared))
        for name, curve in curves(one)
    ]
    if one.contours and other.contours and shared.values:
        low, high = shared.values
        difference = np.abs(one.contours[2] - other.contours[2])
        gaps.append(float(np.quantile(difference, WIDTH) / (high - low or 1.0)))
    return max(gaps, default=0.0)


def option_fault(options: object) -> str | None:
    """What is wrong with the options of a question about pictures; None when nothing is."""
    if not isinstance(options, tuple) or not 3 <= len(options) <= len(LETTERS):
        return f"expected 3 or {len(LETTERS)} options"
    if [option.text for option in options] != list(LETTERS[: len(options)]):
        return "expected the letters A, B, ... as texts of the options"
    if sum(option.correct for option in options) != 1:
        return "expected exactly one right option"
    if any(option.picture is None for option in options):
        return "expected a picture in every option"
    if not all(option.correct or option.feedback for option in options):
        return "expected feedback for every wrong option"
    if len({_outline(picture) for picture in _pictures(options)}) > 1:
        return "expected pictures with the same axes, curves and settings"
    return None


def conflict(options: Iterable[Option]) -> str:
    """Why the pictures cannot be asked about, in words; empty when they can."""
    pictures = _pictures(options)
    if not all(map(_is_drawable, pictures)):
        return "a picture has nothing finite to draw"
    shared = frame(pictures)
    for (i, one), (j, other) in combinations(enumerate(pictures), 2):
        if gap(one, other, shared) < CLEAR:
            return f"pictures {LETTERS[i]} and {LETTERS[j]} look alike"
    return ""


def _pictures(options: Iterable[Option]) -> list[Picture]:
    return [option.picture for option in options if option.picture is not None]


def _outline(picture: Picture) -> tuple[object, ...]:
    axes = picture.x_title, picture.y_title, picture.log_x, picture.log_y
    named = [tuple(kind) for kind in (picture.lines, picture.points, picture.bars)]
    return (*axes, *named, picture.contours is None, tuple(picture.settings))


def _is_drawable(picture: Picture) -> bool:
    """Finite x; y finite or NaN, but not NaN alone; above 0 on a log axis."""
    arrays = [*picture.contours] if picture.contours else []
    if not all(np.isfinite(array).all() for array in arrays):
        return False
    for _, (x, y) in curves(picture):
        seen = y[~np.isnan(y)]
        if not seen.size or not np.isfinite(seen).all() or not np.isfinite(x).all():
            return False
        if (picture.log_x and np.any(x <= 0)) or (picture.log_y and np.any(seen <= 0)):
            return False
    return bool(arrays) or any(True for _ in curves(picture))


def _span(arrays: Sequence[ArrayLike], log: bool = False) -> Span:
    values = np.concatenate([np.ravel(array) for array in arrays])
    values = np.log10(values) if log else values
    return float(np.nanmin(values)), float(np.nanmax(values))


def _scaled(curve: Curve, picture: Picture, shared: Frame) -> Curve:
    """The curve in shares of the frame, 0 to 1 both ways."""

    def share(values: Array, span: Span, log: bool) -> Array:
        low, high = span
        return np.asarray(((np.log10(values) if log else values) - low) / (high - low or 1.0))

    x, y = curve
    return share(x, shared.x, picture.log_x), share(y, shared.y, picture.log_y)


def _curve_gap(one: Curve, other: Curve) -> float:
    """The height between two functions, or the distance between two paths, part by part."""
    if np.array_equal(one[0], other[0]):
        gaps = _height(one[1], other[1])
    elif np.all(np.diff(one[0]) > 0) and np.all(np.diff(other[0]) > 0):
        at = np.linspace(0, 1, SAMPLES)
        gaps = _height(*(np.interp(at, x, y, np.nan, np.nan) for x, y in (one, other)))
    else:
        along = [_along(curve) for curve in (one, other)]
        gaps = np.hypot(along[0][0] - along[1][0], along[0][1] - along[1][1])
    return float(np.quantile(gaps, WIDTH))


def _height(one: Array, other: Array) -> Array:
    """Where only one of the two is drawn, they differ by the whole frame; where none is, by 0."""
    gaps = np.abs(one - other)
    return np.where(np.isnan(gaps), (np.isnan(one) != np.isnan(other)).astype(float), gaps)


def _along(curve: Curve) -> tuple[Array, Array]:
    """A path (SAMPLES,) by its share of steps, so that paths of any length can be compared."""
    at, steps = np.linspace(0, 1, SAMPLES), np.linspace(0, 1, len(curve[0]))
    return np.interp(at, steps, curve[0]), np.interp(at, steps, curve[1])


def settings_fault(prompt: str, options: Sequence[Option]) -> str | None:
    """A setting of the right picture that the prompt does not state, or one of a wrong picture
    that its feedback does not; None when all are stated."""
    right = next(o.picture.settings for o in options if o.correct and o.picture)
    for name, value in right.items():
        if value not in prompt:
            return f"the prompt does not state that {name} is {value}"
    for option in options:
        if option.picture and not option.correct:
            changed = _changed(option.picture.settings, right)
            if not changed or not any(value in option.feedback for value in changed):
                return f"the feedback of {option.text} does not state the settings of its picture"
    return None


def _changed(settings: Mapping[str, str], right: Mapping[str, str]) -> list[str]:
    return [value for name, value in settings.items() if value != right.get(name)]
