"""The followed trail as a ladder: link under link, local derivative and running product."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.by_hand.lstm_trails import Node
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, layout, number, typed
from pages.figures.trails_symbols import formula, marked
from pages.figures.trails_walk import Walk

ROW = 29  # pixels
COLUMNS = {"node": 0.09, "derivative": 0.27, "product": 1.0}  # of the width
RAIL, SIDING = 0.025, 0.06  # where the trail runs, and where it forks to weights and bias


class Rung(NamedTuple):
    """A row: what has been reached, the formula and value of the factor to it, the product."""

    node: str
    rule: str
    factor: float
    product: float


def rungs(walk: Walk) -> list[Rung]:
    """A row per link, then one for each weight and the bias, among which the last link forks."""
    trail = walk.trail
    rows = [
        Rung(marked(link.by), formula(link), link.derivative, product)
        for link, product in zip(trail.links, trail.products[1:], strict=True)
    ]
    row, bias = walk.contribution()
    x = f"x<sub>{walk.end}</sub>"
    ends = (f"{x}[1]", f"{x}[2]", marked(Node("a", walk.end - 1)), "1")
    names = [f"W<sub>{walk.gate}</sub>[{k}]" for k in (1, 2, 3)] + [f"b<sub>{walk.gate}</sub>"]
    factors, products = [*walk.inputs.tolist(), 1.0], [*row.tolist(), bias]
    return [*rows, *map(Rung, names, ends, factors, products)]


def ladder_figure(walk: Walk, look: Look) -> Figure:
    """The error, then a row per link; numbers appear as far as the trail has been followed."""
    rows = rungs(walk)
    links = walk.length - 1
    shown = len(rows) if walk.at_weights else walk.done
    color = walk.look.tint(look)
    first = marked(walk.trail.nodes[0])
    names = [first, *(row.node for row in rows)]
    factors = [f"{row.rule} = {number(row.factor)}" if row.rule != "1" else "1" for row in rows]
    factors = [f"× {text}" if k < shown else "" for k, text in enumerate(factors)]
    products = ["1", *(number(r.product) if k < shown else "" for k, r in enumerate(rows))]
    y = np.arange(len(names), dtype=float)
    loud = range(links + 1, len(names)) if walk.at_weights else (shown,)
    products = [f"<b>{text}</b>" if k in loud else text for k, text in enumerate(products)]
    return Figure(
        [
            _rail(y[min(walk.done, links) : links + 1], False, walk, look),
            _rail(y[: min(walk.done, links) + 1], True, walk, look),
            _fork(y, links, walk.at_weights, walk, look),
            _stations(y, shown, color, look),
            _column("node", y, [f"<b>{name}</b>" for name in names], look),
            _column("derivative", y, ["", *factors], look),
            _column("product", y, products, look),
        ],
        layout(
            look,
            ROW * (len(names) + 1) + 34,
            margin={"l": 4, "r": 4, "t": 30, "b": 4},
            xaxis={"visible": False, "range": [0, 1.005], "fixedrange": True},
            yaxis={"visible": False, "range": [len(names) - 0.4, -1.4], "fixedrange": True},
            shapes=[_stripe(k, look) for k in range(0, len(names), 2)],
            annotations=[
                _head("node", "reached", look),
                _head("derivative", "local derivative", look),
                _head("product", "running product", look),
            ],
            showlegend=False,
        ),
    )


def _stroke(walk: Walk, look: Look, done: bool) -> Spec:
    line = {"color": walk.look.tint(look), "dash": "solid" if done else "dot"}
    line |= {"width": 4 if done else 1.6}
    return {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": line}


def _rail(rows: Array, done: bool, walk: Walk, look: Look) -> Spec:
    return _stroke(walk, look, done) | {"x": [RAIL] * len(rows), "y": rows.tolist()}


def _fork(y: Array, links: int, done: bool, walk: Walk, look: Look) -> Spec:
    """From the pre-activation to each of weights and bias."""
    x: list[float | None] = []
    rows: list[float | None] = []
    for row in y[links + 1 :].tolist():
        x += [RAIL, RAIL, SIDING, None]
        rows += [float(links), row, row, None]
    return _stroke(walk, look, done) | {"x": x, "y": rows}


def _stations(y: Array, shown: int, color: str, look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": typed(np.full(len(y), RAIL)),
        "y": typed(y),
        "marker": {
            "size": 11,
            "color": [color if k <= shown else look.background for k in range(len(y))],
            "line": {"color": color, "width": 2},
            "opacity": 1,
        },
        "hoverinfo": "skip",
    }


def _column(name: str, y: Array, texts: list[str], look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "text",
        "x": typed(np.full(len(y), COLUMNS[name])),
        "y": typed(y),
        "text": texts,
        "textposition": "middle left" if name == "product" else "middle right",
        "textfont": {"color": look.text, "size": 14},
        "hoverinfo": "skip",
    }


def _head(name: str, text: str, look: Look) -> Spec:
    side = "right" if name == "product" else "left"
    return {
        "x": COLUMNS[name],
        "y": -0.95,
        "xanchor": side,
        "text": text,
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }


def _stripe(k: int, look: Look) -> Spec:
    return {
        "type": "rect",
        "layer": "below",
        "x0": 0,
        "x1": 1.005,
        "y0": k - 0.5,
        "y1": k + 0.5,
        "fillcolor": look.grid,
        "opacity": 0.3,
        "line": {"width": 0},
    }
