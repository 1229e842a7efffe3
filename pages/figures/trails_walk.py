"""A trail through the LSTM's graph that is being followed, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from engine.by_hand.lstm import Step, StepGradient, backward, forward, weight_gradient
from engine.by_hand.lstm_example import GATES, Example
from engine.by_hand.lstm_trails import (
    Node,
    Trail,
    contribution,
    node_gradients,
    node_values,
    trails_to_gate,
)
from engine.types import Array
from pages.figures.gate_look import PARTS, Part
from pages.figures.trails_symbols import plain

GATE_NAMES = {"o": "Output gate", "u": "Update gate", "c": "Candidate", "f": "Forget gate"}
GATE_BUTTONS = {gate: name.removesuffix(" gate") for gate, name in GATE_NAMES.items()}
LOOKS = {  # purple, green, blue and red as the post has them; it leaves open which of two is red
    "o": PARTS["o"],
    "u": PARTS["i"],
    "c": PARTS["g"],
    "f": replace(PARTS["f"], color=1),
}
OVER_CELL = "C"  # the route that goes back in time over the cell state


def route_names(write: Callable[[Node], str]) -> dict[str, str]:
    """Where each route starts and ends, and over what it goes back in time: the cell state, or a
    gate of step 2 and then the output."""
    (e1, e2), a, c = (write(Node("E", t)) for t in (1, 2)), write(Node("a", 1)), write(Node("C", 1))
    over = {gate: f"{write(Node(f'G{gate}', 2))}, {a}" for gate in GATES}
    back = {route: f"{e2} to step 1 via {way}" for route, way in ({OVER_CELL: c} | over).items()}
    return {"2": f"{e2} to step 2", "1": f"{e1} to step 1"} | back


ROUTES = route_names(plain)


@dataclass(frozen=True, eq=False)
class Walk:
    """The trail of an example to the weights of one of GATES by a route, followed some links far.

    The last link, from the pre-activation to weights and bias, counts: there are `length`. None
    follows all of them.
    """

    example: Example
    gate: str
    route: str
    followed: int | None = None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return forward(self.example)

    @cached_property
    def gradients(self) -> tuple[StepGradient, ...]:
        return backward(self.example, self.steps)

    @cached_property
    def values(self) -> dict[Node, float]:
        return node_values(self.example, self.steps)

    @cached_property
    def node_gradients(self) -> dict[Node, float]:
        return node_gradients(self.steps, self.gradients)

    @cached_property
    def all_trails(self) -> dict[str, Trail]:
        """Every trail to the gate's weights by its route."""
        found = trails_to_gate(self.example.W, self.steps, self.gate)
        return {route_of(trail): trail for trail in found}

    @property
    def trail(self) -> Trail:
        return self.all_trails[self.route]

    @property
    def length(self) -> int:
        return len(self.trail.links) + 1

    @property
    def done(self) -> int:
        """How many links have been followed."""
        return self.length if self.followed is None else min(self.followed, self.length)

    @property
    def at_weights(self) -> bool:
        return self.done == self.length

    @property
    def here(self) -> Node:
        """The last node that has been reached."""
        return self.trail.nodes[min(self.done, len(self.trail.links))]

    @property
    def running(self) -> float:
        """The product of the local derivatives followed so far."""
        return self.trail.products[min(self.done, len(self.trail.links))]

    @property
    def end(self) -> int:
        """The step whose use of the weights the trail leads to."""
        return self.trail.nodes[-1].step

    @property
    def inputs(self) -> Array:
        """[x_1, x_2, a_prev] (3,) of that step, the derivatives of the last link."""
        return self.steps[self.end - 1].xa

    @property
    def look(self) -> Part:
        """Color and dash of the gate's trail."""
        return LOOKS[self.gate]

    def contribution(self, route: str | None = None) -> tuple[Array, float]:
        """What one trail, by default the followed one, adds to the row of dW (3,) and to db."""
        return contribution(self.all_trails[route or self.route], self.steps)

    def total(self) -> tuple[Array, float]:
        """The gate's row of dW (3,) and its db by the backward pass."""
        dW, db = weight_gradient(self.gradients)
        k = GATES.index(self.gate)
        return dW[k], float(db[k])


def route_of(trail: Trail) -> str:
    """The key in ROUTES of a trail to a pre-activation."""
    nodes = trail.nodes
    if nodes[0].step == nodes[-1].step:
        return str(nodes[-1].step)
    at_output = nodes.index(Node("a", 1)) if Node("a", 1) in nodes else 0
    return nodes[at_output - 1].name[-1] if at_output else OVER_CELL
