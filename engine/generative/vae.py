"""The variational autoencoder: an encoder that puts out a law instead of a code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats, sigmoid, softplus
from engine.generative.gaussian import (
    kl_gradients,
    kl_to_standard,
    reparameterized,
    reparameterized_gradients,
)
from engine.generative.pair import gathered, separate
from engine.initializers import Initializer
from engine.network import Network
from engine.types import Array


@dataclass(frozen=True)
class Likelihood:
    """The law of x (n, d) given the decoder's output (n, d): `log_density(output, x)` is (n,) in
    nats, `gradient(output, x)` its derivative with respect to the output."""

    log_density: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]


def bernoulli_log_density(logits: Array, x: Array) -> Array:
    """sum x log p + (1 - x) log(1 - p) with p = sigmoid(logits), for x in [0, 1]
    (Kingma & Welling 2014, appendix C.1)."""
    return np.asarray(-np.sum(x * softplus(-logits) + (1 - x) * softplus(logits), axis=-1))


def bernoulli_gradient(logits: Array, x: Array) -> Array:
    """x - sigmoid(logits)."""
    return np.asarray(x * sigmoid(-logits) - (1 - x) * sigmoid(logits))


def gaussian_likelihood(sd: float = 1.0) -> Likelihood:
    """Normal x around the output with the standard deviation sd > 0 in each entry, constants
    included: -sum (x - output)^2 / (2 sd^2) - d log(sd sqrt(2 pi)).

    Raises ValueError for an sd that is not positive.
    """
    if not sd > 0:
        raise ValueError(f"expected a positive standard deviation, got {sd}")
    constant = np.log(sd * np.sqrt(2 * np.pi))
    return Likelihood(
        lambda output, x: np.asarray(-np.sum(((x - output) / sd) ** 2 / 2 + constant, axis=-1)),
        lambda output, x: np.asarray((x - output) / sd**2),
    )


LIKELIHOODS: dict[str, Likelihood] = {
    "bernoulli": Likelihood(bernoulli_log_density, bernoulli_gradient),
    "gaussian": gaussian_likelihood(),
}


class Bound(NamedTuple):
    """The evidence lower bound and its parts, in nats, means over the batch:
    elbo = reconstruction - beta kl."""

    elbo: float
    reconstruction: float
    kl: float


@dataclass(frozen=True)
class VAE:
    """Encoder from (n, d) to (n, 2 k), mu beside the log variance, and decoder from (n, k)
    (Kingma & Welling 2014). `likelihood` is a key of LIKELIHOODS or a law of one's own; `beta`
    weighs the divergence (Higgins et al. 2017), and only with 1 the bound is one.

    Theta holds the encoder's parameters and then the decoder's. Raises ValueError for an unknown
    likelihood and a negative beta.
    """

    encoder: Network
    decoder: Network
    likelihood: str | Likelihood = "bernoulli"
    beta: float = 1.0

    def __post_init__(self) -> None:
        if isinstance(self.likelihood, str) and self.likelihood not in LIKELIHOODS:
            known = ", ".join(LIKELIHOODS)
            raise ValueError(f"unknown likelihood {self.likelihood!r}; known: {known}")
        if not self.beta >= 0:
            raise ValueError(f"expected beta of 0 or more, got {self.beta}")

    @property
    def law(self) -> Likelihood:
        """The likelihood with its derivative."""
        law = self.likelihood
        return LIKELIHOODS[law] if isinstance(law, str) else law

    @cached_property
    def size(self) -> int:
        """The number of parameters: the length of theta."""
        return self.encoder.size + self.decoder.size

    def initialize(
        self, rng: np.random.Generator, scheme: str | Initializer = "xavier_uniform"
    ) -> Array:
        """A starting theta (size,)."""
        parts = [network.initialize(rng, scheme) for network in (self.encoder, self.decoder)]
        return np.concatenate(parts)

    def encode(self, theta: ArrayLike, x: ArrayLike) -> tuple[Array, Array]:
        """Mu and log variance (n, k) of the code of each x (n, d)."""
        return _halves(self.encoder.forward(self._parts(theta)[0], x)[0])

    def decode(self, theta: ArrayLike, z: ArrayLike) -> Array:
        """The decoder's output (n, d) for codes z (n, k); from z drawn standard normal, what the
        model generates."""
        return self.decoder.forward(self._parts(theta)[1], z)[0]

    def bound(self, theta: ArrayLike, x: ArrayLike, noise: ArrayLike) -> Bound:
        """The bound at x (n, d) with one sample each, from standard normal noise (n, k)."""
        mu, log_variance = self.encode(theta, x)
        output = self.decode(theta, reparameterized(mu, log_variance, noise))
        return self._bound(output, as_floats(x), mu, log_variance)

    def bound_and_gradient(
        self, theta: ArrayLike, x: ArrayLike, noise: ArrayLike
    ) -> tuple[Bound, Array]:
        """The bound as `bound` gives it, and the gradient (size,) of its elbo, to be ascended."""
        target, (ahead, back) = as_floats(x), self._parts(theta)
        encoded, encoder_trace = self.encoder.forward(ahead, target)
        mu, log_variance = _halves(encoded)
        z = reparameterized(mu, log_variance, noise)
        output, decoder_trace = self.decoder.forward(back, z)
        slope = self.law.gradient(output, target) / len(target)
        for_decoder, flow = self.decoder.backward_flow(back, decoder_trace, slope)
        sampled = reparameterized_gradients(log_variance, noise, flow[0])
        divergence = kl_gradients(mu, log_variance)
        share = self.beta / len(target)
        parts = [s - share * kl for s, kl in zip(sampled, divergence, strict=True)]
        for_encoder = self.encoder.backward(ahead, encoder_trace, np.concatenate(parts, axis=-1))
        return self._bound(output, target, mu, log_variance), np.append(for_encoder, for_decoder)

    def _bound(self, output: Array, x: Array, mu: Array, log_variance: Array) -> Bound:
        reconstruction = float(np.mean(self.law.log_density(output, x)))
        kl = float(np.mean(kl_to_standard(mu, log_variance)))
        return Bound(reconstruction - self.beta * kl, reconstruction, kl)

    def _parts(self, theta: ArrayLike) -> tuple[Array, Array]:
        parameters = gathered(theta, separate(self.encoder, self.decoder))
        return parameters[: self.encoder.size], parameters[self.encoder.size :]


def _halves(encoded: Array) -> tuple[Array, Array]:
    if encoded.shape[-1] % 2:
        raise ValueError(f"expected mu beside log variance, got {encoded.shape[-1]} columns")
    mu, log_variance = np.split(encoded, 2, axis=-1)
    return mu, log_variance
