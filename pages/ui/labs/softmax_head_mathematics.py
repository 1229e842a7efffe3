"""The mathematics of the softmax head: each factor with its numbers and central differences."""

from __future__ import annotations

import streamlit as st

from engine.by_hand.head_chain import Chain, factor_checks
from engine.by_hand.lstm_example import WORDS
from pages.figures.backprop_steps import result, tex
from pages.figures.base import number
from pages.figures.softmax_head_chain import STAGES, stage_lines
from pages.ui.lab import checked, worked


def mathematics(chain: Chain) -> None:
    """Forward, the softmax Jacobian derived, the whole chain, and every factor checked."""
    label = int(chain.y.argmax())
    st.markdown("Forward: dense layer, softmax, cross-entropy with the natural logarithm:")
    worked(_forward(chain, label))
    st.markdown("A cell of the softmax Jacobian by the division rule, with $S = \\sum_k e^{z_k}$:")
    st.latex(
        r"\frac{\partial\hat y_i}{\partial z_i} = \frac{e^{z_i} S - e^{z_i} e^{z_i}}{S^2}"
        r" = \hat y_i\,(1 - \hat y_i)"
    )
    st.latex(
        r"\frac{\partial\hat y_i}{\partial z_j} = \frac{0 \cdot S - e^{z_i} e^{z_j}}{S^2}"
        r" = -\hat y_i\,\hat y_j \quad (i \ne j)"
    )
    k = label + 1
    st.markdown(
        "Only the label's entry of the first factor is not 0, so it picks one row of the Jacobian, "
        f"and $\\hat y_{k}$ cancels:"
    )
    st.latex(
        rf"\frac{{\partial E}}{{\partial z_j}} = -\frac{{1}}{{\hat y_{k}}}\,"
        rf"\frac{{\partial\hat y_{k}}}{{\partial z_j}} = \hat y_j - y_j"
    )
    st.markdown("Backward, stage by stage, for the label:")
    for stage in STAGES:
        worked(stage_lines(chain, stage, (label, label)))
    st.markdown("The gradient by the weight of the dense layer, for the label:")
    worked(
        [
            (
                rf"\frac{{\partial E}}{{\partial W_{{y,{k}}}}} = (\hat y_{k} - y_{k})\,a",
                rf"{tex(chain.dz[0, label])}\cdot {tex(chain.a[0])}"
                rf" = {result(chain.dW_y[label, 0])}",
            )
        ]
    )
    st.markdown("Every factor and every result, checked:")
    _checks(chain, label)


def _forward(chain: Chain, label: int) -> list[tuple[str, str]]:
    k = label + 1
    p = chain.p[label]
    return [
        (
            rf"z_{k} = W_{{y,{k}}}\,a",
            rf"{tex(chain.W_y[label, 0])}\cdot {tex(chain.a[0])} = {result(chain.z[label])}",
        ),
        (rf"\hat y_{k} = \frac{{e^{{z_{k}}}}}{{\sum_j e^{{z_j}}}}", result(p)),
        (
            rf"E = -\sum_i y_i \ln\hat y_i = \ln\sum_j e^{{z_j}} - z_{k}",
            result(chain.error),
        ),
    ]


def _checks(chain: Chain, label: int) -> None:
    by_words = {
        "dE/dp": [f"Ŷ of {word}" for word in WORDS],
        "dp/dz": [f"Ŷ of {row} by z of {column}" for row in WORDS for column in WORDS],
        "dz/da": [f"z of {word} by a" for word in WORDS],
        "dE/dz": [f"z of {word}" for word in WORDS],
        "dE/da": ["a"],
        "dE/dW_y": [f"W_y of {word}" for word in WORDS],
    }
    checks = factor_checks(chain)
    if "dE/dp" not in checks:
        st.markdown(
            f"∂E/∂Ŷ has no difference here: the probability of “{WORDS[label]}” is "
            f"{number(chain.p[label])} in a float."
        )
    for name, check in checks.items():
        checked(name.replace("d", "∂").replace("p", "Ŷ").replace("z", "Z"), check, by_words[name])
