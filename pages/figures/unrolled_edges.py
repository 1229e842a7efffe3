"""Where the nodes of an unrolled network stand, and the lines of its weights between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from engine.by_hand.unrolled import Unrolled
from engine.types import Array
from pages.figures.base import DASHES, Look, Spec, typed

ROOMY = 6  # steps; with more, only the lit one has numbers in its nodes
GAP = 1.9  # units between a state and its input or output
BIG, SMALL = 36, 14  # pixels of a node with a number and without
PHONE = 340  # pixels of the picture on a narrow screen
WEIGHTS = ("W_xh", "W_hh", "W_hy")


@dataclass(frozen=True)
class Places:
    """Where steps stand: column widths (t + 1,), h_0 first; node sizes in pixels; lit from 1."""

    widths: Array
    sizes: list[int]
    lit: int
    units: int

    @cached_property
    def at(self) -> Array:
        """The middles (t + 1,) of the columns."""
        return np.asarray(np.cumsum(self.widths) - self.widths / 2)

    @property
    def rows(self) -> Array:
        """Heights of the hidden units, the first on top; the state's middle is 0."""
        return np.asarray((self.units - 1) / 2 - np.arange(self.units))

    @property
    def side(self) -> float:
        """Height of an output; an input lies as far below."""
        return (self.units - 1) / 2 + GAP


def places(net: Unrolled, lit: int) -> Places:
    """Columns of equal width, or with many steps a wide one for the lit step."""
    steps = len(net.x)
    widths, sizes = np.ones(steps + 1), [BIG] * (steps + 1)
    if steps > ROOMY:
        sizes = [SMALL] * (steps + 1)
        widths[lit], sizes[lit] = 2.2, BIG
    widths[0] = 0.8
    return Places(widths, sizes, lit, net.h.shape[1])


def weight_lines(net: Unrolled, p: Places, look: Look) -> list[Spec]:
    """One trace per weight matrix, with its own color and dash, the insides of states over them,
    and heads halfway."""
    top = p.rows[0] + 0.25
    steps = p.at[1:]
    up = [(np.array([x, -p.side]), np.array([x, -top])) for x in steps]
    out = [(np.array([x, top]), np.array([x, p.side])) for x in steps]
    along = [(np.array([a, 0.0]), np.array([b, 0.0])) for a, b in pairwise(p.at)]
    strokes, heads = [], []
    for k, (name, ends) in enumerate(zip(WEIGHTS, (up, along, out), strict=True)):
        cut = net.reset and name == "W_hh"
        middles = np.array([_middle(p, t, a, b) for t, (a, b) in enumerate(ends, 1)])
        stroke = {"color": look.lines[k], "width": 2.2, "dash": DASHES[k]}
        stops = [(a, m) for (a, _), m in zip(ends, middles, strict=True)] if cut else ends
        strokes.append(_trace(stops, stroke, _symbol(name) + " meets 0" * cut))
        heads.append(_heads(middles, k, cut, look))
    return [*strokes, _insides(p, look), *heads]


def _symbol(name: str) -> str:
    letter, _, below = name.partition("_")
    return f"{letter}<sub>{below}</sub>"


def _middle(p: Places, t: int, a: Array, b: Array) -> Array:
    """Halfway between two nodes, their unequal sizes considered for a line along time."""
    if a[1] != b[1]:
        return np.asarray((a + b) / 2)
    pixels = PHONE / float(p.widths.sum())  # of one column on the narrowest screen
    left, right = a[0] + p.sizes[t - 1] / 2 / pixels, b[0] - p.sizes[t] / 2 / pixels
    return np.array([(left + right) / 2, 0.0])


def _trace(ends: list[tuple[Array, Array]], stroke: Spec, name: str) -> Spec:
    gap = np.full(2, np.nan)
    xy = np.array([point for a, b in ends for point in (a, b, gap)])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": typed(xy[:, 0]),
        "y": typed(xy[:, 1]),
        "line": stroke,
        "hoverinfo": "skip",
    }


def _insides(p: Places, look: Look) -> Spec:
    """Squares that fill the frames of the states, so that lines end there."""
    halves = np.arange(p.rows[-1], p.rows[0] + 0.5, 0.5)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": typed(np.repeat(p.at, len(halves))),
        "y": typed(np.tile(halves, len(p.at))),
        "marker": {
            "symbol": "square",
            "size": [size + 6 for size in p.sizes for _ in halves],
            "color": look.background,
            "opacity": 1,
            "line": {"width": 0},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _heads(at: Array, k: int, cut: bool, look: Look) -> Spec:
    symbol = "x-thin" if cut else ("triangle-up", "triangle-right", "triangle-up")[k]
    color = look.text if cut else look.lines[k]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": typed(at[:, 0]),
        "y": typed(at[:, 1]),
        "marker": {
            "symbol": symbol,
            "size": 10,
            "color": color,
            "line": {"color": color, "width": 2.5 if cut else 0},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }
