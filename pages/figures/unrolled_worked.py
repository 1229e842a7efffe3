"""One step of the unrolled network in symbols and in numbers, forward and back through time."""

from __future__ import annotations

import numpy as np

from engine.by_hand.rnn import Weights, state_gradients
from engine.by_hand.unrolled import Unrolled
from engine.types import Array
from pages.figures.backprop_steps import result, tex

Line = tuple[str, str]  # symbols, and the same in numbers; LaTeX

RULES = {"tanh": r"\tanh {}", "relu": r"\max\left(0, {}\right)"}
SLOPES = {"tanh": "(1 - h_t^2)", "relu": "[h_t > 0]"}  # of f, from its value


def short(value: float) -> str:
    """Two decimals where that says enough, so that vectors fit a phone."""
    if value == 0:
        return "0"
    if not 0.005 <= abs(value) < 1000:
        return result(float(f"{value:.1e}"))
    return f"{value:.2f}"


def column(values: Array) -> str:
    """A vector as a column of short numbers; one number stays plain."""
    texts = [short(float(v)) for v in np.ravel(values)]
    if len(texts) == 1:
        return texts[0] if values.ravel()[0] >= 0 else f"({texts[0]})"
    rows = r"\\ ".join(texts)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def row(values: Array) -> str:
    """A vector as a row of short numbers; one number stays plain."""
    return column(values).replace(r"\\", "&")


def worked_step(net: Unrolled, lit: int) -> list[Line]:
    """State and output of step `lit` (from 1), every product of a weight matrix worked out."""
    t, p = lit - 1, net.p
    total = " + ".join(column(v) for v in (p.W_xh @ net.x[t], p.W_hh @ net.before[t], p.b_h))
    before = "0" if net.reset else f"h_{{{t}}}"
    times = r" \cdot " if p.W_hy.size == 1 else ""
    product = rf"{row(p.W_hy)}{times}{column(net.h[lit])}"
    return [
        (rf"z_{{{lit}}} = W_{{xh}} x_{{{lit}}} + W_{{hh}} {before} + b_h", total),
        (
            rf"h_{{{lit}}} = {RULES[net.activation].format(f'z_{{{lit}}}')}",
            rf"{RULES[net.activation].format(column(net.z[t]))} = {column(net.h[lit])}",
        ),
        (
            rf"y_{{{lit}}} = W_{{hy}} h_{{{lit}}} + b_y",
            rf"{product} \\ & \quad + {column(p.b_y)} = {result(float(net.y[t, 0]))}",
        ),
    ]


def worked_loss(net: Unrolled, target: Array, error: float) -> list[Line]:
    """The loss over all steps in numbers."""
    terms = [
        rf"({short(y)} - {column(np.array([want]))})^2"
        for y, want in zip(net.y[:, 0], target[:, 0], strict=True)
    ]
    rows = [" + ".join(terms[k : k + 2]) for k in range(0, len(terms), 2)]
    numbers = r" \\ & \quad + ".join(rows)
    return [
        (
            r"E = \tfrac12 \textstyle\sum_t (y_t - x_{t-1})^2",
            rf"\tfrac12 \bigl( {numbers} \bigr) \\ & = {result(error)}",
        )
    ]


def worked_back(net: Unrolled, target: Array, lit: int) -> list[Line]:
    """What the backward pass finds at step `lit` (from 1): dy, dh and du."""
    t, p, dy = lit - 1, net.p, net.y - target
    dh = state_gradients(p, net.slopes, dy, carry=not net.reset)
    du = dh * net.slopes
    is_last = lit == len(net.x) or net.reset
    later = np.zeros_like(dh[t]) if is_last else p.W_hh.T @ du[t + 1]
    why = "" if not is_last else r"\quad\text{nothing comes back from later}"
    return [
        (
            rf"dy_{{{lit}}} = y_{{{lit}}} - x_{{{t}}}",
            rf"{tex(float(net.y[t, 0]))} - {tex(float(target[t, 0]))} = {result(float(dy[t, 0]))}",
        ),
        (
            rf"dh_{{{lit}}} = W_{{hy}}^\top dy_{{{lit}}} + W_{{hh}}^\top du_{{{lit + 1}}}",
            rf"{column(p.W_hy.T @ dy[t])} + {column(later)} = {column(dh[t])}{why}",
        ),
        (
            rf"du_{{{lit}}} = dh_{{{lit}}} \odot {SLOPES[net.activation].replace('t', str(lit))}",
            rf"{column(dh[t])} \odot {column(net.slopes[t])} = {column(du[t])}",
        ),
    ]


def worked_reaction(net: Unrolled, lit: int, reaction: float) -> list[Line]:
    """dy/dx₁ of the lit step as a product of weights and slopes."""
    factors = [rf"W_{{hy}} D_{{{lit}}}"]
    factors += [rf"W_{{hh}} D_{{{t}}}" for t in range(lit - 1, 0, -1)]
    shown = factors if len(factors) <= 3 else [*factors[:2], r"\cdots", factors[-1]]
    symbols = rf"\frac{{\partial y_{{{lit}}}}}{{\partial x_1}} = {' '.join(shown)} W_{{xh}}"
    if net.reset and lit > 1:
        symbols += r", \quad W_{hh} \text{ cut off}"
    return [(symbols, result(reaction))]


def weight_names(p: Weights) -> list[str]:
    """A name for every number of the flat gradient, counted from 1."""
    names = []
    for name, values in vars(p).items():
        for place in np.ndindex(values.shape):
            names.append(f"{name}[{', '.join(str(k + 1) for k in place)}]")
    return names
