"""Each update rule in symbols, and the same line with the numbers of one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from engine.optimizers import Momentum, Optimizer

Line = tuple[str, str]  # symbols, and the right side with the step's numbers to fill in

STEP_ALONG_GRADIENT: tuple[Line, ...] = (
    (r"\theta \leftarrow \theta - \eta\,g", r"{theta0} - {eta}\cdot {g} = {theta}"),
)
MOMENTS: tuple[Line, ...] = (
    (r"m \leftarrow \beta_1 m + (1-\beta_1)\,g", r"{beta1}\cdot {m0} + {rest1}\cdot {g} = {m}"),
    (r"v \leftarrow \beta_2 v + (1-\beta_2)\,g^2", r"{beta2}\cdot {v0} + {rest2}\cdot {g}^2 = {v}"),
    (r"\hat m = m / (1-\beta_1^t)", r"{m} / (1 - {beta1}^{{{t}}}) = {m_hat}"),
    (r"\hat v = v / (1-\beta_2^t)", r"{v} / (1 - {beta2}^{{{t}}}) = {v_hat}"),
)
ADAM_STEP = r"{eta}\cdot {m_hat} / (\sqrt{{{v_hat}}} + {epsilon})"

STEP_ALONG_VELOCITY: Line = (
    r"\theta \leftarrow \theta - \eta\,v",
    r"{theta0} - {eta}\cdot {v} = {theta}",
)
FORMS_OF_MOMENTUM: dict[str, tuple[Line, ...]] = {
    "accumulate": (
        (r"v \leftarrow \beta v + \eta\,g", r"{beta}\cdot {v0} + {eta}\cdot {g} = {v}"),
        (r"\theta \leftarrow \theta - v", r"{theta0} - {v} = {theta}"),
    ),
    "average": (
        (r"v \leftarrow \beta v + (1-\beta)\,g", r"{beta}\cdot {v0} + {rest}\cdot {g} = {v}"),
        STEP_ALONG_VELOCITY,
    ),
    "pytorch": (
        (r"v \leftarrow \beta v + g", r"{beta}\cdot {v0} + {g} = {v}"),
        STEP_ALONG_VELOCITY,
    ),
}

RULES: dict[str, tuple[Line, ...]] = {
    "GD": STEP_ALONG_GRADIENT,
    "SGD": STEP_ALONG_GRADIENT,
    "Nesterov": (
        (r"v \leftarrow \beta v + g", r"{beta}\cdot {v0} + {g} = {v}"),
        (
            r"\theta \leftarrow \theta - \eta\,(g + \beta v)",
            r"{theta0} - {eta}\cdot({g} + {beta}\cdot {v}) = {theta}",
        ),
    ),
    "AdaGrad": (
        (r"s \leftarrow s + g^2", r"{s0} + {g}^2 = {s}"),
        (
            r"\theta \leftarrow \theta - \eta\,g / (\sqrt{s} + \epsilon)",
            r"{theta0} - {eta}\cdot {g} / (\sqrt{{{s}}} + {epsilon}) = {theta}",
        ),
    ),
    "RMSProp": (
        (r"s \leftarrow \beta s + (1-\beta)\,g^2", r"{beta}\cdot {s0} + {rest}\cdot {g}^2 = {s}"),
        (
            r"\theta \leftarrow \theta - \eta\,g / (\sqrt{s} + \epsilon)",
            r"{theta0} - {eta}\cdot {g} / (\sqrt{{{s}}} + {epsilon}) = {theta}",
        ),
    ),
    "Adam": (
        *MOMENTS,
        (
            r"\theta \leftarrow \theta - \eta\,\hat m / (\sqrt{\hat v} + \epsilon)",
            r"{theta0} - " + ADAM_STEP + " = {theta}",
        ),
    ),
    "AdamW": (
        *MOMENTS,
        (
            r"\theta \leftarrow \theta - \eta\lambda\theta"
            r" - \eta\,\hat m / (\sqrt{\hat v} + \epsilon)",
            r"{theta0} - {eta}\cdot {weight_decay}\cdot {theta0} - " + ADAM_STEP + " = {theta}",
        ),
    ),
}

QUANTITIES = {
    "theta": "θ after the step",
    "gradient": "g, gradient",
    "v": "v, velocity or second moment",
    "s": "s, sum or mean of g²",
    "m": "m, first moment",
    "m_hat": "m̂, corrected",
    "v_hat": "v̂, corrected",
    "update": "change of θ",
    "rate": "effective rate, −change ÷ g",
}


def worked_update(
    optimizer: Optimizer, before: Mapping[str, Any], after: Mapping[str, Any], coordinate: int
) -> list[Line]:
    """The rule's lines for one coordinate, each as (symbols, the same with numbers), in LaTeX.

    `before` and `after` are what `state_at` gives for two steps in a row.
    """
    numbers = _numbers(optimizer, before, after, coordinate)
    return [(symbols, filled.format_map(numbers)) for symbols, filled in lines_of(optimizer)]


def lines_of(optimizer: Optimizer) -> tuple[Line, ...]:
    """The rule's lines to fill in; those of Momentum follow its form."""
    if isinstance(optimizer, Momentum):
        return FORMS_OF_MOMENTUM[optimizer.form]
    return RULES[type(optimizer).__name__]


def _numbers(
    optimizer: Optimizer, before: Mapping[str, Any], after: Mapping[str, Any], coordinate: int
) -> dict[str, str]:
    hyper = vars(optimizer)
    values = {name: hyper[name] for name in hyper if isinstance(hyper[name], float | int)}
    values["eta"] = hyper["learning_rate"]
    values |= {f"rest{k}": 1 - hyper[f"beta{k}"] for k in ("", "1", "2") if f"beta{k}" in hyper}
    for name, value in after.items():
        values[name] = np.ravel(value)[coordinate] if np.ndim(value) else value
    for name, value in before.items():
        values[f"{name}0"] = np.ravel(value)[coordinate] if np.ndim(value) else value
    values["g"] = values["gradient"]
    return {name: latex_number(value) for name, value in values.items()}


def latex_number(value: float, digits: int = 4) -> str:
    """The value in so many digits as LaTeX; in parentheses where a sign or a power needs them."""
    value = float(value) + 0.0  # no sign before 0
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    text = rf"{mantissa}\cdot 10^{{{int(exponent)}}}" if exponent else mantissa
    return f"({text})" if exponent or text.startswith("-") else text


def state_table(after: Mapping[str, Any]) -> pd.DataFrame:
    """Every quantity of one step, a row each, with a column per coordinate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = -np.asarray(after["update"]) / np.asarray(after["gradient"])
    values = {**after, "rate": rate}
    rows = [
        (label, *np.ravel(values[name])) for name, label in QUANTITIES.items() if name in values
    ]
    return pd.DataFrame(rows, columns=["quantity", "θ₁", "θ₂"])
