"""The mathematics of the costs: how parameters, products and steps in a row are counted."""

from __future__ import annotations

import streamlit as st

from engine.by_hand.rnn import BLOCKS, parameter_count
from engine.studies.sequence_costs import (
    KEPT,
    Stack,
    attention_kept_values,
    attention_products,
    kept_values,
    leading_products,
    step_products,
    waiting_steps,
)
from pages.figures.costs import Plan
from pages.figures.latex_lines import BREAK
from pages.ui.lab import worked


def mathematics(plan: Plan) -> None:
    """Every count of one layer in symbols and in numbers."""
    _parameters(plan)
    _products(plan)
    _waiting(plan)
    _memory(plan)


def _parameters(plan: Plan) -> None:
    """The parameters of one layer of each cell."""
    d, h, biases = plan.stack.d, plan.stack.h, plan.biases
    st.markdown(
        "One layer. Every gate and the candidate are an affine map of input and state, so the "
        "number of maps G is 1 for an RNN, 3 for a GRU and 4 for an LSTM:"
    )
    bias = "2H" if biases == 2 else "H"
    lines = []
    for cell, blocks in BLOCKS.items():
        holes = plan.peepholes and cell == "LSTM"
        count = parameter_count(cell, d, h, peepholes=holes, biases=biases)
        symbols = rf"\text{{{cell}}}:\ G\,(H(D + H) + {bias}){' + 3H' if holes else ''}"
        numbers = rf"{blocks}\,({h}\cdot({d} + {h}) + {_tex(biases * h)})"
        lines.append((symbols, _result(numbers + rf"{BREAK} \quad + {_tex(3 * h)}" * holes, count)))
    worked(lines)
    st.markdown(
        "A GRU of PyTorch keeps its second bias apart, because the reset gate multiplies it too."
    )


def _products(plan: Plan) -> None:
    """The multiplications of one layer, recurrent and attention."""
    d, h, holes, t = plan.stack.d, plan.stack.h, plan.peepholes, _tex(plan.steps)
    st.markdown(
        "Multiplications of one step of an LSTM, those of gates with values included, and of "
        "attention of width H over the whole sequence (four projections, scores, weighted sums):"
    )
    layer, gates = Stack(d, h), 6 if holes else 3
    per_step = step_products("LSTM", layer, peepholes=holes)
    whole = int(attention_products(layer, plan.steps))
    recurrent, attention = (int(count) for count in leading_products(layer, plan.steps))
    worked(
        [
            (
                rf"\text{{LSTM}}:\ 4H(D + H) + {gates}H",
                _result(rf"4\cdot {h}\cdot({d} + {h}) + {gates}\cdot {h}", per_step),
            ),
            (
                r"\text{Attention}:\ 4TH^2 + 2T^2H",
                _result(rf"4\cdot {t}\cdot {h}^2 + 2\cdot {t}^2\cdot {h}", whole),
            ),
            (r"\text{leading term, recurrent}:\ TH^2", _tex(recurrent)),
            (r"\text{leading term, attention}:\ T^2H", _tex(attention)),
        ]
    )


def _waiting(plan: Plan) -> None:
    """Steps that follow one another through all layers."""
    st.markdown(
        "Vaswani et al. 2017, table 1, compares layers by these leading terms, by the operations "
        "that must follow one another, $O(T)$ against $O(1)$, and by the longest path between two "
        "positions, $O(T)$ against $O(1)$. Through L layers:"
    )
    layers = plan.stack.layers
    chain, at_once = (int(count) for count in waiting_steps(plan.stack, plan.steps))
    worked(
        [
            (
                r"\text{steps in a row}:\ T + L - 1",
                rf"{_tex(plan.steps)} + {layers} - 1 = {_tex(chain)}",
            ),
            (r"\text{in attention}:\ L", f"{at_once}"),
        ]
    )


def _memory(plan: Plan) -> None:
    """The values of one layer that the backward pass needs."""
    st.markdown(
        "Values that the backward pass needs of one layer, inputs and parameters aside: h of an "
        "RNN; r, z, n, what r multiplies and h of a GRU; f, i, g, o, C, tanh C and h of an LSTM; "
        "queries, keys, values, weighted sums, outputs and a weight per pair of steps of attention:"
    )
    layer, steps = Stack(plan.stack.d, plan.stack.h), plan.steps
    lines = []
    for cell, kept in KEPT.items():
        symbols = rf"\text{{{cell}}}:\ {kept}\,TH".replace("1\\,", "")
        lines.append((symbols, _tex(int(kept_values(cell, layer, steps)))))
    whole = int(attention_kept_values(layer, steps))
    worked([*lines, (r"\text{Attention}:\ 5\,TH + T^2", _tex(whole))])


def _result(numbers: str, count: int) -> str:
    """The numbers and, in a line of its own, what they make."""
    return rf"{numbers}{BREAK} = {_tex(count)}"


def _tex(count: int) -> str:
    """A whole number in LaTeX with its thousands apart."""
    return f"{count:,}".replace(",", "{,}")
