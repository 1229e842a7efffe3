"""What meets at one parameter: the value that it multiplies, and the gradient that comes back."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.layers import BatchNorm, Dense, Layer, Residual
from engine.network import Network, Slot, Trace
from engine.types import Array


def signals(
    network: Network, theta: Array, trace: Trace, flow: tuple[Array, ...], at: int
) -> tuple[Array, Array]:
    """What the parameter theta[at] multiplies in each example (n,), and the gradient (n,) by what
    the product goes into: the gradient by the parameter is the sum of their products.

    `flow` holds the gradient by the input of every layer and, last, by the output.
    """
    k, slot = _slot(network, at)
    layer, cache, upstream = network.layers[k], trace.caches[k], flow[k + 1]
    if isinstance(layer, Residual):
        m = int(slot.key.partition(".")[2]) - 1
        views, head = network.unpack(theta), slot.key.partition(".")[0]
        number = slot.name.partition(".")[0].removeprefix(head)
        upstream = layer.scale * upstream
        for j in reversed(range(m + 1, len(layer.branch))):
            own = {name: views[f"{name}{number}.{j + 1}"] for name in layer.branch[j].shapes()}
            upstream, _ = layer.branch[j].backward(own, cache[j], upstream)
        layer, cache = layer.branch[m], cache[m]
    *source, unit = np.unravel_index(at - slot.span.start, slot.shape)
    return _inputs(layer, slot.key[0], cache, source, int(unit)), upstream[:, unit]


def _slot(network: Network, at: int) -> tuple[int, Slot]:
    return next(
        (k, slot)
        for k, own in enumerate(network.slots)
        for slot in own
        if slot.span.start <= at < slot.span.stop
    )


def _inputs(layer: Layer, letter: str, cache: Any, source: list[Any], unit: int) -> Array:
    if isinstance(layer, Dense) and letter == "W":
        return np.asarray(cache[:, source[0]])
    if isinstance(layer, BatchNorm) and letter == "g":
        return np.asarray(cache.x_hat[:, unit])
    return np.ones(len(cache.x_hat if isinstance(layer, BatchNorm) else cache))
