"""Errata of the LSTM post on the error, on time steps and on what is summed over them."""

from __future__ import annotations

import numpy as np

from engine.by_hand.lstm import backward, forward, weight_gradient
from engine.by_hand.lstm_example import EXAMPLE
from engine.gradcheck import numerical_gradient
from engine.losses import half_squared_error, half_squared_error_gradient
from pages.handbook.model import Erratum


def _sum_of_halves() -> str:
    a = np.array([step.cell.a for step in forward(EXAMPLE)])
    halves = {
        "sum": lambda a: float(np.sum((a - EXAMPLE.y) ** 2)) / 2,
        "mean": lambda a: half_squared_error(a, EXAMPLE.y),
    }
    by_sum, by_mean = (numerical_gradient(error, a)[1] for error in halves.values())
    return (
        rf"The sum of halves is {halves['sum'](a):.4g} with $\partial E/\partial a_2 = "
        rf"{by_sum:.4g}$, averaged over the steps the derivative is ${by_mean:.4g}$."
    )


def _gradient_is_not_the_change() -> str:
    parts = []
    for w in (0.0, 2.9):
        slope = half_squared_error_gradient([w], [3.0]).item()
        parts.append(
            f"at $w = {w:.2g}$ the gradient is ${slope:.2g}$, so $w$ changes by "
            f"{0.001 / -slope:.4g}"
        )
    return f"For a drop of 0.001 in $(w - 3)^2/2$: {parts[0]}; {parts[1]}."


def _next_step() -> str:
    first, last = backward(EXAMPLE, forward(EXAMPLE))
    return (
        f"Step 2, the last, receives {last.da_next:.4g} from later steps; step 1 receives "
        f"{first.da_next:.4g} from step 2."
    )


def _two_parts() -> str:
    first, _ = backward(EXAMPLE, forward(EXAMPLE))
    return (
        f"The cell path brings ${first.dc_next:.6g}$, the output $a_1$ another "
        f"${first.dc_through_a:.6g}$, together ${first.dc:.6g}$."
    )


def _sum_over_steps() -> str:
    steps = forward(EXAMPLE)
    gradients = backward(EXAMPLE, steps)
    stacked = np.array([g.du for g in gradients]).T @ np.array([step.xa for step in steps])
    total, _ = weight_gradient(gradients)
    return (
        f"The stacked product and the sum over both steps differ by at most "
        f"{np.abs(stacked - total).max():.1e}, while step 2 alone is off by up to "
        f"{np.abs(total - gradients[1].dW).max():.4g}."
    )


STEP_ERRATA = (
    Erratum(
        "B01",
        "B",
        ("derivation", "notation"),
        "The error is an average of squared differences at the last step; the formula beside it "
        "is half a square, and later each step has its own.",
        r"$E = \sum_t (a_t - y_t)^2/2$. The $\tfrac{1}{2}$ only cancels the exponent.",
        _sum_of_halves,
    ),
    Erratum(
        "B02",
        "B",
        ("weights",),
        "The gradient is the rate at which parameters must change for a wanted drop of the error, "
        "and gives the size of the step.",
        r"It is the change of the error per unit of the parameter. The step is $-\alpha\,"
        r"\partial E/\partial w$; a wanted drop needs more change where the gradient is smaller.",
        _gradient_is_not_the_change,
    ),
    Erratum(
        "B03",
        "B",
        ("trails", "derivation", "notation"),
        "A second error term arrives from the previous time step.",
        "It arrives from the next step, $t + 1$, and is $0$ at the last one. Only the order of the "
        "backward pass makes that step previous.",
        _next_step,
    ),
    Erratum(
        "B12",
        "B",
        ("derivation", "notation"),
        "After step 2 the gradient of cell state 1 is known.",
        r"One of its two parts is: $dC_1 = da_1\,\Gamma_{o,1}(1 - \tanh^2 C_1) + "
        r"dC_2\,\Gamma_{f,2}$.",
        _two_parts,
    ),
    Erratum(
        "B13",
        "C",
        ("trails",),
        "A third step would matter for the derivative of step 2's error by $C_2$.",
        "It would matter for the total error. The error of step 2 depends on no later step.",
    ),
    Erratum(
        "B15",
        "C",
        ("derivation",),
        "Step 1 repeats what was done for time step 1.",
        "It repeats what was done for time step 2.",
    ),
    Erratum(
        "B18",
        "B",
        ("weights", "notation"),
        "$dW = dW_1 + dW_2$, without saying what 1 and 2 count.",
        r"$dW = \sum_t d\Gamma_t\,[x_t, a_{t-1}]$, over the time steps that share $W$; stacked, "
        "$(4 \\times 2)(2 \\times 3)$.",
        _sum_over_steps,
    ),
    Erratum(
        "B19",
        "C",
        ("weights",),
        "The new gradients are applied to weights and gradients.",
        "They are applied to weights and biases.",
    ),
    Erratum(
        "B26",
        "C",
        ("trails",),
        "Time steps are called layers.",
        "They are steps of one layer: the example has a single LSTM layer, used twice.",
    ),
    Erratum(
        "B28",
        "C",
        ("trails", "derivation"),
        r"$\partial E/\partial a$ is differentiation with respect to the error term.",
        "It differentiates the error, with respect to $a_t$.",
    ),
)
