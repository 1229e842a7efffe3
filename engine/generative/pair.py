"""An encoder and a decoder whose parameters are one flat theta."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.activations import as_floats
from engine.network import Network
from engine.types import Array


def separate(encoder: Network, decoder: Network) -> NDArray[np.intp]:
    """Where each parameter of the encoder and then of the decoder lies in theta: one each."""
    return np.arange(encoder.size + decoder.size)


def tied(encoder: Network, decoder: Network) -> NDArray[np.intp]:
    """Where each parameter lies in theta if the decoder's dense weights are those of the encoder,
    transposed and in reverse order. Theta holds the encoder and then the decoder's biases.

    Raises ValueError unless both have dense layers only, of mirrored sizes.
    """
    ahead = [slot for own in encoder.slots for slot in own]
    back = [slot for own in decoder.slots for slot in own]
    if {slot.key for slot in ahead + back} != {"W", "b"}:
        raise ValueError("only dense layers can share their weights")
    weights = [slot for slot in ahead if slot.key == "W"][::-1]
    shapes = [slot.shape[::-1] for slot in weights]
    if shapes != [slot.shape for slot in back if slot.key == "W"]:
        raise ValueError("expected a decoder whose sizes mirror those of the encoder")
    source, end = np.arange(encoder.size + decoder.size), encoder.size
    for slot in back:
        own = slice(encoder.size + slot.span.start, encoder.size + slot.span.stop)
        if slot.key == "W":
            shared = weights.pop(0)
            source[own] = (
                np.arange(shared.span.start, shared.span.stop).reshape(shared.shape).T.flat
            )
        else:
            source[own] = np.arange(end, end + slot.shape[0])
            end += slot.shape[0]
    return source


def gathered(theta: ArrayLike, source: NDArray[np.intp]) -> Array:
    """The parameters of both networks in a row, from theta. Raises ValueError for a wrong size."""
    flat, size = as_floats(theta), int(source.max()) + 1
    if flat.shape != (size,):
        raise ValueError(f"expected theta of shape ({size},), got {flat.shape}")
    return np.asarray(flat[source])


def summed(gradients: Array, source: NDArray[np.intp]) -> Array:
    """The gradient for theta: what its entry gets from each place that it is used in, added up."""
    return np.bincount(source, weights=gradients).astype(gradients.dtype, copy=False)
