"""The LSTM's chain rule one trail at a time, from an error back to a use of the weights.

A derivative is the sum, over all trails through the computation graph, of the product of the
local derivatives along each (Bauer 1974). `engine.by_hand.lstm.backward` adds up on its way and
never sees a single trail; here each one is kept, so the work grows with the number of trails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul
from typing import NamedTuple

import numpy as np

from engine.by_hand.lstm import Step, StepGradient, slopes
from engine.by_hand.lstm_example import GATES, Example
from engine.types import Array


class Node(NamedTuple):
    """A quantity of one step, counted from 1; step 0 has the initial a and C only.

    Names: E, a, T (tanh of C), C, the values Gf, Gu, Gc, Go of gates and candidate, and their
    pre-activations uf, uu, uc, uo.
    """

    name: str
    step: int


@dataclass(frozen=True)
class Rule:
    """Node `of` depends on node `by` of `back` steps before; `derivative` takes the step of `of`
    and W (4, 3)."""

    of: str
    by: str
    derivative: Callable[[Step, Array], float]
    back: int = 0


@dataclass(frozen=True)
class Link:
    """One piece of a trail: the derivative of node `of` by node `by`, all else held."""

    of: Node
    by: Node
    derivative: float


@dataclass(frozen=True)
class Trail:
    """Links that follow each other from an error back to another node."""

    links: tuple[Link, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node on the way, the error first: one more than there are links."""
        return (self.links[0].of, *(link.by for link in self.links))

    @property
    def products(self) -> tuple[float, ...]:
        """The running product at each of `nodes`, 1 at the error."""
        return tuple(accumulate((link.derivative for link in self.links), mul, initial=1.0))

    @property
    def product(self) -> float:
        """All local derivatives multiplied: what this trail adds to the gradient at its end."""
        return self.products[-1]


def _slope(k: int) -> Callable[[Step, Array], float]:
    return lambda s, W: float(slopes(s.cell)[k])


def _recurrent_weight(k: int) -> Callable[[Step, Array], float]:
    return lambda s, W: float(W[k, -1])


RULES = (
    Rule("E", "a", lambda s, W: s.cell.a - s.y),
    Rule("a", "Go", lambda s, W: s.cell.tanh_c),
    Rule("a", "T", lambda s, W: s.cell.gate_o),
    Rule("T", "C", lambda s, W: 1 - s.cell.tanh_c**2),
    Rule("C", "Gu", lambda s, W: s.cell.candidate),
    Rule("C", "Gc", lambda s, W: s.cell.gate_u),
    Rule("C", "Gf", lambda s, W: s.cell.c_prev),
    Rule("C", "C", lambda s, W: s.cell.gate_f, back=1),
    *(Rule(f"G{gate}", f"u{gate}", _slope(k)) for k, gate in enumerate(GATES)),
    *(Rule(f"u{gate}", "a", _recurrent_weight(k), back=1) for k, gate in enumerate(GATES)),
)


def trails(W: Array, steps: Sequence[Step], start: Node, end: Node) -> tuple[Trail, ...]:
    """Every trail from `start` back to the earlier node `end`; none where `start` does not
    depend on it. Steps are those of `lstm.forward`, W is (4, 3)."""

    def onward(node: Node, gone: tuple[Link, ...]) -> Iterator[Trail]:
        if node == end and gone:
            yield Trail(gone)
        for rule in RULES if node.step else ():
            before = Node(rule.by, node.step - rule.back)
            if rule.of == node.name and before.step >= end.step:
                derivative = rule.derivative(steps[node.step - 1], W)
                yield from onward(before, (*gone, Link(node, before, derivative)))

    return tuple(onward(start, ()))


def trails_to_gate(W: Array, steps: Sequence[Step], gate: str) -> tuple[Trail, ...]:
    """Every trail from any step's error to the pre-activation of `gate`, one of GATES, at any
    step: those within a step first, the last step first, then those back through time."""
    last = len(steps)
    pairs = [(s, s - back) for back in range(last) for s in range(last, back, -1)]
    return tuple(
        trail for s, t in pairs for trail in trails(W, steps, Node("E", s), Node(f"u{gate}", t))
    )


def contribution(trail: Trail, steps: Sequence[Step]) -> tuple[Array, float]:
    """What a trail that ends in a pre-activation adds to its row of dW, (3,), and to its db.

    The last link is du/dW = [x, a_prev] of that step, and 1 for the bias.
    """
    return trail.product * steps[trail.nodes[-1].step - 1].xa, trail.product


def summed(W: Array, steps: Sequence[Step], gate: str) -> tuple[Array, float]:
    """The row of dW (3,) and the entry of db of one gate as the sum over all of its trails."""
    parts = [contribution(trail, steps) for trail in trails_to_gate(W, steps, gate)]
    return np.sum([row for row, _ in parts], axis=0), float(sum(bias for _, bias in parts))


def node_values(example: Example, steps: Sequence[Step]) -> dict[Node, float]:
    """The forward value of every node."""
    values = {Node("a", 0): example.a_0, Node("C", 0): example.c_0}
    for t, step in enumerate(steps, 1):
        s = step.cell
        gates = (s.gate_f, s.gate_u, s.candidate, s.gate_o)
        by_name = {"E": step.error, "a": s.a, "T": s.tanh_c, "C": s.c}
        by_name |= {f"G{gate}": value for gate, value in zip(GATES, gates, strict=True)}
        by_name |= {f"u{gate}": value for gate, value in zip(GATES, step.u.tolist(), strict=True)}
        values |= {Node(name, t): value for name, value in by_name.items()}
    return values


def node_gradients(steps: Sequence[Step], gradients: Sequence[StepGradient]) -> dict[Node, float]:
    """The derivative of the total error by every node, from the backward pass."""
    first = gradients[0]
    by_node = {Node("a", 0): first.da_prev, Node("C", 0): first.dc_prev}
    for t, (step, g) in enumerate(zip(steps, gradients, strict=True), 1):
        by_name = {"E": 1.0, "a": g.da, "T": g.da * step.cell.gate_o, "C": g.dc}
        by_name |= {f"G{gate}": value for gate, value in zip(GATES, g.dvalue.tolist(), strict=True)}
        by_name |= {f"u{gate}": value for gate, value in zip(GATES, g.du.tolist(), strict=True)}
        by_node |= {Node(name, t): value for name, value in by_name.items()}
    return by_node
