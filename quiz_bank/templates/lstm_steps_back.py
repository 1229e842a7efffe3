"""Chapter 8: staged derivations that lead an LSTM's gradient from step to step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.types import Array
from quiz_bank.model import Question, StageRule, Variant
from quiz_bank.templates.derivations import Part, Values, solution_of, stages_of
from quiz_bank.templates.latex import factor
from quiz_bank.templates.lstm_cell import GATES, Step, drawn_unit, forward
from quiz_bank.templates.lstm_staged import NAMES, cell, hidden, nudged_loss
from quiz_bank.templates.lstm_words import DELTA, SOURCE, forward_values, recurrent_weights


def _product(*values: float) -> str:
    return r" \cdot ".join(map(factor, values))


def _times(name: str, *values: float) -> StageRule:
    constant = float(np.prod(values))
    return lambda v: v[name] * constant


def straight(gate: str, s: Step) -> Part:
    """The pre-activation of one gate of step 3, in one go from the cell or the hidden state."""
    a = float(getattr(s, gate))
    slope = 1 - a**2 if gate == "g" else a * (1 - a)
    written = r"\left(1 - g_3^2\right)" if gate == "g" else rf"{gate}_3 (1 - {gate}_3)"
    by, symbol, right, slip, other = {
        "f": ("dC", "C_2", s.c_prev, "f_uses_c_t", s.c),
        "i": ("dC", "g_3", s.g, "swap_ig", s.i),
        "g": ("dC", "i_3", s.i, "swap_ig", s.g),
        "o": ("dh", r"\tanh(C_3)", s.tanh_c, "c_not_tanhc", s.c),
    }[gate]
    return Part(
        f"dz{gate}",
        rf"\delta z^{gate}_3",
        f"the {NAMES[gate]}, before its {'tanh' if gate == 'g' else 'sigmoid'}",
        rf"\delta {by[1]}_3\, {symbol}\, {written}",
        lambda v: _product(v[by], right, slope),
        _times(by, right, slope),
        {slip: _times(by, other, slope), "no_sig": _times(by, right)},
    )


def back_one_step(rng: np.random.Generator) -> Variant:
    unit = drawn_unit(rng, targets=2)
    two, three = forward(unit)[1:]
    own, slope = two.h - float(unit.y[1]), 1 - two.tanh_c**2

    def through_gates(v: Values) -> float:
        return sum(float(u) * v[f"dz{gate}"] for u, gate in zip(unit.u, GATES, strict=True))

    def from_gates(v: Values) -> str:
        pairs = zip(unit.u.tolist(), GATES, strict=True)
        terms = (_product(u, v[f"dz{gate}"]) for u, gate in pairs)
        return f"{factor(own)} + {' + '.join(terms)}"

    state = Part(
        "dh2",
        r"\delta h_2",
        "the hidden state before, its own error included",
        r"h_2 - y_2 + \sum_q u_q\, \delta z^q_3",
        from_gates,
        lambda v: own + through_gates(v),
        {
            "no_gate_recurrence": lambda v: own,
            "later_steps_only": through_gates,
            "one_gate_only": lambda v: own + float(unit.u[3]) * v["dzo"],
        },
    )
    before = Part(
        "dC2",
        r"\delta C_2",
        "the cell state before, both ways",
        r"\delta h_2\, o_2 \left(1 - \tanh(C_2)^2\right) + f_3\, \delta C_3",
        lambda v: f"{_product(v['dh2'], two.o, slope)} + {_product(three.f, v['dC'])}",
        lambda v: v["dh2"] * two.o * slope + three.f * v["dC"],
        {
            "no_f_path": lambda v: v["dh2"] * two.o * slope,
            "cell_local_left_out": lambda v: three.f * v["dC"],
            "f_path_one": lambda v: v["dh2"] * two.o * slope + v["dC"],
            "tanh_of_c": lambda v: v["dh2"] * two.o + three.f * v["dC"],
        },
    )
    gates = [straight(gate, three) for gate in GATES]
    stages = stages_of([hidden(three, float(unit.y[2])), cell(three), *gates, state, before])
    nodes = ["h3", "C3", *(f"z{gate}3" for gate in GATES), "h2", "C2"]
    return Variant(
        prompt=forward_values(
            unit,
            f"Go one whole step back, stage by stage. {DELTA}",
            recurrent_weights(unit),
            first=2,
        ),
        answer=stages,
        objective=lambda at: nudged_loss(unit, nodes, at),
        at=np.zeros(len(stages)),
        solution=solution_of(stages),
        hints=(
            "First everything of step 3: hidden state, cell state, four pre-activations.",
            r"$h_2$ has its own error and enters all four gates of step 3.",
            r"$C_2$ is read by $h_2$, and the forget gate of step 3 scales it.",
        ),
    )


def along_the_cell(rng: np.random.Generator) -> Variant:
    unit = drawn_unit(rng, recurrent=False)
    steps = forward(unit)
    last = steps[-1]

    def carried(t: int) -> Part:
        """The cell state of step t, from that of the step after it."""
        later, keep = f"dC{t + 1}" if t < 2 else "dC", steps[t].f
        neighbor = steps[t - 1].f if t else steps[t + 1].f
        return Part(
            f"dC{t}",
            rf"\delta C_{t}",
            f"the cell state {'at the start' if t == 0 else f'after step {t}'}",
            rf"f_{t + 1}\, \delta C_{t + 1}",
            lambda v: _product(keep, v[later]),
            _times(later, keep),
            {"f_path_one": _times(later, 1.0), "f_path_wrong_time": _times(later, neighbor)},
        )

    names = ("dC1", "dC2", "dC")

    def shares(v: Values, cells: Sequence[float], slopes: Sequence[float]) -> Array:
        """What each step adds to the gradient of the weight."""
        dc = np.array([v[name] for name in names])
        return np.asarray(dc * np.array(cells) * np.array(slopes) * unit.x)

    old, new = [s.c_prev for s in steps], [s.c for s in steps]
    slopes, flat = [s.f * (1 - s.f) for s in steps], [1.0] * len(steps)
    weight = Part(
        "dw",
        r"\partial E / \partial w_f",
        "the weight, all steps together",
        r"\sum_t \delta C_t\, C_{t-1}\, f_t (1 - f_t)\, x_t",
        lambda v: " + ".join(map(factor, shares(v, old, slopes))),
        lambda v: float(shares(v, old, slopes).sum()),
        {
            "last_step_only": lambda v: float(shares(v, old, slopes)[-1]),
            "mean_over_time": lambda v: float(shares(v, old, slopes).mean()),
            "f_uses_c_t": lambda v: float(shares(v, new, slopes).sum()),
            "no_sig": lambda v: float(shares(v, old, flat).sum()),
        },
    )
    parts = [hidden(last, float(unit.y[-1])), cell(last), *map(carried, (2, 1, 0)), weight]
    stages = stages_of(parts)

    def objective(at: Array) -> float:
        moved = replace(unit, c0=unit.c0 + float(at[4]), w=unit.w + at[5] * np.eye(4)[0])
        return nudged_loss(moved, ("h3", "C3", "C2", "C1"), at)

    return Variant(
        prompt=forward_values(
            unit,
            rf"""Follow the gradient along the cell, stage by stage, to
$\dfrac{{\partial E}}{{\partial w_f}}$. {DELTA}""",
            """All recurrent weights $u_q$ of this cell are zero: its gates read the input alone, so
the cell path is the only way through time. """,
        ),
        answer=stages,
        objective=objective,
        at=np.zeros(len(stages)),
        solution=solution_of(stages),
        hints=(
            "Only the last hidden state has a loss; the cell carries its gradient back.",
            r"$C_t$ contains $f_t\, C_{t-1}$ and nothing else of the past.",
            r"The weight takes $\delta C_t\, C_{t-1}\, f_t (1 - f_t)\, x_t$ from every step.",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="lstm/staged-back-one-step",
        chapter=8,
        topic="lstm",
        title="Derivation: one whole step back",
        difficulty="hard",
        kind="staged",
        source=SOURCE,
        seconds=900,
        make=back_one_step,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="lstm/staged-cell-path",
        chapter=8,
        topic="lstm",
        title="Derivation: along the cell to a forget weight",
        difficulty="hard",
        kind="staged",
        source=SOURCE,
        seconds=600,
        make=along_the_cell,
        tags=frozenset({"complete"}),
    ),
)
