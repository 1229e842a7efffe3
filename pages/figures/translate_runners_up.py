"""What a word of the output might have been: the most probable words of its step."""

from __future__ import annotations

from pages.figures.base import Figure, Look, axis, layout, number, typed
from pages.figures.translate import Translation, drawn

RUNNERS_UP = 8  # words of a step that have a bar


def share(p: float) -> str:
    """A probability in two decimals; what these would make 0 or 1 is told as below or above."""
    if p < 0.005:
        return "<0.01" if p > 0 else "0"
    return ">0.99" if 0.995 <= p < 1 else f"{p:.2f}"


def runners_up_figure(made: Translation, t: int, look: Look) -> Figure:
    """Bars of the most probable words at step t (from 1), the written one bold and hatched."""
    best = made.best(t - 1, RUNNERS_UP)
    p = made.probabilities[t - 1][best]
    written = [k == made.ids[t - 1] for k in best]
    names = [drawn(made.word(k)) for k in best]
    names = [f"<b>{n}</b>" if is_it else n for n, is_it in zip(names, written, strict=True)]
    return Figure(
        [
            {
                "type": "bar",
                "orientation": "h",
                "x": typed(p),
                "y": list(range(len(best))),
                "text": [number(float(v), 2) for v in p],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {
                    "color": [look.lines[2 if is_it else 7] for is_it in written],
                    "pattern": {"shape": ["/" if is_it else "" for is_it in written]},
                },
                "hoverinfo": "skip",
            }
        ],
        layout(
            look,
            30 * len(best) + 90,
            margin={"l": 8, "r": 8, "t": 30, "b": 8},
            xaxis=axis(
                look,
                "probability",
                range=[0, 1.3],
                tickvals=[0, 0.5, 1],
                showgrid=False,
                fixedrange=True,
                zeroline=False,
            ),
            yaxis=axis(
                look,
                "",
                range=[len(best) - 0.4, -0.6],
                tickvals=list(range(len(best))),
                ticktext=names,
                showgrid=False,
                fixedrange=True,
            ),
        ),
    )
