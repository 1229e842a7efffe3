"""What the picture of a cell is drawn with: pipes, bands in them, and plates that shut them."""

from __future__ import annotations

from collections.abc import Mapping

from pages.figures.base import Look, Spec, number
from pages.figures.gate_look import PARTS

Box = tuple[float, float, float, float]  # x0, y0, x1, y1

LINE = (5.6, 6.6)  # heights of the pipe that carries the state from left to right
ENTRY, EXIT, BYPASS = (4.5, 5.5), (7.7, 8.7), (0.5, 1.5)  # sides of the pipes up to it and down
FLOOR, REST = 1.4, 0.18  # where those end, and half the thickness of a gate's plate
THINNEST = 0.05  # of a pipe, so that the smallest flow is seen


class Flows:
    """Bands in pipes, and the numbers of what the step makes as far as they are shown."""

    def __init__(self, reach: float, look: Look, made: Mapping[str, float]) -> None:
        self.reach, self.look, self.made = reach, look, made

    def said(self, name: str) -> str:
        """The number, or a question mark while it is still to be guessed."""
        return short(self.made[name]) if name in self.made else "?"

    def along(
        self,
        part: str,
        value: float | None,
        start: float,
        end: float,
        pipe: tuple[float, float] = LINE,
    ) -> list[Spec]:
        """A band from left to right in the middle of its pipe; none for nothing."""
        if not value:
            return []
        middle, half = sum(pipe) / 2, self._half(value)
        return [_band(part, value, (start, middle - half, end, middle + half), self.look)]

    def up(
        self, part: str, value: float | None, pipe: tuple[float, float], start: float, end: float
    ) -> list[Spec]:
        """The same in an upright pipe."""
        if not value:
            return []
        middle, half = sum(pipe) / 2, self._half(value)
        return [_band(part, value, (middle - half, start, middle + half, end), self.look)]

    def _half(self, value: float) -> float:
        return 0.45 * max(min(abs(value) / self.reach, 1.0), THINNEST)


def short(value: float) -> str:
    """The value in the digits that there is room for on a phone: one below a thousandth."""
    return number(value, digits(value) if abs(value) >= 0.001 else 1)


def digits(value: float) -> int:
    """Three, and more just below 1, so that an open gate is not taken for 1 itself and what it
    keeps and what it lets go add up."""
    size = abs(value)
    return 3 + (0.99 <= size < 1) + (0.9995 <= size < 1)


def pipes(*upright: tuple[float, float]) -> list[Box]:
    """The pipe of the state and those that lead up to it or down from it, by their sides."""
    return [(0, LINE[0], 10, LINE[1]), *((x0, FLOOR, x1, LINE[0]) for x0, x1 in upright)]


def _rectangle(box: Box, line: Spec, fill: str, layer: str = "below") -> Spec:
    x0, y0, x1, y1 = box
    ends = {"x0": x0, "y0": y0, "x1": x1, "y1": y1}
    return {"type": "rect", "layer": layer, "line": line, "fillcolor": fill} | ends


def pipe(box: Box, look: Look) -> Spec:
    """An empty pipe."""
    return _rectangle(box, {"color": look.grid, "width": 1.5}, look.background)


def _band(part: str, value: float, box: Box, look: Look) -> Spec:
    """Filled for a positive value, a dashed outline for a negative one."""
    tint, negative = PARTS[part].tint(look), value < 0
    edge = {"color": tint, "width": 2, "dash": "5px 3px" if negative else "solid"}
    return _rectangle(box, edge, "rgba(0,0,0,0)" if negative else tint)


def plate(gate: str, box: Box, look: Look) -> Spec:
    """A gate's plate in its color and pattern."""
    x0, y0, x1, y1 = box
    return {
        "type": "scatter",
        "mode": "lines",
        "name": PARTS[gate].name,
        "x": [x0, x1, x1, x0, x0],
        "y": [y0, y0, y1, y1, y0],
        "fill": "toself",
        "fillpattern": PARTS[gate].hatched(look),
        "line": {"color": PARTS[gate].tint(look), "width": 2.5},
        "hoverinfo": "skip",
    }


def joint(look: Look) -> Spec:
    """The circle in which what is kept and what is let in are added."""
    box = (ENTRY[0], LINE[0], ENTRY[1], LINE[1])
    shape = _rectangle(box, {"color": look.text, "width": 1.5}, look.background)
    return shape | {"type": "circle"}


def plus(look: Look) -> Spec:
    """The sign in that circle."""
    sign = note(sum(ENTRY) / 2, sum(LINE) / 2, "+", "center", "middle", look)
    return sign | {"font": {"color": look.text, "size": 22}, "bgcolor": "rgba(0,0,0,0)"}


def key(look: Look) -> Spec:
    """What the bands say, under the picture."""
    words = "Thickness: size. Filled: above 0. Dashed outline: below 0."
    return note(5, -0.5, words, "center", "bottom", look) | {
        "font": {"color": look.text, "size": 12}
    }


def note(x: float, y: float, text: str, across: str, down: str, look: Look) -> Spec:
    """A text anchored at a point: left, center or right of it, above or below it."""
    return {
        "x": x,
        "y": y,
        "text": text,
        "xanchor": across,
        "yanchor": down,
        "align": across,
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }
