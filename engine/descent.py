"""Runs of an optimizer on a surface: one path, one step in full, or a whole grid at once.

The rules are elementwise, so each coordinate is a run of its own: two Python floats make a path
many times faster than an array of two, and two grids of floats make a sweep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.optimizers import Optimizer, describe_state
from engine.schedules import Schedule
from engine.surfaces import Surface
from engine.types import Array

BOUND = 1e6  # far outside the window of every surface: a run that crosses it is lost
Failure = Literal["gradient", "point", "value"]


@dataclass(frozen=True, eq=False)
class Path:
    """Where a run went: points (steps + 1, 2) and their values (steps + 1,), the start first.

    A run that diverged is NaN from row `diverged_at` on, and `diverged_in` says what failed there:
    the "gradient" or the "value" overflowed, or the "point" overflowed or left [-BOUND, BOUND].
    """

    points: Array
    values: Array
    diverged_at: int | None
    diverged_in: Failure | None
    optimizer: Optimizer
    surface: Surface


class Move(NamedTuple):
    """One update of the pair of coordinates: where it led, what it saw and what it kept."""

    point: tuple[Any, Any]
    gradient: tuple[Any, Any]
    states: tuple[Any, Any]


def descend(
    optimizer: Optimizer,
    surface: Surface,
    start: ArrayLike,
    steps: int,
    rng: np.random.Generator | None = None,
    schedule: Schedule | None = None,
) -> Path:
    """Path of `steps` updates from `start` (2,), at the learning rate times the schedule's factor.

    `rng` draws the surface's gradient noise; without it the gradient is exact. Divergence ends the
    run and is told by the path; it neither warns nor raises. Hyperparameters are scalars (`sweep`
    takes grids). Raises ValueError for a start of another shape and for negative steps.
    """
    first = _start(start)
    if steps < 0:
        raise ValueError(f"steps must not be negative, got {steps}")
    with np.errstate(all="ignore"):
        moves = _moves(optimizer, surface, first, steps, rng, schedule)
        reached = np.array([first, *(move.point for move in moves)])
        found = surface.value(reached)
        sound = np.isfinite(found) & (np.abs(reached) <= BOUND).all(axis=-1)
        kept = len(reached) if sound.all() else int(sound.argmin())
        failure = None if kept > steps else _failure(surface, reached, kept)
    points, values = np.full((steps + 1, 2), np.nan), np.full(steps + 1, np.nan)
    points[:kept], values[:kept] = reached[:kept], found[:kept]
    diverged_at = None if failure is None else kept
    return Path(points, values, diverged_at, failure, optimizer, surface)


def state_at(
    optimizer: Optimizer,
    surface: Surface,
    start: ArrayLike,
    step: int,
    rng: np.random.Generator | None = None,
    schedule: Schedule | None = None,
    steps: int | None = None,
) -> dict[str, Any]:
    """Every quantity of update number `step` of the run that `descend` makes, by name.

    "step" is the number; the others are per coordinate (2,): "theta" after the update, the
    "gradient" that it used, "update" (the change of theta), and the state after it, with m_hat and
    v_hat where there are moments. At step 0 theta is the start, the gradient NaN and the update 0;
    from the step of divergence on, all are NaN. A schedule needs `steps`, the length of the run.
    Raises ValueError for a start of another shape and for a step outside the run.
    """
    steps = step if steps is None else steps
    if not 0 <= step <= steps:
        raise ValueError(f"step must lie in 0 to {steps}, got {step}")
    begin = _begin(optimizer, _start(start))
    with np.errstate(all="ignore"):
        run = _moves(optimizer, surface, begin.point, steps, rng, schedule)
        track = [begin, *islice(run, step)]
    last, previous = track[-1], track[-2:][0]
    described = [describe_state(optimizer, state) for state in last.states]
    quantities = {
        "theta": last.point,
        "gradient": last.gradient,
        "update": np.subtract(last.point, previous.point),
        **{name: [values[name] for values in described] for name in described[0]},
    }
    lost = np.nan if len(track) <= step else 0.0
    return {"step": step} | {name: np.add(pair, lost) for name, pair in quantities.items()}


def first_within(path: Path, tolerance: float = 1e-3) -> int | None:
    """The first step whose value is within `tolerance` of the surface's minimum, None if none is.

    The run may leave again: what counts is who was there first.
    """
    there = path.values - path.surface.minimum_value <= tolerance
    return int(there.argmax()) if there.any() else None


def sweep(optimizer: Optimizer, surface: Surface, start: ArrayLike, steps: int) -> Array:
    """Values after `steps` updates for a grid of hyperparameters, inf where the run overflowed.

    Hyperparameters are arrays that broadcast to the shape of the grid, which is that of the
    result: learning_rate (n, 1) and beta (1, m) give (n, m). The gradient is exact.
    """
    move = _begin(optimizer, tuple(np.array(_start(start))))
    with np.errstate(all="ignore"):
        for _ in range(steps):
            move = _update(optimizer, surface, move, (0.0, 0.0))
        values = surface.f(*move.point)
    return np.where(np.isfinite(values), values, np.inf)


def contraction_estimate(values: Array, surface: Surface, start: ArrayLike, steps: int) -> Array:
    """Mean factor per step on the distance to the minimum, from the values after `steps` updates.

    On a quadratic the loss falls as the square of the distance, so this is the square root of the
    mean factor on the loss above the minimum. Shaped like `values`; above 1 the run moved away, inf
    where it overflowed, NaN for a start at the minimum.
    """
    with np.errstate(all="ignore"):
        left = (values - surface.minimum_value) / (surface.value(start) - surface.minimum_value)
        factor: Array = np.maximum(left, 0.0) ** (0.5 / steps)
    return factor


def _begin(optimizer: Optimizer, start: tuple[Any, Any]) -> Move:
    x, y = start
    return Move(start, (np.nan, np.nan), (optimizer.init(x), optimizer.init(y)))


def _update(optimizer: Optimizer, surface: Surface, move: Move, noise: tuple[float, float]) -> Move:
    (x, y), _, (state_x, state_y) = move
    dx, dy = surface.df(x, y)
    dx, dy = dx + noise[0], dy + noise[1]
    x, state_x = optimizer.step(x, dx, state_x)
    y, state_y = optimizer.step(y, dy, state_y)
    return Move((x, y), (dx, dy), (state_x, state_y))


def _moves(
    optimizer: Optimizer,
    surface: Surface,
    start: tuple[float, float],
    steps: int,
    rng: np.random.Generator | None,
    schedule: Schedule | None,
) -> Iterator[Move]:
    """The updates of one run, up to the last one that overflowed nothing and stayed in bounds."""
    shape = (steps, 2)
    noise = np.zeros(shape) if rng is None else rng.normal(scale=surface.noise, size=shape)
    rule, move = optimizer, _begin(optimizer, start)
    for step, draw in enumerate(noise.tolist()):
        if schedule is not None:
            rate = optimizer.learning_rate * schedule(step, steps)
            rule = replace(optimizer, learning_rate=rate)
        try:
            move = _update(rule, surface, move, draw)
        except ArithmeticError:
            return
        x, y = move.point
        if not (-BOUND <= x <= BOUND and -BOUND <= y <= BOUND):
            return
        yield move


def _failure(surface: Surface, reached: Array, kept: int) -> Failure:
    if kept < len(reached):
        return "value" if (np.abs(reached[kept]) <= BOUND).all() else "point"
    return "point" if np.isfinite(surface.gradient(reached[-1])).all() else "gradient"


def _start(start: ArrayLike) -> tuple[float, float]:
    point = np.asarray(start, float)
    if point.shape != (2,):
        raise ValueError(f"start must have shape (2,), got {point.shape}")
    return float(point[0]), float(point[1])
