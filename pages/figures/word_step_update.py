"""One step of gradient descent on the dense layer: what it does to the error, and the tangent."""

from __future__ import annotations

import numpy as np

from engine.studies.word_step import errors_after
from pages.figures.base import Figure, Look, axis, layout, line, number
from pages.figures.marks import point
from pages.figures.word_step import Shown, chance

POINTS = 61


def update_figure(shown: Shown, look: Look) -> Figure:
    """The error after a step of each rate up to twice the chosen one, beside the first order."""
    rates = np.linspace(0, 2 * shown.rate, POINTS)
    errors = errors_after(shown.step, rates)
    tangent = shown.step.error - rates * shown.step.squared_norm
    high = float(shown.step.error) or 1.0
    low = float(errors.min())
    room = 0.12 * (high - low)
    hover = {"hovertemplate": "η = %{x:.3g}: %{y:.4g}<extra></extra>"}
    return Figure(
        [
            line("error after the step", rates, errors, look, 0, **hover),
            line("first order: E − η‖g‖²", rates, tangent, look, 1, **hover),
            point("chosen η", shown.rate, shown.after.error, "diamond", look.text, look),
        ],
        layout(
            look,
            300,
            margin={"l": 8, "r": 12, "t": 64, "b": 8},
            xaxis=axis(look, "learning rate η", zeroline=False, nticks=5),
            yaxis=axis(
                look,
                "error E (nats)",
                range=[low - 3 * room, high + room],
                zeroline=False,
                nticks=6,
                exponentformat="power",
            ),
        ),
    )


def describe_update(shown: Shown) -> str:
    """p and error before and after the step, and what the first order promised."""
    step, after = shown.step, shown.after
    before, now = (chance(float(s.p[step.label]), 4) for s in (step, after))
    first = shown.rate * step.squared_norm
    done = step.error - after.error
    return (
        f"One step with η = {number(shown.rate)} on the dense layer alone takes “{shown.label}” "
        f"from **{before}** to **{now}**. The error falls by **{number(done, 3)}**; the first "
        f"order, η‖g‖², says {number(first, 3)}{_told(first, done, step.error)}.{_winner(shown)}"
    )


def _winner(shown: Shown) -> str:
    """Which word is the most probable one after the step, where that is another."""
    best = int(shown.after.p.argmax())
    if best == int(shown.step.p.argmax()):
        return ""
    return f" The most probable word is now “{shown.name(best)}”."


def _told(first: float, done: float, error: float) -> str:
    """How far the tangent can be believed: the error is convex in W and b and lies above it."""
    if first <= 0 or done / first > 0.995:
        return ", the same to two digits"
    more = f", {number(first / done, 3)} times as much"
    if first > error:
        return f"{more} and more than all of E: the curve bends away from its tangent"
    return f"{more}: the curve bends away from its tangent"


def update_alt(shown: Shown) -> str:
    """What the curve and the tangent show."""
    words = describe_update(shown).replace("*", "")
    return f"The error after the step over the learning rate, with its tangent at 0. {words}"
