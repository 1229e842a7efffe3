"""What stands in the boxes of the LSTM's graph, and what pointing at one or clicking it tells."""

from __future__ import annotations

import numpy as np

from engine.by_hand.lstm_example import GATES
from engine.by_hand.lstm_trails import Node
from engine.types import Array
from pages.figures.base import Look, Spec, number, typed
from pages.figures.trails_places import Box, a_before, all_links, node_box, weight_box, x_box
from pages.figures.trails_symbols import boxed, marked, short
from pages.figures.trails_walk import Walk


def all_boxes() -> list[Box]:
    nodes = {node for pair in all_links() for node in pair}
    weights = [weight_box(gate, step) for step in (1, 2) for gate in GATES]
    return [*map(node_box, sorted(nodes)), a_before(2), x_box(1), x_box(2), *weights]


def box_texts(walk: Walk, look: Look, revealed: bool) -> Spec:
    """What stands in the boxes."""
    placed = []
    for node, value in walk.values.items():
        gradient = walk.node_gradients[node] if revealed else None
        placed.append((node_box(node), _box_text(node, value, gradient)))
    passed_on = walk.gradients[1].da_prev if revealed else None
    output = Node("a", 1)
    placed.append((a_before(2), _box_text(output, walk.values[output], passed_on)))
    for step in (1, 2):
        placed.append((x_box(step), _input_text(walk, step, revealed)))
        placed += [(weight_box(gate, step), f"W<sub>{gate}</sub>") for gate in GATES]
    return {
        "type": "scatter",
        "mode": "text",
        "x": typed(np.array([box.x for box, _ in placed])),
        "y": typed(np.array([box.y for box, _ in placed])),
        "text": [text for _, text in placed],
        "textfont": {"color": look.text, "size": 12},
        "unselected": {"textfont": {"color": look.text}},  # a click on a target dims no text
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _box_text(node: Node, value: float, gradient: float | None) -> str:
    """Name and value, on one line where the box has two, and under them the gradient."""
    two = node_box(node).half_height < 0.35
    below = "" if gradient is None else f"<br>{_small(gradient)}"
    return f"<b>{boxed(node)}</b>{' ' if two else '<br>'}{short(value)}{below}"


def _small(gradient: float) -> str:
    return f"<i>∂ {short(gradient)}</i>"


def _input_text(walk: Walk, step: int, revealed: bool) -> str:
    values = [short(float(value)) for value in walk.example.x[step - 1]]
    gradients = [_small(float(value)) for value in walk.gradients[step - 1].dx]
    lines = [*values, *(gradients if revealed else [])]
    return "<br>".join([f"<b>x<sub>{step}</sub></b>", *lines])


def box_targets(walk: Walk, revealed: bool) -> Spec:
    """A point on each box to hover, and on weights and the trail's nodes to click."""
    places = {node: k for k, node in enumerate(walk.trail.nodes)}
    found: list[tuple[Box, str, list[str | int]]] = []
    for node, value in walk.values.items():
        told = f"{marked(node)} = {number(value)}"
        if revealed:
            told += f"<br>∂E/∂{marked(node)} = {number(walk.node_gradients[node])}"
        found.append((node_box(node), told, ["", places.get(node, -1), walk.length]))
    output = Node("a", 1)
    told = f"{marked(output)} as it enters step 2: {number(walk.values[output])}"
    if revealed:
        told += f"<br>step 2 sends back {number(walk.gradients[1].da_prev)}"
    found.append((a_before(2), told, ["", places.get(output, -1), walk.length]))
    for step in (1, 2):
        found.append((x_box(step), _inputs_told(walk, step, revealed), ["", -1, walk.length]))
        for gate in GATES:
            row = walk.gradients[step - 1].dW[GATES.index(gate)]
            told = f"W<sub>{gate}</sub> = ({_listed(walk.example.W[GATES.index(gate)])})"
            if revealed:
                told += f"<br>from step {step} to ∂E/∂W<sub>{gate}</sub>:<br>({_listed(row)})"
            found.append(
                (weight_box(gate, step), f"{told}<br>click for its trail", [gate, step, 0])
            )
    return {
        "type": "scatter",
        "mode": "markers",
        "x": typed(np.array([box.x for box, *_ in found])),
        "y": typed(np.array([box.y for box, *_ in found])),
        "marker": {"opacity": 0, "size": 26},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "text": [told for _, told, _ in found],
        "customdata": [data for *_, data in found],
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
    }


def _inputs_told(walk: Walk, step: int, revealed: bool) -> str:
    x = f"x<sub>{step}</sub>"
    told = f"{x} = ({_listed(walk.example.x[step - 1])})"
    gradient = _listed(walk.gradients[step - 1].dx)
    return f"{told}<br>∂E/∂{x} = ({gradient})" if revealed else told


def _listed(row: Array) -> str:
    return ", ".join(number(float(value), 3) for value in row)
