"""Chapter 8: gradients of an LSTM through three steps, from the values of its forward pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.types import Array
from quiz_bank.model import Kind, Question, Variant
from quiz_bank.templates.draws import keeps_digits, until
from quiz_bank.templates.latex import equals, factor, vector
from quiz_bank.templates.lstm_cell import (
    GATES,
    Gradients,
    Unit,
    drawn_unit,
    forward,
    loss,
    shares,
    slipped,
    truth,
)
from quiz_bank.templates.lstm_parts import with_moved
from quiz_bank.templates.lstm_words import (
    DELTA,
    SOURCE,
    STEP_BACK,
    forward_values,
    gradients_table,
    recurrent_weights,
)

WRITTEN_FACTORS = {"w": r"\, x_t", "u": r"\, h_{t-1}", "b": ""}


@dataclass(frozen=True)
class Parameter:
    """One parameter of one gate: "w", "u" or "b", and the slips to tell apart in its gradient."""

    name: str
    gate: str
    slips: tuple[str, ...]

    @property
    def symbol(self) -> str:
        return f"{self.name}_{self.gate}"

    def of(self, found: Gradients) -> float:
        return float(getattr(found, f"d{self.name}")[GATES.index(self.gate)])

    def shares(self, unit: Unit) -> Array:
        """What each step adds (T,) to its gradient."""
        return shares(unit, self.name)[:, GATES.index(self.gate)]


def through_time(parameter: Parameter) -> Callable[[np.random.Generator], Variant]:
    """The question for the gradient of one shared parameter over all three steps."""
    name, gate, symbol = parameter.name, parameter.gate, parameter.symbol
    share = rf"\delta z^{gate}_t{WRITTEN_FACTORS[name]}"

    def make(rng: np.random.Generator) -> Variant:
        unit = until(lambda: drawn_unit(rng), lambda unit: keeps_digits(parameter.shares(unit)))
        found = truth(unit)
        answer = parameter.of(found)
        written = " + ".join(map(factor, parameter.shares(unit)))
        return Variant(
            prompt=forward_values(
                unit,
                rf"What is $\dfrac{{\partial E}}{{\partial {symbol}}}$, over all three steps?",
                recurrent_weights(unit),
            ),
            answer=answer,
            objective=lambda at: loss(with_moved(unit, name, gate, float(at))),
            at=np.array(0.0),
            solution=rf"""{DELTA} {STEP_BACK}

It starts with $\delta h_3 = h_3 - y_3$; the other $\delta h_t$ start at 0, and there is no
$\delta C_4$. In numbers:

{gradients_table(found)}

Every step uses the same ${symbol}$, so its shares add up:
$\dfrac{{\partial E}}{{\partial {symbol}}} = \sum_t {share}
\approx {written} {equals(answer)}$.""",
            hints=(
                rf"Every step adds its share ${share}$; start at the last step and go back.",
                r"Two things go back: $f_t\, \delta C_t$ along the cell, and all four gates pass "
                r"$\sum_q u_q\, \delta z^q_t$ to $\delta h_{t-1}$.",
                rf"At the last step $\delta h_3 {equals(found.dh[-1])}$ and "
                rf"$\delta C_3 {equals(found.dc[-1])}$.",
            ),
            wrong={key: parameter.of(g) for key, g in slipped(unit, parameter.slips).items()},
        )

    return make


OUTPUT_WEIGHT = Parameter(
    "w", "o", ("c_not_tanhc", "one_gate_only", "no_sig", "last_step_only", "mean_over_time")
)
FORGET_WEIGHT = Parameter(
    "w", "f", ("f_uses_c_t", "no_f_path", "f_path_one", "tanh_of_c", "last_step_only")
)
INPUT_WEIGHT = Parameter(
    "w", "i", ("swap_ig", "no_f_path", "no_sig", "no_gate_recurrence", "last_step_only")
)
CANDIDATE_STATE = Parameter(
    "u", "g", ("u_uses_h_t", "tanh_deriv", "swap_ig", "no_f_path", "last_step_only")
)


def _slipped_states(unit: Unit) -> dict[str, Array]:
    """The gradients by the two first states with each slip. Who forgets a path from step to step
    takes it from step 1 all the same, to the state that the question asks for."""
    slips = ("no_f_path", "f_path_one", "no_gate_recurrence", "one_gate_only", "tanh_of_c")
    found = slipped(unit, slips)
    wrong = {key: np.array([g.dh0, g.dc0]) for key, g in found.items()}
    wrong["no_f_path"][1] = forward(unit)[0].f * found["no_f_path"].dc[0]
    wrong["no_gate_recurrence"][0] = unit.u @ found["no_gate_recurrence"].dz[0]
    return wrong


def first_states(rng: np.random.Generator) -> Variant:
    unit = until(lambda: drawn_unit(rng), lambda unit: keeps_digits(unit.u * truth(unit).dz[0]))
    found = truth(unit)
    answer = np.array([found.dh0, found.dc0])
    return Variant(
        prompt=forward_values(
            unit,
            r"""Give $\left(\dfrac{\partial E}{\partial h_0},
\dfrac{\partial E}{\partial C_0}\right)$, the gradient by the two states before the first step.""",
            recurrent_weights(unit),
        ),
        answer=answer,
        objective=lambda at: loss(replace(unit, h0=float(at[0]), c0=float(at[1]))),
        at=np.array([unit.h0, unit.c0]),
        solution=rf"""{DELTA} {STEP_BACK}

It starts with $\delta h_3 = h_3 - y_3 {equals(found.dh[-1])}$; there is no $\delta C_4$. In
numbers:

{gradients_table(found)}

The first step passes on what every step does: $\delta h_0 = \sum_q u_q\, \delta z^q_1
{equals(found.dh0)}$ and $\delta C_0 = f_1\, \delta C_1 {equals(found.dc0)}$, together
${vector(answer)}$.""",
        hints=(
            r"$h_0$ enters all four gates of step 1, and $C_0$ is scaled by $f_1$.",
            r"So $\delta h_0 = \sum_q u_q\, \delta z^q_1$ and $\delta C_0 = f_1\, \delta C_1$.",
            rf"At the first step $\delta h_1 {equals(found.dh[0])}$ and "
            rf"$\delta C_1 {equals(found.dc[0])}$.",
        ),
        wrong=_slipped_states(unit),
    )


def _question(
    slug: str,
    title: str,
    make: Callable[[np.random.Generator], Variant],
    kind: Kind = "number",
) -> Question:
    return Question(
        id=f"lstm/{slug}",
        chapter=8,
        topic="lstm",
        title=f"LSTM through time: {title}",
        difficulty="hard",
        kind=kind,
        source=SOURCE,
        seconds=900,
        make=make,
        tags=frozenset({"complete"}),
    )


QUESTIONS: tuple[Question, ...] = (
    _question("output-weight-gradient", "a weight of the output gate", through_time(OUTPUT_WEIGHT)),
    _question("forget-weight-gradient", "a weight of the forget gate", through_time(FORGET_WEIGHT)),
    _question("input-weight-gradient", "a weight of the input gate", through_time(INPUT_WEIGHT)),
    _question(
        "candidate-state-gradient",
        "the candidate's recurrent weight",
        through_time(CANDIDATE_STATE),
    ),
    _question("first-states", "the states it started from", first_states, kind="vector"),
)
