"""Chapter 8: staged derivations that lead an LSTM's gradient from step to step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.derivations import Part, Values, solution_of, stages_of
from quiz_bank.templates.draws import keeps_digits, until
from quiz_bank.templates.latex import factor
from quiz_bank.templates.lstm_cell import GATES, Step, Unit, drawn_unit, forward, shares, truth
from quiz_bank.templates.lstm_parts import (
    NAMES,
    cell,
    hidden,
    nudged_loss,
    product,
    product_of,
    slope_of,
    times,
    with_moved,
)
from quiz_bank.templates.lstm_words import DELTA, SOURCE, forward_values, recurrent_weights


def straight(gate: str, s: Step) -> Part:
    """The pre-activation of one gate of step 3, in one go from the cell or the hidden state."""
    p = product_of(gate, s)
    written, slope = slope_of(gate, s)
    return Part(
        f"dz{gate}",
        rf"\delta z^{gate}_3",
        f"the {NAMES[gate]}, before its {'tanh' if gate == 'g' else 'sigmoid'}",
        rf"\delta {p.by[1]}_3\, {p.symbol}\, {written}",
        lambda v: product(v[p.by], p.value, slope),
        times(p.by, p.value, slope),
        {p.slip: times(p.by, p.slipped, slope), "no_sig": times(p.by, p.value)},
    )


def state_before(unit: Unit, own: float) -> Part:
    """The hidden state of step 2: its own error, and four terms from the gates of step 3."""
    weights = dict(zip(GATES, unit.u.tolist(), strict=True))

    def through_gates(v: Values) -> float:
        return float(sum(u * v[f"dz{gate}"] for gate, u in weights.items()))

    def filled(v: Values) -> str:
        terms = (product(u, v[f"dz{gate}"]) for gate, u in weights.items())
        return f"{factor(own)} + {' + '.join(terms)}"

    return Part(
        "dh2",
        r"\delta h_2",
        "the hidden state before, its own error included",
        r"h_2 - y_2 + \sum_q u_q\, \delta z^q_3",
        filled,
        lambda v: own + through_gates(v),
        {
            "no_gate_recurrence": lambda v: own,
            "later_steps_only": through_gates,
            "one_gate_only": lambda v: own + weights["o"] * v["dzo"],
        },
    )


def cell_before(two: Step, keep: float) -> Part:
    """The cell state of step 2: from its own hidden state, and from step 3, which keeps `keep`."""
    slope = 1 - two.tanh_c**2
    return Part(
        "dC2",
        r"\delta C_2",
        "the cell state before, both ways",
        r"\delta h_2\, o_2 \left(1 - \tanh(C_2)^2\right) + f_3\, \delta C_3",
        lambda v: f"{product(v['dh2'], two.o, slope)} + {product(keep, v['dC'])}",
        lambda v: v["dh2"] * two.o * slope + keep * v["dC"],
        {
            "no_f_path": times("dh2", two.o, slope),
            "cell_local_left_out": times("dC", keep),
            "f_path_one": lambda v: v["dh2"] * two.o * slope + v["dC"],
            "tanh_of_c": lambda v: v["dh2"] * two.o + keep * v["dC"],
        },
    )


def _sums_stand_out(unit: Unit) -> bool:
    """Whether no sum of step 2, of its hidden state or of its cell state, nearly cancels."""
    two, three = forward(unit)[1:]
    found = truth(unit)
    later = three.f * float(found.dc[2])
    ways = [two.h - float(unit.y[1]), *unit.u * found.dz[2]]
    return keeps_digits(ways) and keeps_digits([found.dc[1] - later, later])


def back_one_step(rng: np.random.Generator) -> Variant:
    unit = until(lambda: drawn_unit(rng, targets=2), _sums_stand_out)
    two, three = forward(unit)[1:]
    gates = [straight(gate, three) for gate in GATES]
    before = [state_before(unit, two.h - float(unit.y[1])), cell_before(two, three.f)]
    stages = stages_of([hidden(three, float(unit.y[2])), cell(three), *gates, *before])
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


def carried(steps: Sequence[Step], t: int) -> Part:
    """The cell state of step t, from that of the step after it."""
    later, keep = f"dC{t + 1}" if t < 2 else "dC", steps[t].f
    neighbor = steps[t - 1].f if t else steps[t + 1].f
    return Part(
        f"dC{t}",
        rf"\delta C_{t}",
        f"the cell state {'at the start' if t == 0 else f'after step {t}'}",
        rf"f_{t + 1}\, \delta C_{t + 1}",
        lambda v: product(keep, v[later]),
        times(later, keep),
        {"f_path_one": times(later, 1.0), "f_path_wrong_time": times(later, neighbor)},
    )


def forget_weight(steps: Sequence[Step]) -> Part:
    """The forget gate's weight, from the cell states of all steps."""
    old, new = np.array([(s.c_prev, s.c) for s in steps]).T
    slope, x = np.array([(s.f * (1 - s.f), s.x) for s in steps]).T

    def added(v: Values, factors: Array) -> Array:
        """What each step adds to the gradient of the weight."""
        return np.array([v[name] for name in ("dC1", "dC2", "dC")]) * factors

    right = old * slope * x
    return Part(
        "dw",
        r"\partial E / \partial w_f",
        "the weight, all steps together",
        r"\sum_t \delta C_t\, C_{t-1}\, f_t (1 - f_t)\, x_t",
        lambda v: " + ".join(map(factor, added(v, right))),
        lambda v: float(added(v, right).sum()),
        {
            "last_step_only": lambda v: float(added(v, right)[-1]),
            "mean_over_time": lambda v: float(added(v, right).mean()),
            "f_uses_c_t": lambda v: float(added(v, new * slope * x).sum()),
            "no_sig": lambda v: float(added(v, old * x).sum()),
        },
    )


def along_the_cell(rng: np.random.Generator) -> Variant:
    unit = until(
        lambda: drawn_unit(rng, recurrent=False),
        lambda unit: keeps_digits(shares(unit, "w")[:, 0]),
    )
    steps = forward(unit)
    start = [hidden(steps[-1], float(unit.y[-1])), cell(steps[-1])]
    back = [carried(steps, t) for t in (2, 1, 0)]
    stages = stages_of([*start, *back, forget_weight(steps)])

    def objective(at: Array) -> float:
        moved = replace(with_moved(unit, "w", "f", at[5]), c0=unit.c0 + float(at[4]))
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
