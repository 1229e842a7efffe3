"""Where the nodes and links of the LSTM's two steps stand: step 1 above step 2, so that a phone has
room for the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.by_hand.lstm_example import GATES
from engine.by_hand.lstm_trails import RULES, Node

Point = tuple[float, float]  # columns to the right, rows of gates down

HALF_WIDTH = 0.4
HALF_HEIGHTS = {2: 0.3, 3: 0.42, 5: 0.66}  # by lines of text
STEP_2 = 4.9  # rows that step 2 stands below step 1
CELL_ROW, GAP = 1.05, 3.78  # row of C, and of the wire between the steps
WIRE = 4.51  # column of the wire that leads a_1 round to step 2
TAG_LEFT, TAG_RIGHT, TAG_TOP, TAG_BOTTOM = 0.7, 1.2, 0.3, 0.6  # of weights, under their box
WITHIN = {  # column and row of a step's nodes
    "T": (4.0, 0.3),
    "a": (4.0, 1.72),
    "E": (4.0, 3.1),
    "C": (3.0, CELL_ROW),
    **{f"G{gate}": (2.0, float(row)) for row, gate in enumerate(GATES)},
    **{f"u{gate}": (1.0, float(row)) for row, gate in enumerate(GATES)},
}
LINES = {"T": 3, "a": 3, "E": 3, "C": 3}  # of a box, else 2
PILLS = {  # where a link's derivative is written, in columns and rows of its step
    ("E", "a"): (4.0, 2.41),
    ("a", "T"): (4.0, 1.01),
    ("a", "Go"): (3.29, 2.04),
    ("T", "C"): (3.3, 0.3),
    ("C", "C"): (3.0, -0.9),
    ("C", "Gf"): (2.5, 0.47),
    ("C", "Gu"): (2.46, 0.46),
    ("C", "Gc"): (2.33, 1.5),
    **{(f"G{gate}", f"u{gate}"): (1.5, row - 0.46) for row, gate in enumerate(GATES)},
    **{(f"u{gate}", "a"): (0.28, 1.0) for gate in GATES},
}


class Box(NamedTuple):
    """A rectangle from its center and half sizes."""

    x: float
    y: float
    half_width: float
    half_height: float

    @property
    def corners(self) -> list[Point]:
        left, right = self.x - self.half_width, self.x + self.half_width
        top, bottom = self.y - self.half_height, self.y + self.half_height
        return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def _down(step: int) -> float:
    return STEP_2 * (step - 1)


def node_box(node: Node) -> Box:
    """The box of a node; the initial a and C stand in step 1."""
    if node == Node("C", 0):
        return Box(3.0, -0.35, HALF_WIDTH, HALF_HEIGHTS[2])
    if node == Node("a", 0):
        return a_before(1)
    x, y = WITHIN[node.name]
    return Box(x, y + _down(node.step), HALF_WIDTH, HALF_HEIGHTS[LINES.get(node.name, 2)])


def a_before(step: int) -> Box:
    """The output of the step before, where it enters this one."""
    return Box(0.0, 0.3 + _down(step), HALF_WIDTH, HALF_HEIGHTS[3])


def x_box(step: int) -> Box:
    """The inputs of a step."""
    return Box(0.0, 2.35 + _down(step), HALF_WIDTH, HALF_HEIGHTS[5])


def weight_box(gate: str, step: int) -> Box:
    """The tag of a gate's weights where a step uses them, under the pre-activation."""
    y = GATES.index(gate) + _down(step)
    return Box(
        (TAG_LEFT + TAG_RIGHT) / 2,
        y + (TAG_TOP + TAG_BOTTOM) / 2,
        (TAG_RIGHT - TAG_LEFT) / 2,
        (TAG_BOTTOM - TAG_TOP) / 2,
    )


def route(of: Node, by: Node) -> list[Point]:
    """The points of the line from a node back to one that it depends on."""
    start, end = node_box(of), node_box(by)
    if by.name == "a" and of.name[0] == "u":
        copy = a_before(of.step)
        line = [(start.x - HALF_WIDTH, start.y), (copy.x + HALF_WIDTH, copy.y)]
        return line if by.step == 0 else [*line, *_round(copy, end)]
    if start.x == end.x:
        sign = 1 if end.y > start.y else -1
        return [
            (start.x, start.y + sign * start.half_height),
            (end.x, end.y - sign * end.half_height),
        ]
    return [(start.x - HALF_WIDTH, start.y), (end.x + HALF_WIDTH, end.y)]


def _round(copy: Box, output: Box) -> list[Point]:
    """From the top of where a_1 enters step 2, between the steps and up to where it comes from."""
    return [
        (copy.x, copy.y - copy.half_height),
        (copy.x, GAP),
        (WIRE, GAP),
        (WIRE, output.y),
        (output.x + HALF_WIDTH, output.y),
    ]


def pill_place(of: Node, by: Node) -> Point:
    """Where a link's derivative is written."""
    x, y = PILLS[of.name, by.name]
    return x, y + _down(of.step)


def all_links() -> Iterator[tuple[Node, Node]]:
    """Every pair of nodes in two steps of which the first depends on the second."""
    for step in (1, 2):
        for rule in RULES:
            yield Node(rule.of, step), Node(rule.by, step - rule.back)


def input_lines() -> list[list[Point]]:
    """The lines from each step's inputs to its pre-activations."""
    return [
        [
            (x_box(step).x + HALF_WIDTH, x_box(step).y),
            (1 - HALF_WIDTH, node_box(Node(f"u{gate}", step)).y),
        ]
        for step in (1, 2)
        for gate in GATES
    ]
