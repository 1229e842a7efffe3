"""What one word's error sends back: between the logits, into the vector, into each part."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from engine.studies.word_back import total_norm
from engine.studies.word_step import jacobian_of
from pages.figures.base import Figure, Look, axis, layout, listed, number, typed
from pages.figures.matrix_blocks import cell_text
from pages.figures.word_step import Shown

AMONG = 6  # words of the Jacobian
ROWS = 20  # words of the table


def among(shown: Shown) -> list[int]:
    """The words whose Jacobian is drawn: the label and the most probable others."""
    return shown.top(min(AMONG, len(shown.words)))


def jacobian_figure(shown: Shown, look: Look) -> Figure:
    """dp/dz among the most probable words, as cells with their numbers."""
    chosen = among(shown)
    values = jacobian_of(shown.step, chosen)
    names = [shown.name(k) for k in chosen]
    places = list(range(len(chosen)))
    reach = float(np.abs(values).max()) or 1.0
    ticks = {
        "tickvals": places,
        "ticktext": names,
        "showgrid": False,
        "ticks": "",
        "fixedrange": True,
    }
    return Figure(
        [
            {
                "type": "heatmap",
                "z": typed(values / reach),
                "zmin": -1,
                "zmax": 1,
                "colorscale": look.diverging,
                "text": [[cell_text(v) for v in row] for row in values.tolist()],
                "texttemplate": "%{text}",
                "textfont": {"color": look.text, "size": 12},
                "customdata": [
                    [
                        f"∂p of {i} by z of {j}: {number(v, 3)}"
                        for j, v in zip(names, row, strict=True)
                    ]
                    for i, row in zip(names, values.tolist(), strict=True)
                ],
                "hovertemplate": "%{customdata}<extra></extra>",
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
            }
        ],
        layout(
            look,
            110 + 36 * len(chosen),
            margin={"l": 8, "r": 8, "t": 36, "b": 8},
            xaxis=axis(look, "logit z of", zeroline=False, **ticks),
            yaxis=axis(look, "p of", zeroline=False, **ticks, autorange="reversed"),
        ),
    )


def describe_jacobian(shown: Shown) -> str:
    """The label's own cell, the strongest exchange, and what the drawn part leaves out."""
    chosen, label = among(shown), shown.step.label
    values = jacobian_of(shown.step, chosen)
    own = chosen.index(label)
    other = chosen.index(shown.runner_up)
    k = len(shown.words)
    shape = f"{k:,} × {k:,} numbers" if k > len(chosen) else f"{k} × {k} numbers"
    part = f", {len(chosen)} × {len(chosen)} of them drawn" if k > len(chosen) else ""
    return (
        f"As the logit of “{shown.label}” rises, its own p does at the rate "
        f"**{number(float(values[own, own]), 3)}**, and “{shown.name(chosen[other])}” falls at "
        f"{number(float(-values[other, own]), 3)}. The whole has {shape}{part}; p − y needs none "
        "of them."
    )


def jacobian_alt(shown: Shown) -> str:
    chosen = among(shown)
    diagonal = np.diag(jacobian_of(shown.step, chosen)).tolist()
    told = "; ".join(
        f"{shown.name(k)} {number(v, 2)}" for k, v in zip(chosen, diagonal, strict=True)
    )
    return f"Heat map of ∂p/∂z among the most probable words; on the diagonal, p(1 − p): {told}."


def parts_figure(norms: Mapping[str, float], look: Look) -> Figure:
    """The gradient's norm in each part, from the input side down to the dense layer."""
    values = np.array(list(norms.values()))
    high = float(values.max()) or 1.0
    return Figure(
        [
            {
                "type": "bar",
                "orientation": "h",
                "x": typed(values),
                "y": list(range(len(values))),
                "text": [number(v, 3) for v in values.tolist()],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {
                    "color": [look.lines[0 if name == "dense" else 7] for name in norms],
                    "pattern": {"shape": ["/" if name == "dense" else "" for name in norms]},
                },
                "hoverinfo": "skip",
            }
        ],
        layout(
            look,
            110 + 36 * len(values),
            margin={"l": 8, "r": 12, "t": 36, "b": 8},
            bargap=0.3,
            xaxis=axis(
                look,
                "norm of the gradient",
                range=[0, 1.4 * high],
                nticks=5,
                exponentformat="power",
            ),
            yaxis=axis(
                look,
                "",
                tickvals=list(range(len(values))),
                ticktext=[_two_lines(name) for name in norms],
                range=[len(values) - 0.4, -0.6],
                showgrid=False,
                zeroline=False,
                fixedrange=True,
            ),
        ),
    )


def _two_lines(name: str) -> str:
    return name.replace(" ", "<br>", 1)


def describe_parts(shown: Shown, norms: Mapping[str, float]) -> str:
    """What the vector receives, and which part gets most of the whole gradient."""
    step = shown.step
    total = total_norm(norms)
    received = float(np.linalg.norm(step.dvector))
    largest_unit = int(np.abs(step.dvector).argmax())
    told = (
        f"The vector of {step.vector.size:,} numbers receives W(p − y), of norm "
        f"**{number(received, 3)}**, most at unit {largest_unit + 1}: "
        f"{number(float(step.dvector[largest_unit]), 3)}"
        if step.vector.size > 1
        else f"The output a receives **{number(float(step.dvector[0]), 3)}**"
    )
    if total == 0:
        return f"{told}; nothing is left to change."
    largest = max(norms, key=lambda name: norms[name])
    share = (norms[largest] / total) ** 2
    return (
        f"{told}. The whole gradient of this word’s error has norm **{number(total, 3)}**; the "
        f"part with most of it is “{largest}”: {share:.0%} of the squared norm."
    )


def parts_alt(shown: Shown, norms: Mapping[str, float]) -> str:
    told = listed([f"{name} {number(v, 3)}" for name, v in norms.items()])
    words = describe_parts(shown, norms).replace("*", "")
    return f"Bars of the gradient's norm by part: {told}. {words}"


def largest_entries(shown: Shown, count: int = 3) -> list[tuple[int, int]]:
    """Places (unit, word) of dW_y: the largest entries of the vector by label and runner-up."""
    units = np.argsort(-np.abs(shown.step.vector), kind="stable")[:count].tolist()
    return [(i, k) for i in units for k in (shown.step.label, shown.runner_up)]


def word_table(shown: Shown) -> pd.DataFrame:
    """The label and the most probable other words: logit, p, y, p - y, and p after the step."""
    chosen, step = shown.top(ROWS), shown.step
    chosen = chosen[: len(shown.words)]
    return pd.DataFrame(
        {
            "word": [shown.name(k) for k in chosen],
            "z": step.z[chosen],
            "p": step.p[chosen],
            "y": [int(k == step.label) for k in chosen],
            "p − y": step.dz[chosen],
            "z after the step": shown.after.z[chosen],
            "p after the step": shown.after.p[chosen],
        }
    )
