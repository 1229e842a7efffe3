"""Checks of what runs through the network: values forward, and gradients back.

Each takes the evidence and gives what it found, or None.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.activations import ACTIVATIONS
from engine.playground.evidence import Evidence
from engine.playground.finding import Finding, written
from engine.playground.look import bias_names, dead_units, weight_names
from engine.studies.symmetry import distinct_units
from engine.types import Array

DEAD_SHARE = 0.25  # of a layer's units: with fewer gone the others usually do
SATURATED_SHARE = 0.5  # of a layer's units and examples: most of its gradient is gone
SATURATING = ("sigmoid", "tanh", "softsign", "hard_sigmoid")  # flat on both sides
VANISHED = 0.01  # first layer's gradient over the last's: 1/100 of the pace
EXPLODED = 100.0  # gradient now over that at the start, or first layer's over the last's
WITH_MOMENTUM = ("Momentum", "Nesterov", "Adam", "AdamW")  # they move without a gradient too


def exploding(e: Evidence) -> Finding | None:
    """The gradient has grown a hundredfold, or is that much longer in the first layer.
    Once the examples are learned, both are ratios of numbers near 0."""
    if e.is_solved:
        return None
    start, now = e.gradient_norms
    first, last = e.ends
    place = 7, "exploding_gradients", "products", {"clip": "norm", "limit": 1.0}
    if start > 0 and now > EXPLODED * start:
        seen = (
            f"The gradient is {written(now)} long, {written(now / start)} times as long as at the "
            "start."
        )
        return Finding("Exploding gradient", seen, now / start, *place)
    if last > 0 and first > EXPLODED * last:
        seen = (
            f"The gradient grows on its way back: {written(first)} at the first layer's weights, "
            f"{written(first / last)} times that at the last's."
        )
        return Finding("Exploding gradient", seen, first / last, *place)
    return None


def vanishing(e: Evidence) -> Finding | None:
    """Hardly anything of the gradient reaches the first layer. Nothing at all has other reasons,
    and once the examples are learned hardly any is left anywhere."""
    first, last = e.ends
    if e.is_solved or not 0 < first < VANISHED * last:
        return None
    seen = (
        f"The gradient is {written(first)} at the first layer's weights and {written(last)} at the "
        f"last's: {written(first / last)} of it is left after {len(e.layers) - 1} layers."
    )
    flat = any(kind in SATURATING for kind in e.settings.activations)
    cure: dict[str, Any] = _as_relu(e) if flat else {"batch_norm": True}
    return Finding(
        "Vanishing gradient", seen, first / last, 6, "vanishing_gradients", "depth", cure
    )


def _as_relu(e: Evidence) -> dict[str, Any]:
    return {"activations": ("relu",) * len(e.settings.units), "initializer": "he_normal"}


def _dead_units(e: Evidence, k: int) -> Array:
    """Which units (units,) of hidden layer k are at 0, with slope 0, on every training example."""
    return dead_units(ACTIVATIONS[e.settings.activations[k]], e.layers[k].pre_activations)


def dead(e: Evidence) -> Finding | None:
    """Units that are at 0 on every training example, so that no gradient reaches their weights."""
    found = [_dead_units(e, k) for k in range(len(e.settings.units))]
    if not found:
        return None
    k = int(np.argmax([units.mean() for units in found]))
    gone, units = int(found[k].sum()), len(found[k])
    if gone < DEAD_SHARE * units:
        return None
    total, all_units = sum(int(u.sum()) for u in found), sum(len(u) for u in found)
    seen = (
        f"{gone} of the {units} units of hidden layer {k + 1} are 0 on every training example "
        f"({total} of {all_units} in the whole network): no gradient reaches their weights now"
        f"{_way_back(e, k)}."
    )
    kinds = ("leaky_relu" if kind == "relu" else kind for kind in e.settings.activations)
    cure = {"activations": tuple(kinds)}
    return Finding("Dead units", seen, gone / units, 2, "foundations", "activations", cure)


def _way_back(e: Evidence, k: int) -> str:
    """What can bring dead units of hidden layer k back, in words."""
    s = e.settings
    ways = {
        "a change in the layers below": k > 0,
        "momentum": s.optimizer in WITH_MOMENTUM,
        "the penalty": s.penalty != "none" and s.strength > 0,
        "weight decay": s.optimizer == "AdamW" and s.decay > 0,
        "the batches' own statistics": s.batch_norm,
    }
    open_ways = [way for way, is_open in ways.items() if is_open]
    if not open_ways:
        return ", so they stay so"
    return f"; only {' or '.join(open_ways)} can bring them back"


def saturated(e: Evidence) -> Finding | None:
    """Most units stand where their activation is flat, and the examples are not learned yet."""
    kinds = e.settings.activations
    shares = [e.layers[k].saturated if kind in SATURATING else 0.0 for k, kind in enumerate(kinds)]
    if not shares or max(shares) < SATURATED_SHARE or e.is_solved:
        return None
    k = int(np.argmax(shares))
    seen = (
        f"In hidden layer {k + 1}, {shares[k]:.0%} of what the units say lies where the slope of "
        f"{ACTIVATIONS[kinds[k]].name} is below 0.01: hardly any gradient passes."
    )
    cure: dict[str, Any] = {"batch_norm": True} if not e.settings.batch_norm else _as_relu(e)
    return Finding("Saturated units", seen, shares[k], 6, "vanishing_gradients", "depth", cure)


def symmetric(e: Evidence) -> Finding | None:
    """All units of a layer started alike and still are: they count as one."""
    start, now = (_incoming(e, theta) for theta in (e.experiment.start, e.theta))
    alike = [
        k
        for k, (before, after) in enumerate(zip(start, now, strict=True))
        if before.shape[1] > 1 and distinct_units(before) == distinct_units(after) == 1
    ]
    if not alike:
        return None
    k = alike[0]
    units = now[k].shape[1]
    seen = (
        f"All {units} units of hidden layer {k + 1} have the same incoming weights, as they had at "
        "the start: they get the same gradient and do the work of 1."
    )
    kinds = e.settings.activations
    cure = {"initializer": "he_normal" if "relu" in kinds else "xavier_uniform"}
    return Finding("Equal weights", seen, units, 6, "vanishing_gradients", "symmetry", cure)


def _incoming(e: Evidence, theta: Array) -> list[Array]:
    """Weights and bias (d_in + 1, units) of every hidden layer."""
    network = e.experiment.network
    named = network.unpack(theta)
    pairs = zip(weight_names(network), bias_names(network), strict=True)
    return [np.vstack([named[w], named[b]]) for w, b in pairs][:-1]
