"""One step of the unrolled network in symbols and in numbers, forward and back through time."""

from __future__ import annotations

import numpy as np

from engine.by_hand.rnn import Weights, state_gradients
from engine.by_hand.unrolled import Unrolled
from engine.types import Array
from pages.figures.backprop_steps import result
from pages.figures.latex_lines import BREAK

Line = tuple[str, str]  # symbols, and the same in numbers; LaTeX

RULES = {"tanh": r"\tanh {}", "relu": r"\max\left(0, {}\right)"}
SLOPES = {"tanh": "(1 - h_t^2)", "relu": "[h_t > 0]"}  # of f, from its value
WIDEST = 17  # characters of three columns that fit a phone side by side
PLUS = rf"{BREAK} \quad + "  # and on with the sum in a new line


def short(value: float) -> str:
    """At most three decimals and four digits, so that vectors fit a phone."""
    size = abs(value)
    if value == 0:
        return "0"
    if not 0.0005 <= size < 100_000:
        return result(float(f"{value:.2e}"))
    text = f"{value:.{3 - sum(size >= power for power in (10, 100, 1000))}f}"
    return f"{value:g}" if float(text) == value else text


def signed(value: float) -> str:
    """A short number as a term or factor: in parentheses where a sign or a power needs them."""
    text = short(value)
    return f"({text})" if text.startswith("-") or "cdot" in text else text


def column(values: Array) -> str:
    """A vector as a column of short numbers in small type; one number stays plain."""
    if values.size == 1:
        return signed(values.item())
    rows = r"\\ ".join(short(float(v)) for v in values)
    return rf"{{\footnotesize\begin{{pmatrix}} {rows} \end{{pmatrix}}}}"


def equation(joint: str, a: Array, b: Array, made: Array) -> str:
    """Two vectors joined and what they make, in a line of its own where a phone is too narrow."""
    width = sum(max(len(short(float(v))) for v in values) for values in (a, b, made))
    end = BREAK if width > WIDEST else ""
    return f"{column(a)} {joint} {column(b)}{end} = {column(made)}"


def worked_step(net: Unrolled, lit: int) -> list[Line]:
    """State and output of step `lit` (from 1), every product of a weight matrix worked out."""
    t, p = lit - 1, net.p
    total = " + ".join(column(v) for v in (p.W_xh @ net.x[t], p.W_hh @ net.before[t], p.b_h))
    before = r"\cdot 0" if net.reset else f"h_{{{t}}}"
    terms = [rf"{signed(w)} \cdot {signed(h)}" for w, h in zip(p.W_hy[0], net.h[lit], strict=True)]
    return [
        (rf"z_{{{lit}}} = W_{{xh}} x_{{{lit}}} + W_{{hh}} {before} + b_h", total),
        (
            rf"h_{{{lit}}} = {RULES[net.activation].format(f'z_{{{lit}}}')}",
            rf"{RULES[net.activation].format(column(net.z[t]))} = {column(net.h[lit])}",
        ),
        (
            rf"y_{{{lit}}} = W_{{hy}} h_{{{lit}}} + b_y",
            rf"{PLUS.join([*terms, signed(p.b_y[0])])} = {short(net.y[t, 0])}",
        ),
    ]


def worked_loss(net: Unrolled, target: Array, error: float) -> list[Line]:
    """The loss over all steps in numbers."""
    terms = [f"{signed(dy)}^2" for dy in (net.y - target)[:, 0]]
    rows = PLUS.join(" + ".join(terms[k : k + 2]) for k in range(0, len(terms), 2))
    return [
        (
            r"E = \tfrac12 \textstyle\sum_t dy_t^2",
            rf"\tfrac12 \bigl( {rows} \bigr) \\ & = {short(error)}",
        )
    ]


def worked_back(net: Unrolled, target: Array, lit: int) -> list[Line]:
    """What the backward pass finds at step `lit` (from 1): dy, dh and dz."""
    t, p, dy = lit - 1, net.p, net.y - target
    dh = state_gradients(p, net.slopes, dy, carry=not net.reset)
    dz = dh * net.slopes
    symbols = rf"dh_{{{lit}}} = W_{{hy}}^\top dy_{{{lit}}}"
    numbers = column(dh[t])
    if not is_end(net, lit):
        symbols += rf" + W_{{hh}}^\top dz_{{{lit + 1}}}"
        numbers = equation("+", p.W_hy.T @ dy[t], p.W_hh.T @ dz[lit], dh[t])
    return [
        (
            rf"dy_{{{lit}}} = y_{{{lit}}} - x_{{{t}}}",
            f"{short(net.y[t, 0])} - {signed(target[t, 0])} = {short(dy[t, 0])}",
        ),
        (symbols, numbers),
        (
            rf"dz_{{{lit}}} = dh_{{{lit}}} \odot {SLOPES[net.activation].replace('t', str(lit))}",
            equation(r"\odot", dh[t], net.slopes[t], dz[t]),
        ),
    ]


def is_end(net: Unrolled, lit: int) -> bool:
    """Whether no later step sends a gradient back to the state of step `lit` (from 1)."""
    return net.reset or lit == len(net.x)


def worked_reaction(net: Unrolled, lit: int, reaction: float) -> list[Line]:
    """dy/dx₁ of the lit step as a product of weights and slopes."""
    through = r"\cdot 0 \cdot" if net.reset else "W_{hh}"
    factors = [rf"W_{{hy}} D_{{{lit}}}"]
    factors += [rf"{through} D_{{{t}}}" for t in range(lit - 1, 0, -1)]
    shown = factors if len(factors) <= 3 else [*factors[:2], r"\cdots", factors[-1]]
    symbols = rf"\frac{{\partial y_{{{lit}}}}}{{\partial x_1}} = {' '.join(shown)} W_{{xh}}"
    return [(symbols, short(reaction))]


def weight_names(p: Weights) -> list[str]:
    """A name for every number of the flat gradient, counted from 1."""
    names = []
    for name, values in vars(p).items():
        for place in np.ndindex(values.shape):
            names.append(f"{name}[{', '.join(str(k + 1) for k in place)}]")
    return names
