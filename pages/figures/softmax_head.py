"""Probabilities over a small vocabulary: of each word of a translation, and of one output."""

from __future__ import annotations

import numpy as np

from engine.by_hand.head_chain import Chain
from engine.by_hand.lstm_example import WORDS
from engine.by_hand.sentence import DISTRIBUTIONS, PUBLISHED, SOURCE, greedy
from engine.types import Array
from pages.figures.base import Figure, Look, axis, layout, listed, number, typed

LABELED = [f"{word} ({k})" for k, word in enumerate(WORDS, 1)]  # as the vocabulary counts them
LABEL, WINNER, ALL, NONE = (
    "Only the label's",
    "Only that of the most probable word",
    "All three",
    "None",
)


def word_figure(t: int, look: Look) -> Figure:
    """The probabilities of output word t, counted from 0; each is marked published or chosen."""
    p = DISTRIBUTIONS[t]
    notes = [
        f"{number(v)}, {'published' if (t, k) in PUBLISHED else 'chosen'}" for k, v in enumerate(p)
    ]
    return _bars(p, greedy(DISTRIBUTIONS)[t], notes, "picked", look)


def describe_word(t: int) -> str:
    """Which word is picked at this step, where its number is from, and the sentence so far."""
    picks = greedy(DISTRIBUTIONS)
    k, p = picks[t], DISTRIBUTIONS[t]
    origin = (
        f"The post states this {number(p[k])}; the other two are chosen"
        if (t, k) in PUBLISHED
        else "The post states none of these three; all are chosen"
    )
    written = " ".join(WORDS[pick] for pick in picks[: t + 1])
    return (
        f"An encoder reads {len(SOURCE)} tokens, “{' '.join(SOURCE)}”; a decoder writes "
        f"{len(picks)} words. Word {t + 1} is **“{WORDS[k]}”**, index {k + 1}, the most probable "
        f"with **{number(p[k])}**. {origin}. Written so far: **{written}**."
    )


def word_alt(t: int) -> str:
    bars = ", ".join(f"{w} {number(v)}" for w, v in zip(WORDS, DISTRIBUTIONS[t], strict=True))
    return f"Bars of the probabilities: {bars}. {describe_word(t).replace('*', '')}"


def head_figure(chain: Chain, look: Look) -> Figure:
    """The probabilities of the head, the label's bar hatched."""
    label = int(chain.y.argmax())
    return _bars(chain.p, label, [number(v) for v in chain.p], "label", look)


def _bars(p: Array, marked: int, notes: list[str], mark: str, look: Look) -> Figure:
    """A bar per word; the marked one differs in color, pattern and its name."""
    names = [f"{name}, {mark}" if k == marked else name for k, name in enumerate(LABELED)]
    return Figure(
        [
            {
                "type": "bar",
                "orientation": "h",
                "x": typed(p),
                "y": names,
                "text": notes,
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {
                    "color": [look.lines[0 if k == marked else 7] for k in range(len(p))],
                    "pattern": {"shape": ["/" if k == marked else "" for k in range(len(p))]},
                },
                "hoverinfo": "skip",
            }
        ],
        layout(
            look,
            230,
            margin={"l": 8, "r": 12, "t": 12, "b": 8},
            xaxis=axis(look, "probability", range=[0, 1.3], tickvals=[0, 0.25, 0.5, 0.75, 1]),
            yaxis=axis(look, "", showgrid=False),  # index 1 at the bottom, as the post counts
        ),
    )


def describe_head(chain: Chain) -> str:
    """Dense layer, probabilities and error in one sentence."""
    label = int(chain.y.argmax())
    return (
        f"With a = {number(float(chain.a[0]), 6)} the head gives the label “{WORDS[label]}” a "
        f"probability of **{number(chain.p[label])}**, so the cross-entropy is "
        f"**{number(chain.error, 6)}**; {_best(chain, label)}."
    )


def _best(chain: Chain, label: int) -> str:
    """The most probable word, or those that share the place."""
    best = np.flatnonzero(chain.p == chain.p.max()).tolist()
    if len(best) > 1:
        return f"{listed([f'“{WORDS[k]}”' for k in best])} are equally probable"
    picked = "the label" if best == [label] else "not the label"
    return f"the most probable word is “{WORDS[best[0]]}”, {picked}"


def head_alt(chain: Chain) -> str:
    bars = ", ".join(f"{w} {number(v)}" for w, v in zip(WORDS, chain.p, strict=True))
    return f"Bars of the head's probabilities: {bars}. {describe_head(chain).replace('*', '')}"


def raised(chain: Chain) -> str:
    """Which logits one step against the gradient raises."""
    rising = np.flatnonzero(chain.dz[0] < 0).tolist()
    if rising == [int(chain.y.argmax())]:
        return LABEL
    if rising == [int(chain.p.argmax())]:
        return WINNER
    return ALL if rising else NONE
