"""The sixteen derivatives of two LSTM steps as boxes in the order in which they are found."""

from __future__ import annotations

from collections.abc import Mapping

from engine.by_hand.lstm_labels import LABELS, Label
from pages.figures.base import SUPERSCRIPTS, Figure, Look, Spec, layout
from pages.figures.gate_look import PARTS
from pages.figures.marks import arrow

ROW = 69  # pixels from one row of boxes to the next
HALF_HEIGHT = 0.44
GAP = 0.72  # rows between the two steps
STEP = 3 + GAP
WHAT = {  # of each term: row, first and last column, symbol, and the part of the cell it is by
    "1": (0, 4, 4, "da<sub>{t}</sub>", "h"),
    "2.1": (0, 0, 3, "dC<sub>{t}</sub>", "c"),
    "2.2": (1, 4, 4, "dΓ<sub>o,{t}</sub>", "o"),
    "3.1": (1, 3, 3, "dΓ<sub>u,{t}</sub>", "i"),
    "3.2": (1, 2, 2, "dC̃<sub>{t}</sub>", "g"),
    "3.3": (1, 1, 1, "dΓ<sub>f,{t}</sub>", "f"),
    "3.4": (2, 0, 0, "dC<sub>{p}</sub>{through}", "c"),
    "4.1": (2, 1, 4, "da<sub>{p}</sub>{through}", "h"),
}
ARROWS = (  # from, to, and the column along which an arrow runs down; none for the one across
    ("1", "2.1", None),
    ("1", "2.2", 4),
    ("2.1", "3.1", 3),
    ("2.1", "3.2", 2),
    ("2.1", "3.3", 1),
    ("2.1", "3.4", 0),
    ("2.2", "4.1", 4),
    ("3.1", "4.1", 3),
    ("3.2", "4.1", 2),
    ("3.3", "4.1", 1),
)
BETWEEN = (("2.3.4", "1.2.1", 0), ("2.4.1", "1.1", 4))


def derivation_figure(cells: Mapping[str, str], current: str | None, look: Look) -> Figure:
    """A box for each label with its symbol and, where `cells` has it, its text; one is lit.

    Step 2 stands above step 1, so that all arrows of the way back lead down or to the left. A click
    on a box selects a point whose customdata is the name of the label.
    """
    return Figure(
        [_boxes_to_click(look)],
        layout(
            look,
            round(ROW * 2 * STEP),
            margin={"l": 4, "r": 4, "t": 4, "b": 4},
            xaxis={"visible": False, "range": [-0.52, 4.52], "fixedrange": True},
            yaxis={"visible": False, "range": [2 * STEP - 1.18, -1.18], "fixedrange": True},
            shapes=[
                *(_frame(step, look) for step in (2, 1)),
                *(_box(label, cells, current, look) for label in LABELS),
            ],
            annotations=[
                *_arrows(cells, look),
                *(_text(label, cells, current, look) for label in LABELS),
                _note("<b>Step 2</b> · no step 3, so zeros come in", 2, look),
                _note("<b>Step 1</b> · both come in from step 2", 1, look),
            ],
            clickmode="event+select",
            hovermode="closest",
            showlegend=False,
        ),
    )


def _what(label: Label) -> tuple[int, int, int, str, str]:
    return WHAT[label.name.partition(".")[2]]


def _row(label: Label) -> float:
    return _what(label)[0] + STEP * (2 - label.step)


def _edges(label: Label) -> tuple[float, float]:
    _, first, last, _, _ = _what(label)
    return first - 0.45, last + 0.45


def plain_symbol(label: Label) -> str:
    """Its symbol for pictures, with sub tags."""
    through = f"⁽{str(label.step).translate(SUPERSCRIPTS)}⁾"
    return _what(label)[3].format(t=label.step, p=label.step - 1, through=through)


def _box(label: Label, cells: Mapping[str, str], current: str | None, look: Look) -> Spec:
    (x0, x1), y = _edges(label), _row(label)
    part, now, known = PARTS[_what(label)[4]], label.name == current, label.name in cells
    return {
        "type": "rect",
        "x0": x0,
        "x1": x1,
        "y0": y - HALF_HEIGHT,
        "y1": y + HALF_HEIGHT,
        "layer": "below",
        "fillcolor": str(look.diverging[2][1]) if now else look.background,
        "line": {
            "color": part.tint(look) if known or now else look.lines[7],
            "width": 4 if now else 2 if known else 1,
            "dash": "solid" if known or now else "dot",
        },
    }


def _frame(step: int, look: Look) -> Spec:
    """The ground on which the boxes of a step stand."""
    top = STEP * (2 - step)
    return {
        "type": "rect",
        "x0": -0.51,
        "x1": 4.51,
        "y0": top - 0.53,
        "y1": top + 2.53,
        "layer": "below",
        "fillcolor": look.grid,
        "opacity": 0.35,
        "line": {"width": 0},
    }


def _text(label: Label, cells: Mapping[str, str], current: str | None, look: Look) -> Spec:
    x0, x1 = _edges(label)
    wide = x1 - x0 > 1
    name = f"<b>{plain_symbol(label)}</b>" if label.name == current else plain_symbol(label)
    head = f"<span style='font-size:11px'>{label.name}</span>{'  ' if wide else '<br>'}{name}"
    value = cells.get(label.name, "")
    return {
        "x": (x0 + x1) / 2,
        "y": _row(label),
        "text": head + (f"{'  =  ' if wide else '<br>'}{value}" if value else ""),
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }


def _note(text: str, step: int, look: Look) -> Spec:
    """A line in the middle of the space above a step."""
    return {
        "x": 2,
        "y": STEP * (2 - step) - 0.86,
        "text": text,
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }


def _arrows(cells: Mapping[str, str], look: Look) -> list[Spec]:
    by_name = {label.name: label for label in LABELS}
    within = [(f"{t}.{a}", f"{t}.{b}", x) for t in (2, 1) for a, b, x in ARROWS]
    arrows = [
        _arrow(by_name[start], by_name[end], x, end in cells, look)
        for start, end, x in (*within, *BETWEEN)
    ]
    zeros = [
        _down(x, -0.86, -HALF_HEIGHT, name in cells, look) for x, name in ((0, "2.2.1"), (4, "2.1"))
    ]
    return [*zeros, *arrows]


def _arrow(start: Label, end: Label, x: int | None, gone: bool, look: Look) -> Spec:
    if x is None:
        left, right = _edges(end)[1], _edges(start)[0]
        return arrow((right, _row(start)), (left, _row(end)), gone, look)
    return _down(x, _row(start) + HALF_HEIGHT, _row(end) - HALF_HEIGHT, gone, look)


def _down(x: float, top: float, bottom: float, gone: bool, look: Look) -> Spec:
    return arrow((x, top), (x, bottom), gone, look)


def _boxes_to_click(look: Look) -> Spec:
    """A point in each column of each box: a wide box is clicked anywhere."""
    places = [
        (label, column)
        for label in LABELS
        for column in range(_what(label)[1], _what(label)[2] + 1)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [column for _, column in places],
        "y": [_row(label) for label, _ in places],
        "customdata": [label.name for label, _ in places],
        "text": [f"go to {label.name}: by {label.words}" for label, _ in places],
        "marker": {"size": 44, "symbol": "square", "opacity": 0, "color": look.text},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "hovertemplate": "%{text}<extra></extra>",
    }


def derivation_alt(cells: Mapping[str, str], current: str | None) -> str:
    """What stands in the boxes, in the order of the way back."""
    known = [f"{label.name} {cells[label.name]}" for label in LABELS if label.name in cells]
    text = (
        f"Way back through two steps, step 2 above step 1, in {len(LABELS)} boxes. Two arrows lead "
        "from step 2 to step 1: by the cell state and by the output. "
    )
    text += f"Filled: {', '.join(known)}." if known else "No box is filled yet."
    return f"{text} Lit: {current}." if current else text
