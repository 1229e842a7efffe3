"""The three Jacobians of the softmax head and their product, drawn where rows meet columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.by_hand.head_chain import Chain
from engine.by_hand.lstm_example import WORDS
from engine.types import Array
from pages.figures.backprop_steps import result, tex
from pages.figures.base import Figure, Look, number
from pages.figures.latex_lines import joined
from pages.figures.matrix_blocks import Block, Frame, Word, blocks_figure
from pages.figures.softmax_head import LABELED

STAGES = ("∂E/∂Ŷ", "∂Ŷ/∂Z", "∂E/∂Z", "∂Z/∂a", "∂E/∂a")  # in the order of the walk
GAP = len(WORDS)  # the row and the column of names between the matrices
ROW, MIDDLE, RIGHT = GAP + 1, GAP + 1, 2 * (GAP + 1)  # where the lower row and the next matrix are


def values(chain: Chain) -> tuple[Array, ...]:
    """The matrix of each stage: (1, 3), (3, 3), (1, 3), (3, 1), (1, 1)."""
    return chain.dp, chain.jacobian, chain.dz, chain.W_y, chain.da


def chain_figure(
    chain: Chain, stage: str, cell: tuple[int, int], look: Look, *, revealed: bool = True
) -> Figure:
    """Left factor, softmax Jacobian and W_y, the products under them; ? for what comes later.

    Unrevealed, the products are left open. The followed cell of the Jacobian is framed, and so is
    what makes the entry of the stage.
    """
    at = STAGES.index(stage)
    tops, starts = (ROW, 0, ROW, 0, ROW), (0, MIDDLE, MIDDLE, RIGHT, RIGHT)
    axes = ((("E",), WORDS), (WORDS, WORDS), (("E",), WORDS), (WORDS, ("a",)), (("E",), ("a",)))
    blocks = []
    for k, matrix in enumerate(values(chain)):
        is_open = k > at or (not revealed and k in (2, 4))
        shown = np.full(matrix.shape, np.nan) if is_open else matrix
        name = "∂E/∂Z = Ŷ − y" if k == 2 and not is_open else STAGES[k]
        blocks.append(Block(shown, tops[k], starts[k], name, tops[k] == ROW, axes[k]))
    return blocks_figure(blocks, _frames(stage, cell), _words(), look)


def _frames(stage: str, cell: tuple[int, int]) -> list[Frame]:
    """The followed cell, and the row and column that meet in the entry of a product."""
    (i, j), size = cell, GAP
    if stage == "∂E/∂Z":
        return [(0, ROW, size, 1, 0), (MIDDLE + j, 0, 1, size, 1), (MIDDLE + j, ROW, 1, 1, None)]
    if stage == "∂E/∂a":
        return [(MIDDLE, ROW, size, 1, 0), (RIGHT, 0, 1, size, 1), (RIGHT, ROW, 1, 1, None)]
    if stage == "∂Ŷ/∂Z":
        return [(MIDDLE + j, i, 1, 1, None)]
    return [(0, ROW, size, 1, 0)] if stage == "∂E/∂Ŷ" else [(RIGHT, 0, 1, size, 1)]


def _words() -> list[Word]:
    return [
        *((word, GAP, i) for i, word in enumerate(WORDS)),
        *((word, RIGHT - 1, i) for i, word in enumerate(WORDS)),
        *((word, j, GAP) for j, word in enumerate(WORDS)),
        *((word, MIDDLE + j, GAP) for j, word in enumerate(WORDS)),
    ]


def stage_lines(chain: Chain, stage: str, cell: tuple[int, int]) -> list[tuple[str, str]]:
    """The stage written out, for the followed cell or entry; for `worked`."""
    (i, j), label = cell, int(chain.y.argmax())
    p, y, W = chain.p, chain.y, chain.W_y[:, 0]
    if stage == "∂E/∂Ŷ":
        k = label + 1
        symbols = rf"\frac{{\partial E}}{{\partial\hat y_{k}}} = -\frac{{y_{k}}}{{\hat y_{k}}}"
        return [(symbols, rf"-\frac{{1}}{{{result(p[label])}}} = {result(chain.dp[0, label])}")]
    if stage == "∂Ŷ/∂Z":
        return [_cell_lines(p, i, j)]
    if stage == "∂E/∂Z":
        k = j + 1
        symbols = rf"\frac{{\partial E}}{{\partial z_{k}}} = \hat y_{k} - y_{k}"
        return [(symbols, rf"{tex(p[j])} - {tex(y[j])} = {result(chain.dz[0, j])}")]
    if stage == "∂Z/∂a":
        symbols = rf"\frac{{\partial z_{i + 1}}}{{\partial a}} = W_{{y,{i + 1}}}"
        return [(symbols, result(W[i]))]
    pairs = zip(chain.dz[0].tolist(), W.tolist(), strict=True)
    terms = joined([rf"{tex(d)}\cdot {tex(w)}" for d, w in pairs], "+")
    symbols = r"\frac{\partial E}{\partial a} = (\hat Y - y)^\top W_y"
    return [(symbols, rf"{terms} \\ & = {result(chain.da.item())}")]


def _cell_lines(p: Array, i: int, j: int) -> tuple[str, str]:
    """One cell of the softmax Jacobian: on the diagonal p (1 - p), beside it minus the product."""
    left = rf"\frac{{\partial\hat y_{i + 1}}}{{\partial z_{j + 1}}}"
    if i == j:
        value = p[i] * (1 - p[i])
        symbols = rf"{left} = \hat y_{i + 1}\,(1 - \hat y_{i + 1})"
        return symbols, rf"{tex(p[i])}\,(1 - {tex(p[i])}) = {result(value)}"
    symbols = rf"{left} = -\hat y_{i + 1}\,\hat y_{j + 1}"
    return symbols, rf"-{tex(p[i])}\cdot {tex(p[j])} = {result(-p[i] * p[j])}"


def describe_stage(chain: Chain, stage: str, cell: tuple[int, int]) -> str:
    """What the stage is, with its key number, and what a saturated softmax breaks."""
    (i, j), label = cell, int(chain.y.argmax())
    row = ", ".join(number(v) for v in chain.dz[0])
    said = {
        "∂E/∂Ŷ": f"The row −y/Ŷ, 1 × 3: y is 0 but at the label, so only “{WORDS[label]}” has an "
        f"entry, **{_extended(chain.dp[0, label])}**. The post writes it 3 × 1; so it could not "
        "multiply what follows.",
        "∂Ŷ/∂Z": f"The softmax Jacobian, 3 × 3: as the logit of “{WORDS[j]}” rises, the "
        f"probability of “{WORDS[i]}” changes at the rate **{number(chain.jacobian[i, j])}**. Each "
        "row and each column sums to 0.",
        "∂E/∂Z": f"The first two factors multiply to the row Ŷ − y: **{row}**. {_signs(chain)}",
        "∂Z/∂a": "Z = W_y a, so the third factor is W_y itself, 3 × 1: "
        f"**{number(chain.W_y[i, 0])}** for “{WORDS[i]}”.",
        "∂E/∂a": "The shapes fit, [1, 3] · [3, 3] · [3, 1] = [1, 1]: the LSTM receives "
        f"**{number(chain.da.item(), 6)}** at its output, and goes on as with the squared error.",
    }
    text = said[stage]
    if chain.is_saturated:
        text += " " + _saturated(chain, label)
    return text


def _signs(chain: Chain) -> str:
    """What a step against dE/dZ does to the logits."""
    if chain.dz[0, chain.y.argmax()] == 0:
        return "The label's probability rounds to 1: there is nothing left to change."
    return "It is negative at the label alone: a step against it raises that logit and no other."


def _saturated(chain: Chain, label: int) -> str:
    return (
        f"The softmax is saturated: the probability of “{WORDS[label]}” is {number(chain.p[label])}"
        " in a float, −1/Ŷ is infinite, and the first two factors have no product. Ŷ − y, which "
        "stands here for ∂E/∂Z, stays right."
    )


def _extended(value: float) -> str:
    return number(value) if np.isfinite(value) else "−∞"


def chain_alt(chain: Chain, stage: str, cell: tuple[int, int], *, revealed: bool = True) -> str:
    start = "Three Jacobians, with their products under them, as cells with numbers."
    if not revealed:
        return f"{start} The products are left open."
    return f"{start} {describe_stage(chain, stage, cell).replace('*', '')}"


def head_table(chain: Chain) -> pd.DataFrame:
    """Every word: weight, logit, probability, label, and each gradient."""
    return pd.DataFrame(
        {
            "word": LABELED,
            "W_y": chain.W_y[:, 0],
            "z": chain.z,
            "Ŷ": chain.p,
            "y": chain.y,
            "∂E/∂Ŷ": chain.dp[0],
            "∂E/∂Z": chain.dz[0],
            "∂E/∂W_y": chain.dW_y[:, 0],
        }
    )
