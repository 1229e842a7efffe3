"""Chapter 8: derivatives of an LSTM step as formulas."""

from __future__ import annotations

import numpy as np

from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import one
from quiz_bank.templates.lstm_words import SOURCE


def _letters(rng: np.random.Generator, *choices: str) -> list[str]:
    """One letter of each string."""
    return [letters[rng.integers(len(letters))] for letters in choices]


def cell_gradient(rng: np.random.Generator) -> Variant:
    d, n, f, c = _letters(rng, "dra", "mnq", "fkp", "cs")
    output = f"{d}*o*(1 - tanh({c})^2)"
    answer = f"{output} + {n}*{f}"
    return Variant(
        prompt=rf"""The cell state of an LSTM at step $t$ has the value ${c}$ and reaches the
loss $E$ in two ways: through the hidden state $h_t = o \tanh({c})$, and through the next cell state
$C_{{t+1}} = {f}\,{c} + i\,g$, whose forget gate has the value ${f}$. In all, $E$ changes by
${d}$ per unit of $h_t$ and by ${n}$ per unit of $C_{{t+1}}$.

Give $\dfrac{{\partial E}}{{\partial {c}}}$ as a formula in ${d}$, ${n}$, ${f}$, $o$ and ${c}$.""",
        answer=Formula(
            answer,
            (d, n, f, "o", c),
            f"{d}*o*tanh({c}) + {n}*{f}*{c}",
            c,
            unit_interval=(f, "o"),
        ),
        solution=rf"""Through the hidden state: ${d}$ times the derivative of $o \tanh({c})$,
which is $o \left(1 - \tanh({c})^2\right)$.

Through the next cell state: ${n}$ times the forget gate ${f}$; its other term does not contain
${c}$.

Both ways add up: `{answer}`""",
        hints=(
            "A value that is used twice collects what comes back on both ways.",
            rf"Through $h_t$ comes ${d}\,o \left(1 - \tanh({c})^2\right)$.",
        ),
        wrong={
            "no_f_path": output,
            "cell_local_left_out": f"{n}*{f}",
            "tanh_of_c": f"{d}*o + {n}*{f}",
            "f_path_one": f"{output} + {n}",
            "tanh_deriv": f"{d}*o*(1 - tanh({c})) + {n}*{f}",
        },
    )


def forget_pre_activation(rng: np.random.Generator) -> Variant:
    d, p, b = _letters(rng, "dra", "pq", "bmn")
    k = one(rng, (2.0, 3.0, 4.0, 5.0))
    new = f"(sigma(z)*{p} + {b})"
    outer, slope = f"{k:g}*{d}*o*(1 - tanh{new}^2)", "sigma(z)*(1 - sigma(z))"
    answer = f"{outer}*{p}*{slope}"
    return Variant(
        prompt=rf"""The forget gate of an LSTM step has the pre-activation $z$; the cell state
before the step is ${p}$, and input gate and candidate add ${b}$. So the new cell state is
$C = \sigma(z)\,{p} + {b}$, the hidden state is $h = o \tanh(C)$, and the loss is
$E = {k:g}\,{d}\,h$.

Give $\dfrac{{\partial E}}{{\partial z}}$ as a formula in $z$, ${p}$, ${b}$, $o$ and ${d}$.""",
        answer=Formula(
            answer,
            ("z", p, b, "o", d),
            f"{k:g}*{d}*o*tanh{new}",
            "z",
            unit_interval=("o",),
        ),
        solution=rf"""From the loss to the cell state:
$\dfrac{{\partial E}}{{\partial C}} = {k:g}\,{d}\,o \left(1 - \tanh(C)^2\right)$.

From the cell state to the gate: its factor is the old cell state ${p}$.

From the gate to its pre-activation: the slope $\sigma(z) (1 - \sigma(z))$.

With $C$ written out: `{answer}`""",
        hints=(
            r"Go back from $E$ to $h$, to $C$, to the gate, and to its pre-activation.",
            rf"The gate multiplies the old cell state ${p}$.",
            r"The last factor is $\sigma(z) (1 - \sigma(z))$.",
        ),
        wrong={
            "f_uses_c_t": f"{outer}*{new}*{slope}",
            "tanh_of_c": f"{k:g}*{d}*o*{p}*{slope}",
            "no_sig": f"{outer}*{p}",
            "sig_plus": f"{outer}*{p}*sigma(z)*(1 + sigma(z))",
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="lstm/cell-gradient-formula",
        chapter=8,
        topic="lstm",
        title="Cell gradient as a formula",
        difficulty="medium",
        kind="formula",
        source=SOURCE,
        seconds=180,
        make=cell_gradient,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="lstm/forget-pre-activation-formula",
        chapter=8,
        topic="lstm",
        title="Back to the forget gate as a formula",
        difficulty="hard",
        kind="formula",
        source=SOURCE,
        seconds=240,
        make=forget_pre_activation,
        tags=frozenset({"complete"}),
    ),
)
