"""Chapter 8: one step of a plain recurrent network, its derivative and its parameters."""

from __future__ import annotations

import numpy as np

from engine.by_hand.rnn import parameter_count
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import distinct
from quiz_bank.templates.latex import matrix, vector


def state_jacobian(rng: np.random.Generator) -> Variant:
    W = distinct(rng, (-1.5, -1.2, -0.8, -0.5, 0.5, 0.8, 1.2, 1.5), 4).reshape(2, 2)
    h = distinct(rng, (-0.8, -0.6, -0.5, -0.4, -0.3, 0.3, 0.4, 0.5, 0.6, 0.8), 2)
    slopes = 1 - h**2
    truth = slopes[:, None] * W
    inside = np.arctanh(h)
    return Variant(
        prompt=rf"""In a recurrent network with two tanh units,
$$
h_t = \tanh(W_{{hh}} h_{{t-1}} + W_{{xh}} x_t),
$$
a step ends in $h_t = {vector(h)}$, with
$$
W_{{hh}} = {matrix(W)}.
$$

Give the Jacobian $\dfrac{{\partial h_t}}{{\partial h_{{t-1}}}}$, with a row for each entry of
$h_t$.""",
        answer=truth,
        objective=lambda v: float(
            sum(np.tanh(inside[i] + W[i] @ v[i]) for i in range(2))
        ),  # row i of the Jacobian is the derivative of entry i, each moved by its own v_i
        at=np.zeros((2, 2)),
        solution=rf"""Through the tanh: $\operatorname{{diag}}(1 - h_t^2)$ with $1 - h_t^2 =
{vector(slopes)}$. Through the sum: $W_{{hh}}$.

The tanh is the outer function, so its slopes multiply the rows:
$$
\operatorname{{diag}}(1 - h_t^2)\, W_{{hh}} = {matrix(truth)}
$$""",
        hints=(
            r"Chain rule: the slopes of tanh, times the derivative of the sum inside it.",
            r"Entry $(i, j)$ is $(1 - h_i^2)\, W_{ij}$.",
        ),
        wrong={
            "no_sig": W,
            "slopes_at_columns": W * slopes,
            "tanh_deriv": (1 - h)[:, None] * W,
        },
    )


def state_slope(rng: np.random.Generator) -> Variant:
    k, b = int(rng.integers(2, 7)), int(rng.integers(1, 5))
    inside = f"{k}*x + w*h - {b}"
    answer = f"w*(1 - tanh({inside})^2)"
    return Variant(
        prompt=rf"""A step of a recurrent network with one unit is
$h' = \tanh({k}x + w\,h - {b})$.

Give $\dfrac{{\partial h'}}{{\partial h}}$ as a formula in `x`, `w` and `h`.""",
        answer=Formula(answer, ("x", "w", "h"), f"tanh({inside})", "h"),
        solution=rf"""The slope of tanh is one minus its square, taken at what stands inside;
the inner derivative by $h$ is $w$:
$\dfrac{{\partial h'}}{{\partial h}} = w\,(1 - \tanh^2({k}x + w\,h - {b}))$.

Through $T$ steps such factors multiply: none is larger than $|w|$ in size.

As typed: `{answer}`""",
        hints=(
            r"Chain rule: the slope of tanh, times the derivative of its inside by $h$.",
            r"$\tanh'(z) = 1 - \tanh^2 z$.",
        ),
        wrong={
            "inner_slope_left_out": f"1 - tanh({inside})^2",
            "no_sig": "w",
            "tanh_deriv": f"w*(1 - tanh({inside}))",
            "sig_at_a": f"w*(1 - tanh(tanh({inside}))^2)",
        },
    )


def size(rng: np.random.Generator) -> Variant:
    d, h, k, steps = (int(v) for v in (rng.integers(3, 9), *distinct(rng, range(10, 41, 5), 3)))
    cell = parameter_count("RNN", d, h)
    answer = cell + k * h + k
    return Variant(
        prompt=rf"""A recurrent network has {d} inputs, {h} hidden units and {k} outputs, with one
bias vector for the state and one for the outputs:
$$
\begin{{aligned}} h_t &= \tanh(W_{{xh}} x_t + W_{{hh}} h_{{t-1}} + b_h) \\
y_t &= W_{{hy}} h_t + b_y \end{{aligned}}
$$
It is trained on sequences of {steps} steps. How many parameters does it have?""",
        answer=float(answer),
        objective=lambda n: float(n**2 * (h * (d + h + 1) + k * (h + 1)) / 2),
        at=np.array(1.0),
        solution=rf"""$W_{{xh}}$ has ${h} \cdot {d} = {h * d}$, $W_{{hh}}$ ${h} \cdot {h} =
{h * h}$ and $b_h$ {h}; $W_{{hy}}$ has ${k} \cdot {h} = {k * h}$ and $b_y$ {k}.

Together {answer}. The number of steps does not count: all of them share these parameters.""",
        hints=(
            r"Count $W_{xh}$, $W_{hh}$, $b_h$, $W_{hy}$ and $b_y$.",
            "Which of the numbers given does not matter?",
        ),
        wrong={
            "no_biases": float(answer - h - k),
            "once_per_step": float(answer * steps),
            "no_recurrent_weights": float(answer - h * h),
            "no_output_layer": float(cell),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="recurrent/parameters",
        chapter=8,
        topic="recurrent",
        title="Parameters of a recurrent network",
        difficulty="easy",
        kind="number",
        source="Elman 1990; handbook chapter 8",
        seconds=90,
        make=size,
        tags=frozenset({"essential"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="recurrent/state-slope",
        chapter=8,
        topic="recurrent",
        title="The slope from state to state",
        difficulty="easy",
        kind="formula",
        source="Pascanu, Mikolov & Bengio 2013, section 2; handbook chapter 8",
        seconds=90,
        make=state_slope,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="recurrent/state-jacobian",
        chapter=8,
        topic="recurrent",
        title="The Jacobian of one step",
        difficulty="medium",
        kind="matrix",
        source="Pascanu, Mikolov & Bengio 2013, equation 5; handbook chapter 8",
        seconds=150,
        make=state_jacobian,
        tags=frozenset({"complete"}),
    ),
)
