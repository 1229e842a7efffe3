"""A followed trail in sentences, formulas and tables."""

from __future__ import annotations

import pandas as pd

from engine.by_hand.lstm_trails import Link, Node
from engine.types import Array
from pages.figures.backprop_steps import result, tex
from pages.figures.base import SUBSCRIPTS, number
from pages.figures.trails_symbols import (
    inline,
    latex,
    latex_formula,
    latex_numbers,
    plain,
)
from pages.figures.trails_walk import GATE_NAMES, ROUTES, Walk

OFF = "off the trail"
PER_LINE = 3  # factors of a product on a line that fits a phone


def describe_walk(walk: Walk) -> str:
    """How far the trail has been followed and what it comes to, in Markdown; at its end what all
    trails to the same weights add up to."""
    if not walk.at_weights:
        return _on_the_way(walk)
    row, bias = walk.contribution()
    g, t, count = walk.gate, walk.end, len(walk.all_trails)
    return (
        f"The {len(walk.trail.links)} local derivatives of this trail multiply to "
        f"**{number(bias)}**, its part of {by_bias(g)}; {_smallest(walk)}. Times "
        f"$[x_{t}, a_{t - 1}]$ that is its part of {by_weights(g)}: **({_row(row)})**. "
        f"All {count} trails add up to {by_bias(g)} = **{number(walk.total()[1])}**."
    )


def by_weights(gate: str) -> str:
    """The derivative by a gate's weights in Markdown."""
    return rf"$\partial E/\partial W_{gate}$"


def by_bias(gate: str) -> str:
    """The derivative by a gate's bias in Markdown."""
    return rf"$\partial E/\partial b_{gate}$"


def _on_the_way(walk: Walk) -> str:
    first, here = inline(walk.trail.nodes[0]), walk.here
    if not walk.done:
        return f"At {first} the running product is **1**: no link has been followed yet."
    after = "1 link" if walk.done == 1 else f"{walk.done} links"
    return (
        f"After {after} of {walk.length} the running product is **{number(walk.running)}**: what "
        f"this trail alone brings from {first} to {inline(here)}. Over all trails "
        rf"$\partial E/\partial {latex(here)}$ is **{number(walk.node_gradients[here])}**."
    )


def _smallest(walk: Walk) -> str:
    """The link that lets through least."""
    link = min(walk.trail.links, key=lambda link: abs(link.derivative))
    way = f"from {inline(link.of)} to {inline(link.by)}"
    if link.derivative == 0:
        return f"nothing passes the link {way}, whose derivative is 0"
    return f"the smallest factor, {number(link.derivative, 3)}, is that {way}"


def _row(row: Array) -> str:
    return ", ".join(number(float(value), 3) for value in row)


def trail_alt(walk: Walk) -> str:
    """The trail's links one after the other, each with its derivative and the running product."""
    parts = [
        f"{plain(link.of)} to {plain(link.by)} times {number(link.derivative, 3)}, product "
        f"{number(product, 3)}"
        for link, product in zip(walk.trail.links, walk.trail.products[1:], strict=True)
    ][: walk.done]
    way = f"{GATE_NAMES[walk.gate]}, {ROUTES[walk.route]}"
    return f"{way}. Followed so far: {'; '.join(parts) or 'no link'}."


def graph_alt(walk: Walk, revealed: bool) -> str:
    """Values and, once revealed, gradients of what the two steps pass on, and the trail."""
    parts = [
        f"{plain(node)} is {number(walk.values[node], 3)}"
        + (f" with gradient {number(walk.node_gradients[node], 3)}" if revealed else "")
        for t in (1, 2)
        for node in (Node("C", t), Node("a", t), Node("E", t))
    ]
    lit = f" Lit: {' to '.join(plain(n) for n in reached(walk))}." if revealed else ""
    return f"Computation graph of an LSTM over two steps. {'; '.join(parts)}.{lit}"


def reached(walk: Walk) -> tuple[Node, ...]:
    """The nodes of the trail that have been reached."""
    return walk.trail.nodes[: walk.done + 1]


def nodes_table(walk: Walk) -> pd.DataFrame:
    """Every number of the graph and its gradient; beside them which link of the followed trail
    leads there and what that trail alone brings, which is 0 to what is off it."""
    places = {node: k for k, node in enumerate(reached(walk))}
    links = ["starts here", *(_link(k, link) for k, link in enumerate(walk.trail.links, 1))]
    rows = []
    for node, value in walk.values.items():
        k = places.get(node)
        on = (OFF, 0.0) if k is None else (links[k], walk.trail.products[k])
        rows.append((plain(node), value, walk.node_gradients[node], *on))
    for t, (step, gradient) in enumerate(zip(walk.steps, walk.gradients, strict=True), 1):
        x = f"x{str(t).translate(SUBSCRIPTS)}"
        rows += [
            (f"{x}[{j + 1}]", step.xa[j], gradient.dx[j], OFF, 0.0) for j in range(len(gradient.dx))
        ]
    return pd.DataFrame(rows, columns=["node", "value", "∂E/∂node", "this trail", "its product"])


def _link(k: int, link: Link) -> str:
    return f"link {k}: × {number(link.derivative, 6)}"


def sum_table(walk: Walk) -> pd.DataFrame:
    """What each trail adds to the gate's row of dW and to its db, their sum, and the same by the
    backward pass, a row each."""
    parts = {ROUTES[route]: walk.contribution(route) for route in walk.all_trails}
    rows = [(label, *row.tolist(), bias) for label, (row, bias) in parts.items()]
    table = pd.DataFrame(rows, columns=["trail", *parameter_names(walk.gate)])
    row, bias = walk.total()
    table.loc[len(table)] = ["Sum over all trails", *table.iloc[:, 1:].sum()]
    table.loc[len(table)] = ["Backward pass", *row.tolist(), bias]
    return table


def parameter_names(gate: str) -> list[str]:
    """W_f[1] to W_f[3] and b_f, for tables."""
    return [*(f"W_{gate}[{k}]" for k in (1, 2, 3)), f"b_{gate}"]


def worked_links(walk: Walk) -> list[tuple[str, str]]:
    """Every link's derivative in symbols and in numbers; LaTeX pairs."""
    lines = []
    for link in walk.trail.links:
        of, by = latex(link.of), latex(link.by)
        numbers = latex_numbers(link, walk.example, walk.values)
        value = result(link.derivative)
        same = numbers.strip("()") == value
        lines.append(
            (
                rf"\frac{{\partial {of}}}{{\partial {by}}} = {latex_formula(link)}",
                value if same else f"{numbers} = {value}",
            )
        )
    return lines


def worked_product(walk: Walk) -> list[tuple[str, str]]:
    """The trail's product, and what it adds to the row of dW and to db; LaTeX pairs."""
    g, t = walk.gate, walk.end
    factors = [tex(link.derivative) for link in walk.trail.links]
    lines = [r" \cdot ".join(factors[k : k + PER_LINE]) for k in range(0, len(factors), PER_LINE)]
    row, bias = walk.contribution()
    vector, scaled = (r",\; ".join(result(float(v)) for v in xs) for xs in (walk.inputs, row))
    product = r" \\ & \quad \cdot ".join(lines)
    return [
        (
            rf"\text{{part of }} \frac{{\partial E}}{{\partial b_{g}}}: \text{{all factors}}",
            rf"{product} \\ & = {result(bias)}",
        ),
        (
            rf"\text{{part of }} \frac{{\partial E}}{{\partial W_{g}}}: "
            rf"\text{{times }} [x_{t}, a_{t - 1}]",
            rf"{tex(bias)} \cdot [{vector}] \\ & = [{scaled}]",
        ),
    ]
