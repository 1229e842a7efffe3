"""What each trail adds to the derivative by a gate's bias, and their sum, as bars."""

from __future__ import annotations

from pages.figures.base import Figure, Look, Spec, layout, number
from pages.figures.trails_symbols import marked
from pages.figures.trails_walk import ROUTES, Walk, route_names

ROW, TITLE = 40, 34  # pixels: a label, and under it a bar with its number; the title
REACH = 1.45  # of the longest bar, to the left; to the right is room for the numbers
RIGHT = 3.05


def sum_figure(walk: Walk, look: Look) -> Figure:
    """A bar per trail, the followed one in the gate's color and hatched, the sum last.

    A click gives as customdata the route, "" for the sum.
    """
    parts = {route: trail.product for route, trail in walk.all_trails.items()}
    names = route_names(marked)
    labels = [*(names[route] for route in parts), f"All {len(parts)} trails"]
    values = [*parts.values(), walk.total()[1]]
    longest = max(map(abs, values)) or 1.0
    loud = [route in (walk.route, "") for route in (*parts, "")]
    return Figure(
        [_bars(walk, [value / longest for value in values], [*parts, ""], look)],
        layout(
            look,
            ROW * len(values) + TITLE,
            margin={"l": 0, "r": 0, "t": TITLE, "b": 0},
            xaxis={"visible": False, "range": [-REACH, RIGHT], "fixedrange": True},
            yaxis={"visible": False, "range": [len(values) - 0.45, -0.65], "fixedrange": True},
            shapes=[*(_zero(k, look) for k in range(len(values))), _rule(len(values) - 1.63, look)],
            annotations=[
                _title(walk, look),
                *(
                    note
                    for k, (label, value) in enumerate(zip(labels, values, strict=True))
                    for note in (
                        _text(-REACH, k - 0.4, "left", label, loud[k], look),
                        _text(RIGHT, k + 0.05, "right", number(value, 3), loud[k], look),
                    )
                ),
            ],
            showlegend=False,
            clickmode="event+select",
            hovermode=False,
        ),
    )


def describe_sum(walk: Walk) -> str:
    """Every trail with its part, and the sum."""
    parts = [f"{ROUTES[r]} adds {number(t.product, 3)}" for r, t in walk.all_trails.items()]
    return (
        f"Parts of the derivative by b_{walk.gate}: {'; '.join(parts)}. All {len(parts)} trails "
        f"add up to {number(walk.total()[1])}."
    )


def _bars(walk: Walk, lengths: list[float], routes: list[str], look: Look) -> Spec:
    tint, still = walk.look.tint(look), look.lines[7]
    colors = [tint if route == walk.route else still for route in routes[:-1]] + [look.text]
    return {
        "type": "bar",
        "orientation": "h",
        "x": lengths,
        "y": [k + 0.05 for k in range(len(lengths))],
        "width": 0.32,
        "marker": {
            "color": colors,
            "line": {"color": colors, "width": 2},
            "pattern": {"shape": [walk.look.pattern if r == walk.route else "" for r in routes]},
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "customdata": routes,
    }


def _zero(row: int, look: Look) -> Spec:
    line = {"color": look.text, "width": 1}
    return {"type": "line", "x0": 0, "x1": 0, "y0": row - 0.15, "y1": row + 0.25, "line": line}


def _rule(y: float, look: Look) -> Spec:
    line = {"color": look.grid, "width": 1}
    return {"type": "line", "x0": -REACH, "x1": RIGHT, "y0": y, "y1": y, "line": line}


def _title(walk: Walk, look: Look) -> Spec:
    text = f"Parts of ∂E/∂b<sub>{walk.gate}</sub>"
    place = {"yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 6}
    return _text(-REACH, 0, "left", text, False, look) | place


def _text(x: float, y: float, side: str, text: str, loud: bool, look: Look) -> Spec:
    return {
        "x": x,
        "y": y,
        "xanchor": side,
        "text": f"<b>{text}</b>" if loud else text,
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }
