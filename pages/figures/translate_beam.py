"""The beam as a tree: words downward from the start, what was kept, what was not, the best path."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.seq2seq.beam import Beam, Node, path
from engine.translation.vocabulary import Vocabulary
from pages.figures.base import Figure, Look, Spec, layout, number
from pages.figures.translate import NAMES, drawn
from pages.figures.translate_runners_up import share

ROW = 58  # pixels of a step
DROPPED = 0.2  # room of a dropped word, by that of a kept one
ROOMY = 5  # kept words side by side whose boxes have their probabilities
SHORT = 6  # letters of a word where there is less room
LEVELS = 4  # widths of lines between words

Places = list[tuple[float, float]]


def beam_figure(beam: Beam, target: Vocabulary, look: Look) -> Figure:
    """A box per kept word with its probability, a small cross per dropped one; lines as wide as
    the words are probable, solid to kept ones and dotted to others, thick along the best."""
    places = spread(beam.nodes)
    best = set(path(beam.nodes, beam.hypotheses[0].node))
    steps = 1 + max(node.step for node in beam.nodes)
    widest = max(sum(n.kept for n in beam.nodes if n.step == k) for k in range(steps))
    size = 12 if widest <= ROOMY else 10
    boxes = [(k, node, 3 if k in best else 1) for k, node in enumerate(beam.nodes) if node.kept]
    ranks = {found.node: k for k, found in enumerate(beam.hypotheses, 1)}
    return Figure(
        [
            *_edges(beam.nodes, places, best, look),
            _hover(beam.nodes, places, target, look),
        ],
        layout(
            look,
            ROW * (steps + 1) + 40,
            margin={"l": 4, "r": 4, "t": 40, "b": 4},
            xaxis={"visible": False, "fixedrange": True, "range": [-0.02, 1.02]},
            yaxis={"visible": False, "fixedrange": True, "range": [steps + 0.45, -0.3]},
            hovermode="closest",
            showlegend=True,
            annotations=[
                _box(0.5, 0, "start", 1, size, look),
                *(
                    _box(*places[k], _text(node, ranks.get(k), widest, target), edge, size, look)
                    for k, node, edge in boxes
                ),
            ],
        ),
    )


def spread(nodes: Sequence[Node]) -> Places:
    """Where each node lies: x from 0 to 1, under its parent's side of the tree; y is its step from
    1. A parent's words come in the order of their totals."""
    places: Places = [(0.5, 0.0)] * len(nodes)
    for step in range(1 + max(node.step for node in nodes)):
        level = [k for k, node in enumerate(nodes) if node.step == step]
        level.sort(key=lambda k: (_parent(nodes[k], places)[0], -nodes[k].total))
        rooms = np.array([1.0 if nodes[k].kept else DROPPED for k in level])
        middles = (np.cumsum(rooms) - rooms / 2) / rooms.sum()
        for k, x in zip(level, middles, strict=True):
            places[k] = (float(x), step + 1.0)
    return places


def _parent(node: Node, places: Places) -> tuple[float, float]:
    return places[node.parent] if node.parent >= 0 else (0.5, 0.0)


def _edges(nodes: Sequence[Node], places: Places, best: set[int], look: Look) -> list[Spec]:
    """The lines to dropped words, to kept ones by width, and along the best path."""
    groups: dict[tuple[str, int], list[int]] = {("dropped", 0): []}
    for k, node in enumerate(nodes):
        level = int(np.exp(node.log_probability) * LEVELS * 0.999)
        name = "best" if k in best else "kept" if node.kept else "dropped"
        groups.setdefault((name, 0 if name == "dropped" else level), []).append(k)
    styles = {
        "dropped": ("dropped", "dot", look.lines[7], 1.0),
        "kept": ("kept", "solid", look.lines[0], 1.2),
        "best": ("best translation", "solid", look.lines[1], 3.0),
    }
    seen: set[str] = set()
    traces = []
    for name, level in sorted(groups, key=lambda group: list(styles).index(group[0])):
        label, dash, color, width = styles[name]
        traces.append(
            _lines(nodes, places, groups[name, level])
            | {
                "name": label,
                "legendgroup": name,
                "showlegend": name not in seen,
                "line": {"color": color, "dash": dash, "width": width + level},
            }
        )
        seen.add(name)
    return traces


def _lines(nodes: Sequence[Node], places: Places, group: Sequence[int]) -> Spec:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for k in group:
        (x0, y0), (x1, y1) = _parent(nodes[k], places), places[k]
        xs += [x0, x1, None]
        ys += [y0, y1, None]
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "hoverinfo": "skip"}


def _hover(nodes: Sequence[Node], places: Places, target: Vocabulary, look: Look) -> Spec:
    """A cross on dropped words, and what each word is, on hover."""
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "marker": {
            "symbol": ["circle" if node.kept else "x" for node in nodes],
            "size": 7,
            "color": look.lines[7],
        },
        "text": [
            f"{drawn(word_of(node, target))}, {'kept' if node.kept else 'dropped'}"
            f"<br>probability {number(float(np.exp(node.log_probability)), 3)}"
            f"<br>log-probability so far {number(node.total, 4)}"
            for node in nodes
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


def word_of(node: Node, target: Vocabulary) -> str:
    """The word of a node as it is shown."""
    word = target.words[node.id]
    return NAMES.get(word, word)


def _text(node: Node, rank: int | None, widest: int, target: Vocabulary) -> str:
    """A kept word; its probability where there is room, and its place where it ends."""
    if widest > ROOMY:
        short = drawn(word_of(node, target), SHORT)
        return f"{short}<br>#{rank}" if rank else short
    word = drawn(word_of(node, target))
    chance = drawn(share(float(np.exp(node.log_probability))))
    return f"{word}<br>#{rank} · {chance}" if rank else f"{word}<br>{chance}"


def _box(x: float, y: float, text: str, border: float, size: int, look: Look) -> Spec:
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "bgcolor": look.background,
        "bordercolor": look.lines[1] if border > 1 else look.lines[7],
        "borderwidth": border,
        "borderpad": 2,
        "captureevents": False,
        "font": {"color": look.text, "size": size},
    }
