"""One unit of a gated cell as pipes and valves: bands as thick as what flows through is large."""

from __future__ import annotations

from collections.abc import Mapping

from pages.figures.base import SUBSCRIPTS, Figure, Look, Spec, layout
from pages.figures.cell_pipes import (
    BYPASS,
    ENTRY,
    EXIT,
    FLOOR,
    LINE,
    REST,
    Flows,
    joint,
    key,
    note,
    pipe,
    pipes,
    plate,
    plus,
    short,
)
from pages.figures.gate_look import PARTS

Moment = Mapping[str, float]  # every value of one step by the engine's names


def at(symbol: str, t: int) -> str:
    """The symbol with the number of its step: C₂."""
    return symbol + str(t).translate(SUBSCRIPTS)


def cell_figure(
    kind: str, now: Moment, t: int, title: str, reach: float, look: Look, revealed: bool = True
) -> Figure:
    """Pipes, bands and gates of the unit at step t; what the step makes only once `revealed`.

    `title` says which step it is, in a line or two; `reach` is the value whose band fills a pipe.
    A gate is a plate that slides out of its pipe as it opens.
    """
    shapes, plates, notes = {"LSTM": _lstm, "GRU": _gru}[kind](now, t, reach, look, revealed)
    return Figure(
        plates,
        layout(
            look,
            440,
            margin={"l": 4, "r": 4, "t": 30, "b": 4},
            xaxis={"visible": False, "range": [-0.1, 10.1], "fixedrange": True},
            yaxis={"visible": False, "range": [-0.5, 8.7], "fixedrange": True},
            shapes=shapes,
            annotations=[*notes, note(10, 8.7, title, "right", "top", look)],
            showlegend=False,
            hovermode=False,
        ),
    )


Parts = tuple[list[Spec], list[Spec], list[Spec]]  # shapes, plates, notes


def _lstm(now: Moment, t: int, reach: float, look: Look, revealed: bool) -> Parts:
    f, i, o = now["f"], now["i"], now["o"]
    kept, let_in = f * now["before"], i * now["g"]
    made = {"kept": kept, "in": let_in, "c": now["c"], "tanh": now["tanh_c"], "h": now["h"]}
    flows = Flows(reach, look, made if revealed else {})
    shapes = [
        *(pipe(box, look) for box in pipes(ENTRY, EXIT)),
        *flows.along("c", now["before"], 0, 2.3),
        *flows.along("c", flows.made.get("kept"), 2.3, ENTRY[0]),
        *flows.along("c", flows.made.get("c"), ENTRY[1], 10),
        *flows.up("g", now["g"], ENTRY, FLOOR, 3.5),
        *flows.up("g", flows.made.get("in"), ENTRY, 3.5, LINE[0]),
        *flows.up("c", flows.made.get("tanh"), EXIT, 3.1, LINE[0]),
        *flows.up("h", flows.made.get("h"), EXIT, FLOOR, 3.1),
        joint(look),
    ]
    plates = [
        plate("f", (2.3 - REST, LINE[0] + f, 2.3 + REST, LINE[1] + f), look),
        plate("i", (ENTRY[0] - i, 3.5 - REST, ENTRY[1] - i, 3.5 + REST), look),
        plate("o", (EXIT[0] + o, 3.1 - REST, EXIT[1] + o, 3.1 + REST), look),
    ]
    said = flows.said
    notes = [
        note(0, 6.7, f"{at('C', t - 1)} = {short(now['before'])}", "left", "bottom", look),
        note(2.3, 7.72, _gate("f", f), "center", "bottom", look),
        note(2.95, 5.5, f"f·{at('C', t - 1)} = {said('kept')}", "center", "top", look),
        note(10, 6.7, f"<b>{at('C', t)} = {said('c')}</b>", "right", "bottom", look),
        note(3.4, 3.5, _gate("i", i, "<br>"), "right", "middle", look),
        note(5.6, 4.75, f"i·C̃<br>= {said('in')}", "left", "middle", look),
        note(5.0, 1.25, f"candidate<br>C̃ = {short(now['g'])}", "center", "top", look),
        note(7.6, 3.1, _gate("o", o, "<br>"), "right", "middle", look),
        note(8.8, 4.75, f"tanh {at('C', t)}<br>= {said('tanh')}", "left", "middle", look),
        note(8.2, 1.25, f"<b>{at('h', t)} = {said('h')}</b>", "center", "top", look),
        plus(look),
        key(look),
    ]
    return shapes, plates, notes


def _gru(now: Moment, t: int, reach: float, look: Look, revealed: bool) -> Parts:
    r, z, before = now["r"], now["z"], now["before"]
    made = {"kept": z * before, "in": (1 - z) * now["n"], "h": now["h"], "n": now["n"]}
    flows = Flows(reach, look, made if revealed else {})
    back = now["inside"] * r
    low, high = FLOOR - 0.5, FLOOR + 0.5
    shapes = [
        *(pipe(box, look) for box in pipes(ENTRY, BYPASS)),
        pipe((BYPASS[0], low, ENTRY[1], high), look),
        *flows.along("h", before, 0, 2.9),
        *flows.along("h", flows.made.get("kept"), 2.9, ENTRY[0]),
        *flows.along("h", flows.made.get("h"), ENTRY[1], 10),
        *flows.up("h", now["inside"], BYPASS, 3.8, LINE[0]),
        *flows.up("h", back, BYPASS, high, 3.8),
        *flows.along("h", back, BYPASS[0], ENTRY[0] - 0.4, (low, high)),
        *flows.up("n", now["n"], ENTRY, high, 3.8),
        *flows.up("n", flows.made.get("in"), ENTRY, 3.8, LINE[0]),
        joint(look),
    ]
    plates = [
        plate("z", (2.9 - REST, LINE[0] + z, 2.9 + REST, LINE[1] + z), look),
        plate("r", (BYPASS[0] + r, 3.8 - REST, BYPASS[1] + r, 3.8 + REST), look),
        plate("z", (ENTRY[0] + 1 - z, 3.8 - REST, ENTRY[1] + 1 - z, 3.8 + REST), look),
    ]
    said = flows.said
    notes = [
        note(0, 6.7, f"{at('h', t - 1)} = {short(before)}", "left", "bottom", look),
        note(2.9, 7.72, _gate("z", z), "center", "bottom", look),
        note(3.0, 5.5, f"z·{at('h', t - 1)} = {said('kept')}", "center", "top", look),
        note(10, 6.7, f"<b>{at('h', t)} = {said('h')}</b>", "right", "bottom", look),
        note(2.55, 3.8, _gate("r", r, "<br>"), "left", "middle", look),
        note(1.6, 2.6, f"r·u·{at('h', t - 1)}<br>= {short(back)}", "left", "middle", look),
        note(6.65, 3.8, f"<b>1 − z</b><br>= {short(1 - z)}", "left", "middle", look),
        note(5.6, 4.95, f"(1 − z)·n<br>= {said('in')}", "left", "middle", look),
        note(5.65, 1.4, f"candidate<br>n = {short(now['n'])}", "left", "middle", look),
        plus(look),
        key(look),
    ]
    return shapes, plates, notes


def _gate(gate: str, value: float, between: str = " ") -> str:
    part = PARTS[gate]
    return f"{part.name}{between}<b>{part.symbol} = {short(value)}</b>"
