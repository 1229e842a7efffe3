"""The same name, different rules: momentum's forms, the place of epsilon, two weight decays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from engine.descent import Path, descend, first_within
from engine.optimizers import MOMENTUM_FORMS, AdamW, Momentum, Optimizer, RMSProp
from engine.printed.listings import PrintedAdamW, decay_path
from engine.surfaces import ravine
from engine.types import Array
from pages.figures.base import SUPERSCRIPTS, Figure, Look, axis, counted, layout, line, number
from pages.figures.update_rules import latex_number

FORM_NAMES = {
    "accumulate": "formula: v ← βv + ηg, θ ← θ − v",
    "average": "listing: v ← βv + (1 − β)g, θ ← θ − ηv",
    "pytorch": "PyTorch: v ← βv + g, θ ← θ − ηv",
}
GRADIENT_SIZES = np.logspace(-8, 0, 161)
CLOSE = 1e-3


def momentum_paths(learning_rate: float, beta: float, steps: int) -> dict[str, Path]:
    """The three forms on the ravine of condition 50, at the same rate and beta, by form."""
    surface = ravine(50)
    return {
        form: descend(Momentum(learning_rate, beta, form), surface, surface.start, steps)
        for form in MOMENTUM_FORMS
    }


def momentum_figure(paths: Mapping[str, Path], look: Look) -> Figure:
    """Loss of each form per step; the PyTorch form is drawn thin on top of the formula."""
    traces = []
    for k, (form, path) in enumerate(paths.items()):
        loss = np.where(path.values > 0, path.values, np.nan)
        trace = line(FORM_NAMES[form], np.arange(len(loss)), loss, look, k)
        traces.append(trace | {"hovertemplate": "step %{x}: %{y:.3g}<extra></extra>"})
    traces[0] |= {"line": traces[0]["line"] | {"width": 7}, "opacity": 0.4}
    return _figure(traces, look, "step", "loss", y_type="log")


def first_step_ratio(beta: float) -> float:
    """How much longer the formula's first step is than the listing's, from equal gradients."""
    formula, listing = (
        Momentum(1.0, beta, form).step(0.0, 1.0, (0.0,))[0] for form in ("accumulate", "average")
    )
    return float(formula / listing)


def describe_momentum(paths: Mapping[str, Path]) -> str:
    """First steps and arrival of formula and listing, and how far PyTorch is from the formula."""
    apart = np.abs(paths["accumulate"].points - paths["pytorch"].points)
    arrive = {form: _arrival(path) for form, path in paths.items()}
    ratio = first_step_ratio(paths["accumulate"].optimizer.beta)
    return (
        f"The formula's first step is **{number(ratio, 3)} times** the listing's: 1 / (1 − β). "
        f"The formula {arrive['accumulate']}, the listing {arrive['average']}. At a constant rate "
        f"PyTorch's form takes the formula's path: they differ by at most "
        f"{number(float(np.nanmax(apart)), 2)}."
    )


def momentum_formulas(learning_rate: float, beta: float) -> list[tuple[str, str]]:
    """The first step of each form from a gradient of 1, in symbols and with numbers."""
    eta, b = latex_number(learning_rate), latex_number(beta)
    ends = {
        form: latex_number(Momentum(learning_rate, beta, form).step(0.0, 1.0, (0.0,))[0])
        for form in MOMENTUM_FORMS
    }
    return [
        (
            r"v \leftarrow \beta v + \eta g, \quad \Delta\theta = -v",
            rf"-({b}\cdot 0 + {eta}\cdot 1) = {ends['accumulate']}",
        ),
        (
            r"v \leftarrow \beta v + (1-\beta) g, \quad \Delta\theta = -\eta v",
            rf"-{eta}\cdot({b}\cdot 0 + {latex_number(1 - beta)}\cdot 1) = {ends['average']}",
        ),
        (
            r"v \leftarrow \beta v + g, \quad \Delta\theta = -\eta v",
            rf"-{eta}\cdot({b}\cdot 0 + 1) = {ends['pytorch']}",
        ),
    ]


def momentum_table(paths: Mapping[str, Path]) -> pd.DataFrame:
    """Loss per step of each form."""
    losses = {form: path.values for form, path in paths.items()}
    return pd.DataFrame({"step": np.arange(len(next(iter(losses.values())))), **losses})


def _arrival(path: Path) -> str:
    if path.diverged_at is not None:
        return f"diverges at step {path.diverged_at}"
    step = first_within(path, CLOSE)
    steps = len(path.values) - 1
    if step is None:
        return f"does not come within 10⁻³ in {steps} steps"
    return f"first comes within 10⁻³ after **{counted(step, 'step')}**"


def epsilon_steps(epsilon: float, inside: bool) -> Array:
    """First RMSProp step over the learning rate, for each gradient size, shape (161,)."""
    rule = RMSProp(1.0, epsilon=epsilon, epsilon_inside=inside)
    zero = np.zeros_like(GRADIENT_SIZES)
    return -rule.step(zero, GRADIENT_SIZES, rule.init(zero))[0]


def epsilon_figure(epsilon: float, look: Look) -> Figure:
    """First step against the size of the gradient, with epsilon outside and inside the root."""
    traces = [
        line(name, GRADIENT_SIZES, epsilon_steps(epsilon, inside), look, k)
        for k, (name, inside) in enumerate([("ε outside the root", False), ("ε inside", True)])
    ]
    return _figure(traces, look, "size of the gradient |g|", "first step ÷ η", "log", "log")


def describe_epsilon(epsilon: float) -> str:
    """Where the two forms part, and by how much."""
    outside, inside = epsilon_steps(epsilon, False), epsilon_steps(epsilon, True)
    ratio = outside / inside
    k = int(np.argmax(ratio))
    return (
        f"RMSProp's first step from a gradient of 1 is **{number(outside[-1])} η** outside and "
        f"{number(inside[-1])} η inside. At "
        f"|g| = {number(GRADIENT_SIZES[k], 2)} the outside form steps **{number(ratio[k], 3)} "
        f"times** as far: inside the root, ε = {number(epsilon, 2)} acts like "
        f"{number(epsilon**0.5, 2)} outside."
    )


def decay_paths(learning_rate: float, weight_decay: float, steps: int) -> dict[str, Array]:
    """A weight of 1 with zero loss gradient under each reading of weight decay, (steps + 1,)."""
    rules: dict[str, Optimizer] = {
        "AdamW, decoupled": AdamW(learning_rate, weight_decay=weight_decay),
        "Adam with L2, coupled": AdamW(learning_rate, weight_decay=weight_decay, decoupled=False),
        "AdamW as printed": PrintedAdamW(learning_rate, weight_decay=weight_decay),
    }
    return {name: decay_path(rule, 1.0, steps) for name, rule in rules.items()}


def decay_figure(paths: Mapping[str, Array], look: Look) -> Figure:
    """The weight per step; decay should carry it to 0 and no further."""
    traces = [line(n, np.arange(len(p)), p, look, k) for k, (n, p) in enumerate(paths.items())]
    return _figure(traces, look, "step", "weight, with zero gradient")


def describe_decay(paths: Mapping[str, Array], learning_rate: float, weight_decay: float) -> str:
    decoupled, coupled, printed = (number(float(path[-1]), 3) for path in paths.values())
    steps = len(next(iter(paths.values()))) - 1
    power = str(steps).translate(SUPERSCRIPTS)
    return (
        f"After {steps} steps decoupled decay leaves **{decoupled}** = (1 − ηλ){power} with "
        f"ηλ = {number(learning_rate * weight_decay, 2)}. The printed listing decays by the weight "
        f"it started from and ends at **{printed}**. Coupled L2 passes through Adam's scaling "
        f"and leaves {coupled}."
    )


def _figure(
    traces: list[dict[str, object]],
    look: Look,
    x_title: str,
    y_title: str,
    x_type: str = "linear",
    y_type: str = "linear",
) -> Figure:
    ticks = {"log": {"exponentformat": "power", "dtick": 1}, "linear": {}}
    return Figure(
        traces,
        layout(
            look,
            430,
            xaxis=axis(look, x_title, type=x_type, **ticks[x_type]),
            yaxis=axis(look, y_title, type=y_type, **ticks[y_type]),
            hovermode="closest",
        ),
    )


def epsilon_formulas(epsilon: float) -> list[tuple[str, str]]:
    """The first RMSProp step from a gradient of 1e-6, epsilon outside and inside the root."""
    g, beta = 1e-6, 0.9
    eps, s = latex_number(epsilon), latex_number((1 - beta) * g * g)
    ends = [
        latex_number(RMSProp(1.0, beta, epsilon, inside).step(0.0, g, (0.0,))[0])
        for inside in (False, True)
    ]
    return [
        (
            r"\Delta\theta / \eta = -g / (\sqrt{s} + \epsilon), \quad g = 10^{-6}",
            rf"-10^{{-6}} / (\sqrt{{{s}}} + {eps}) = {ends[0]}",
        ),
        (
            r"\Delta\theta / \eta = -g / \sqrt{s + \epsilon}, \quad g = 10^{-6}",
            rf"-10^{{-6}} / \sqrt{{{s} + {eps}}} = {ends[1]}",
        ),
    ]


def epsilon_table(epsilon: float) -> pd.DataFrame:
    """First step over the rate for each gradient size and both places of epsilon."""
    return pd.DataFrame(
        {
            "gradient": GRADIENT_SIZES,
            "ε outside": epsilon_steps(epsilon, False),
            "ε inside": epsilon_steps(epsilon, True),
        }
    )


def decay_formulas(
    learning_rate: float, weight_decay: float, paths: Mapping[str, Array]
) -> list[tuple[str, str]]:
    """Where decoupled decay and the printed listing end, in closed form."""
    steps = len(next(iter(paths.values()))) - 1
    product = latex_number(learning_rate * weight_decay)
    ends = [latex_number(float(path[-1])) for path in paths.values()]
    return [
        (
            r"\theta \leftarrow \theta - \eta\lambda\theta \;\Rightarrow\;"
            r" \theta_t = (1 - \eta\lambda)^t\,\theta_0",
            rf"(1 - {product})^{{{steps}}} = {ends[0]}",
        ),
        (
            r"\text{as printed: } \theta \leftarrow \theta - \eta\lambda\theta_0 \;\Rightarrow\;"
            r" \theta_t = (1 - t\,\eta\lambda)\,\theta_0",
            rf"1 - {steps}\cdot {product} = {ends[2]}",
        ),
    ]


def decay_table(paths: Mapping[str, Array]) -> pd.DataFrame:
    """The weight per step under each rule."""
    return pd.DataFrame({"step": np.arange(len(next(iter(paths.values())))), **paths})
