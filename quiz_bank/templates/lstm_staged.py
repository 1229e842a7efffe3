"""Chapter 8: an LSTM's backward pass as derivations that are graded stage by stage."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from quiz_bank.model import Question, StageRule, Variant
from quiz_bank.templates.derivations import Part, solution_of, stages_of
from quiz_bank.templates.draws import keeps_digits, until
from quiz_bank.templates.latex import number, signed
from quiz_bank.templates.lstm_cell import FACTORS, GATES, Step, Unit, drawn_unit, forward, shares
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
from quiz_bank.templates.lstm_words import DELTA, SOURCE, forward_values

WRITTEN_FACTORS = {"w": r"\, x_3", "u": r"\, h_2", "b": ""}


def gate_value(gate: str, s: Step) -> Part:
    """The value of one gate of step 3, or of the candidate."""
    p = product_of(gate, s)
    wrong = {p.slip: times(p.by, p.slipped)}
    if p.by == "dC":
        wrong["cell_skipped"] = times("dh", p.value)
    return Part(
        f"d{gate}",
        rf"\delta {gate}_3",
        f"the value of the {NAMES[gate]}",
        rf"\delta {p.by[1]}_3\, {p.symbol}",
        lambda v: product(v[p.by], p.value),
        times(p.by, p.value),
        wrong,
    )


def pre_activation(gate: str, s: Step) -> Part:
    """The pre-activation of one gate of step 3, or of the candidate."""
    source, a = f"d{gate}", float(getattr(s, gate))
    written, slope = slope_of(gate, s)
    slip, slipped = ("tanh_deriv", 1 - a) if gate == "g" else ("sig_plus", a * (1 + a))
    return Part(
        "dz",
        rf"\delta z^{gate}_3",
        f"the pre-activation of the {NAMES[gate]}",
        rf"\delta {gate}_3\, {written}",
        lambda v: product(v[source], slope),
        times(source, slope),
        {slip: times(source, slipped), "no_sig": times(source)},
    )


def parameter(name: str, gate: str, s: Step, rest: float) -> Part:
    """A parameter of one gate, over all steps; those before the last add `rest`."""
    right = FACTORS[name](s)
    slip, slipped = {
        "w": ("weight_input_left_out", 1.0),
        "u": ("u_uses_h_t", s.h),
        "b": ("bias_times_input", s.x),
    }[name]
    factors = (right,) if WRITTEN_FACTORS[name] else ()
    return Part(
        "dp",
        rf"\partial E / \partial {name}_{gate}",
        f"the {'bias' if name == 'b' else 'weight'}, all steps together",
        rf"\delta z^{gate}_3{WRITTEN_FACTORS[name]} + R",
        lambda v: f"{product(v['dz'], *factors)} {signed(rest)}",
        _plus(right, rest),
        {"last_step_only": times("dz", right), slip: _plus(slipped, rest)},
    )


def _plus(value: float, rest: float) -> StageRule:
    return lambda v: v["dz"] * value + rest


def one_gate(name: str, gate: str) -> Callable[[np.random.Generator], Variant]:
    """From the loss to a parameter of one gate: hidden state, cell, gate, pre-activation, weight.
    The output gate does not act on the cell, so its derivation has no such stage."""
    nodes = ["h3", *(["C3"] if gate != "o" else []), f"{gate}3", f"z{gate}3"]

    def added(unit: Unit) -> tuple[float, float]:
        """What steps 1 and 2 together add to the gradient, and what step 3 adds."""
        *early, last = shares(unit, name)[:, GATES.index(gate)].tolist()
        return sum(early), last

    def make(rng: np.random.Generator) -> Variant:
        unit = until(lambda: drawn_unit(rng), lambda unit: keeps_digits(added(unit)))
        s, rest = forward(unit)[-1], added(unit)[0]
        on_the_way = [cell(s)] if gate != "o" else []
        gates = [gate_value(gate, s), pre_activation(gate, s), parameter(name, gate, s, rest)]
        stages = stages_of([hidden(s, float(unit.y[-1])), *on_the_way, *gates])
        asked = rf"""Find $\dfrac{{\partial E}}{{\partial {name}_{gate}}}$ stage by stage. {DELTA}
Steps 1 and 2 together add $R = {number(rest)}$ to it."""
        return Variant(
            prompt=forward_values(unit, asked, "", first=2),
            answer=stages,
            objective=lambda at: nudged_loss(with_moved(unit, name, gate, at[-1]), nodes, at),
            at=np.zeros(len(stages)),
            solution=solution_of(stages),
            hints=(
                f"Go back from the loss, one equation of the cell at a time, to the {NAMES[gate]}.",
                "In a product, each factor's derivative carries the other factor.",
                rf"The first stage is $\delta h_3 = h_3 - y_3$, the last adds ${number(rest)}$.",
            ),
        )

    return make


def _question(slug: str, title: str, make: Callable[[np.random.Generator], Variant]) -> Question:
    return Question(
        id=f"lstm/staged-{slug}",
        chapter=8,
        topic="lstm",
        title=title,
        difficulty="medium",
        kind="staged",
        source=SOURCE,
        seconds=420,
        make=make,
        tags=frozenset({"complete"}),
    )


QUESTIONS: tuple[Question, ...] = (
    _question("output-gate", "Derivation: a weight of the output gate", one_gate("w", "o")),
    _question("forget-gate", "Derivation: a weight of the forget gate", one_gate("w", "f")),
    _question("input-gate", "Derivation: a recurrent weight of the input gate", one_gate("u", "i")),
    _question("candidate", "Derivation: the bias of the candidate", one_gate("b", "g")),
)
