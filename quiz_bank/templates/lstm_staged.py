"""Chapter 8: an LSTM's backward pass as derivations that are graded stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.types import Array
from quiz_bank.model import Question, StageRule, Variant
from quiz_bank.templates.derivations import Part, solution_of, stages_of
from quiz_bank.templates.latex import factor, number, signed
from quiz_bank.templates.lstm_cell import GATES, Step, Unit, drawn_unit, forward, loss, truth
from quiz_bank.templates.lstm_words import DELTA, SOURCE, forward_values

NAMES = {"f": "forget gate", "i": "input gate", "g": "candidate", "o": "output gate"}
INPUTS: dict[str, tuple[str, Callable[[Step], float]]] = {
    "w": ("x_3", lambda s: s.x),
    "u": ("h_2", lambda s: s.h_prev),
    "b": ("1", lambda s: 1.0),
}


def hidden(s: Step, y: float) -> Part:
    """The hidden state of step 3, where the loss is."""
    return Part(
        "dh",
        r"\delta h_3",
        "the hidden state",
        "h_3 - y_3",
        lambda v: f"{number(s.h)} {signed(-y)}",
        lambda v: s.h - y,
        {"loss_not_derivative": lambda v: (s.h - y) ** 2 / 2},
    )


def cell(s: Step) -> Part:
    """The cell state of step 3."""
    slope = 1 - s.tanh_c**2
    return Part(
        "dC",
        r"\delta C_3",
        "the cell state",
        r"\delta h_3\, o_3 \left(1 - \tanh(C_3)^2\right)",
        lambda v: rf"{factor(v['dh'])} \cdot {factor(s.o)} \cdot {factor(slope)}",
        lambda v: v["dh"] * s.o * slope,
        {
            "tanh_of_c": lambda v: v["dh"] * s.o,
            "wrong_gate": lambda v: v["dh"] * s.i * slope,
        },
    )


def gate_value(gate: str, s: Step) -> Part:
    """The value of one gate of step 3, or of the candidate."""
    by, symbol, right, slips = {
        "f": ("dC", "C_2", s.c_prev, {"f_uses_c_t": s.c}),
        "i": ("dC", "g_3", s.g, {"swap_ig": s.i}),
        "g": ("dC", "i_3", s.i, {"swap_ig": s.g}),
        "o": ("dh", r"\tanh(C_3)", s.tanh_c, {"c_not_tanhc": s.c}),
    }[gate]
    wrong = {key: _times(by, other) for key, other in slips.items()}
    if by == "dC":
        wrong["cell_skipped"] = _times("dh", right)
    return Part(
        f"d{gate}",
        rf"\delta {gate}_3",
        f"the value of the {NAMES[gate]}",
        rf"\delta {by[1]}_3\, {symbol}",
        lambda v: rf"{factor(v[by])} \cdot {factor(right)}",
        _times(by, right),
        wrong,
    )


def _times(name: str, value: float) -> StageRule:
    return lambda v: v[name] * value


def pre_activation(gate: str, s: Step) -> Part:
    """The pre-activation of one gate of step 3, or of the candidate."""
    a, source = float(getattr(s, gate)), f"d{gate}"
    is_tanh = gate == "g"
    slope = 1 - a**2 if is_tanh else a * (1 - a)
    written = r"\left(1 - g_3^2\right)" if is_tanh else rf"{gate}_3 (1 - {gate}_3)"
    slips = {"tanh_deriv": 1 - a} if is_tanh else {"sig_plus": a * (1 + a)}
    return Part(
        "dz",
        rf"\delta z^{gate}_3",
        f"the pre-activation of the {NAMES[gate]}",
        rf"\delta {gate}_3\, {written}",
        lambda v: rf"{factor(v[source])} \cdot {factor(slope)}",
        _times(source, slope),
        {key: _times(source, other) for key, other in (slips | {"no_sig": 1.0}).items()},
    )


def parameter(name: str, gate: str, s: Step, rest: float) -> Part:
    """A parameter of one gate, over all steps; those before the last add `rest`."""
    source, value = INPUTS[name]
    right = value(s)
    slips = {
        "w": {"weight_input_left_out": 1.0},
        "u": {"u_uses_h_t": s.h},
        "b": {"bias_times_input": s.x},
    }[name]
    wrong: dict[str, StageRule] = {"last_step_only": _times("dz", right)}
    wrong |= {key: _plus(other, rest) for key, other in slips.items()}
    times = "" if name == "b" else rf"\, {source}"
    return Part(
        "dp",
        rf"\partial E / \partial {name}_{gate}",
        f"the {'bias' if name == 'b' else 'weight'}, all steps together",
        rf"\delta z^{gate}_3{times} + R",
        lambda v: (
            (factor(v["dz"]) if name == "b" else rf"{factor(v['dz'])} \cdot {factor(right)}")
            + f" {signed(rest)}"
        ),
        _plus(right, rest),
        wrong,
    )


def _plus(value: float, rest: float) -> StageRule:
    return lambda v: v["dz"] * value + rest


def one_gate(name: str, gate: str) -> Callable[[np.random.Generator], Variant]:
    """From the loss to a parameter of one gate: hidden state, cell, gate, pre-activation, weight.
    The output gate does not act on the cell, so its derivation has no such stage."""

    def make(rng: np.random.Generator) -> Variant:
        unit = drawn_unit(rng)
        s, found, k = forward(unit)[-1], truth(unit), GATES.index(gate)
        total = float(getattr(found, f"d{name}")[k])
        rest = total - float(found.dz[-1, k]) * INPUTS[name][1](s)
        parts = [hidden(s, float(unit.y[-1])), cell(s), gate_value(gate, s)]
        parts += [pre_activation(gate, s), parameter(name, gate, s, rest)]
        nodes = ["h3", "C3", f"{gate}3", f"z{gate}3"]
        if gate == "o":
            del parts[1], nodes[1]
        stages, symbol = stages_of(parts), f"{name}_{gate}"

        def objective(at: Array) -> float:
            values = getattr(unit, name).copy()
            values[k] += at[-1]
            return nudged_loss(replace(unit, **{name: values}), nodes, at)

        return Variant(
            prompt=forward_values(
                unit,
                rf"""Find $\dfrac{{\partial E}}{{\partial {symbol}}}$ stage by stage. {DELTA}
Steps 1 and 2 together add $R = {number(rest)}$ to it.""",
                "",
                first=2,
            ),
            answer=stages,
            objective=objective,
            at=np.zeros(len(stages)),
            solution=solution_of(stages),
            hints=(
                f"Go back from the loss, one equation of the cell at a time, to the {NAMES[gate]}.",
                "In a product, each factor's derivative carries the other factor.",
                rf"The first stage is $\delta h_3 = h_3 - y_3$, the last adds ${number(rest)}$.",
            ),
        )

    return make


def nudged_loss(unit: Unit, nodes: Sequence[str], at: Array) -> float:
    """The loss with each of these nodes moved by its entry of `at`; further entries are left."""
    return loss(unit, dict(zip(nodes, at.tolist(), strict=False)))


def _question(
    slug: str, title: str, make: Callable[[np.random.Generator], Variant], seconds: int = 420
) -> Question:
    return Question(
        id=f"lstm/staged-{slug}",
        chapter=8,
        topic="lstm",
        title=title,
        difficulty="medium",
        kind="staged",
        source=SOURCE,
        seconds=seconds,
        make=make,
        tags=frozenset({"complete"}),
    )


QUESTIONS: tuple[Question, ...] = (
    _question("output-gate", "Derivation: a weight of the output gate", one_gate("w", "o")),
    _question("forget-gate", "Derivation: a weight of the forget gate", one_gate("w", "f")),
    _question("input-gate", "Derivation: a recurrent weight of the input gate", one_gate("u", "i")),
    _question("candidate", "Derivation: the bias of the candidate", one_gate("b", "g")),
)
