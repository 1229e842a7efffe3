"""Autoencoders: a network that is taught to put out its own input, through a narrow place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.generative.pair import gathered, separate, summed, tied
from engine.initializers import Initializer
from engine.losses import LOSSES
from engine.network import Network
from engine.types import Array

Corruption = Callable[[np.random.Generator, Array, float], Array]


def masking_noise(rng: np.random.Generator, x: Array, share: float) -> Array:
    """x with about this share of its entries, 0 to 1, set to 0 (Vincent et al. 2008, section 2.3).

    Raises ValueError for a share outside 0..1."""
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    return np.where(rng.random(np.shape(x)) < share, 0.0, x)


def gaussian_noise(rng: np.random.Generator, x: Array, sd: float) -> Array:
    """x plus normal noise of standard deviation sd >= 0 (Vincent et al. 2010, section 3.2).

    Raises ValueError for a negative sd."""
    if not sd >= 0:
        raise ValueError(f"expected a standard deviation of 0 or more, got {sd}")
    return np.asarray(x + sd * rng.standard_normal(np.shape(x)))


CORRUPTIONS: dict[str, Corruption] = {"masking": masking_noise, "gaussian": gaussian_noise}


@dataclass(frozen=True)
class Autoencoder:
    """An encoder from (n, d) to codes (n, k) and a decoder back (Hinton & Salakhutdinov 2006).

    `loss` is a key of LOSSES that compares the decoder's output with x: half_squared_error, or
    binary_cross_entropy for x in [0, 1] and an output of logits. With `weights_tied` the decoder's
    dense weights are those of the encoder, transposed and in reverse order, with biases of its
    own; theta then has each of them once.
    Raises ValueError for an unknown loss and for networks that cannot be tied.
    """

    encoder: Network
    decoder: Network
    loss: str = "half_squared_error"
    weights_tied: bool = False

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ValueError(f"unknown loss {self.loss!r}; known: {', '.join(LOSSES)}")
        _ = self.source

    @cached_property
    def source(self) -> NDArray[np.intp]:
        """For each parameter of the encoder and then of the decoder, its place in theta."""
        return (tied if self.weights_tied else separate)(self.encoder, self.decoder)

    @cached_property
    def size(self) -> int:
        """The number of parameters: the length of theta."""
        return int(self.source.max()) + 1

    def initialize(
        self, rng: np.random.Generator, scheme: str | Initializer = "xavier_uniform"
    ) -> Array:
        """A starting theta (size,); shared weights are drawn once, for the encoder."""
        theta = np.empty(self.size)
        ahead, back = (net.initialize(rng, scheme) for net in (self.encoder, self.decoder))
        theta[self.source[self.encoder.size :]] = back
        theta[: self.encoder.size] = ahead
        return theta

    def encode(self, theta: ArrayLike, x: ArrayLike) -> Array:
        """The codes (n, k) of x (n, d)."""
        return self.encoder.forward(self._parts(theta)[0], x)[0]

    def decode(self, theta: ArrayLike, codes: ArrayLike) -> Array:
        """What the decoder makes of codes (n, k): (n, d)."""
        return self.decoder.forward(self._parts(theta)[1], codes)[0]

    def value(self, theta: ArrayLike, x: ArrayLike, inputs: ArrayLike | None = None) -> float:
        """The loss between x (n, d) and its reconstruction from `inputs`, a mean over examples.

        `inputs` are what the encoder sees: x itself, or a corrupted x for a denoising autoencoder.
        """
        output = self.decode(theta, self.encode(theta, x if inputs is None else inputs))
        return LOSSES[self.loss].value(output, x)

    def value_and_gradient(
        self, theta: ArrayLike, x: ArrayLike, inputs: ArrayLike | None = None
    ) -> tuple[float, Array]:
        """The loss as `value` gives it, and its gradient (size,) with respect to theta."""
        ahead, back = self._parts(theta)
        codes, encoded = self.encoder.forward(ahead, x if inputs is None else inputs)
        output, decoded = self.decoder.forward(back, codes)
        loss = LOSSES[self.loss]
        for_decoder, flow = self.decoder.backward_flow(back, decoded, loss.gradient(output, x))
        for_encoder = self.encoder.backward(ahead, encoded, flow[0])
        return loss.value(output, x), summed(np.append(for_encoder, for_decoder), self.source)

    def _parts(self, theta: ArrayLike) -> tuple[Array, Array]:
        parameters = gathered(theta, self.source)
        return parameters[: self.encoder.size], parameters[self.encoder.size :]
