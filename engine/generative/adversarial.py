"""Two networks that play against each other: their gradients, and small runs to be watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.generative.gan import GAN_LOSSES
from engine.network import Network
from engine.optimizers import Adam, Optimizer
from engine.types import Array

PLAYER = Adam(0.01, beta1=0.5)

Sampler = Callable[[np.random.Generator, int], Array]  # n examples (n, d)


@dataclass(frozen=True)
class Gan:
    """A generator from noise (n, k) to examples (n, d), and a discriminator from these to logits
    (n, 1) (Goodfellow et al. 2014). `loss` is a key of GAN_LOSSES; ValueError for another."""

    generator: Network
    discriminator: Network
    loss: str = "non-saturating"

    def __post_init__(self) -> None:
        if self.loss not in GAN_LOSSES:
            raise ValueError(f"unknown loss {self.loss!r}; known: {', '.join(GAN_LOSSES)}")

    def discriminator_gradient(
        self, phi: ArrayLike, real: ArrayLike, fake: ArrayLike
    ) -> tuple[float, Array]:
        """The discriminator's loss on data and generated examples (n, d), and its gradient with
        respect to its own parameters phi; the examples are given, so the generator is not moved."""
        rule, network = GAN_LOSSES[self.loss], self.discriminator
        logits, trace = network.forward(phi, real)
        made, made_trace = network.forward(phi, fake)
        gradient = network.backward(phi, trace, rule.real.gradient(logits))
        gradient = gradient + network.backward(phi, made_trace, rule.fake.gradient(made))
        return rule.discriminator_value(logits, made), gradient

    def generator_gradient(
        self, theta: ArrayLike, phi: ArrayLike, noise: ArrayLike
    ) -> tuple[float, Array]:
        """The generator's loss on noise (n, k), and its gradient with respect to its parameters
        theta, back through the discriminator, whose phi stays."""
        rule = GAN_LOSSES[self.loss].generator
        fake, trace = self.generator.forward(theta, noise)
        logits, judged = self.discriminator.forward(phi, fake)
        _, flow = self.discriminator.backward_flow(phi, judged, rule.gradient(logits))
        return rule.value(logits), self.generator.backward(theta, trace, flow[0])


@dataclass(frozen=True, eq=False)
class History:
    """A run: losses of both players before each of t steps, (t,), and at the k steps in `seen` the
    examples (k, n, d) that the generator made of the same noise each time, and both parameters.
    Shorter than asked for where a number was no longer finite."""

    discriminator_losses: Array
    generator_losses: Array
    seen: Array
    samples: Array
    theta: Array
    phi: Array


@dataclass(frozen=True)
class Schedule:
    """How a run goes: steps, batch size, discriminator steps per generator step, both optimizers,
    every how many steps to look at how many samples, and the bound that the discriminator's
    parameters are clipped to (Arjovsky et al. 2017, algorithm 1; None for no bound)."""

    steps: int = 400
    batch_size: int = 64
    critic_steps: int = 1
    discriminator: Optimizer = PLAYER
    generator: Optimizer = PLAYER
    every: int = 50
    shown: int = 200
    bound: float | None = None


def train(gan: Gan, data: Sampler, rng: np.random.Generator, plan: Schedule) -> History:
    """Both players in turn from fresh parameters (Goodfellow et al. 2014, algorithm 1)."""
    width = gan.generator.unpack(np.zeros(gan.generator.size))["W1"].shape[0]
    theta, phi = (network.initialize(rng) for network in (gan.generator, gan.discriminator))
    moving, judging = plan.generator.init(theta), plan.discriminator.init(phi)
    watched = rng.standard_normal((plan.shown, width))
    losses, seen, samples = [], [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(plan.steps):
            if step % plan.every == 0:
                seen.append(step)
                samples.append(gan.generator.forward(theta, watched)[0])
            for _ in range(plan.critic_steps):
                noise = rng.standard_normal((plan.batch_size, width))
                fake = gan.generator.forward(theta, noise)[0]
                lost, gradient = gan.discriminator_gradient(phi, data(rng, plan.batch_size), fake)
                phi, judging = plan.discriminator.step(phi, gradient, judging)
                phi = phi if plan.bound is None else np.clip(phi, -plan.bound, plan.bound)
            noise = rng.standard_normal((plan.batch_size, width))
            missed, gradient = gan.generator_gradient(theta, phi, noise)
            theta, moving = plan.generator.step(theta, gradient, moving)
            losses.append((lost, missed))
            if not (np.isfinite(theta).all() and np.isfinite(phi).all()):
                break
        seen.append(len(losses))
        samples.append(gan.generator.forward(theta, watched)[0])
    both = np.array(losses, dtype=float).reshape(-1, 2)
    return History(both[:, 0], both[:, 1], np.array(seen), np.array(samples), theta, phi)


def mixture(modes: Sequence[float], sd: float) -> Sampler:
    """Examples (n, 1) from normal laws of one sd around the modes, all equally likely."""
    centers = np.array(modes, dtype=float)

    def sample(rng: np.random.Generator, n: int) -> Array:
        return (rng.choice(centers, size=n) + sd * rng.standard_normal(n))[:, None]

    return sample


def mode_shares(samples: ArrayLike, modes: Sequence[float]) -> Array:
    """The share of the samples (n, 1) that lie nearest to each of the m modes: (m,), sum 1. One
    near 0 has collapsed into the others."""
    distances = np.abs(np.ravel(samples)[:, None] - np.array(modes, dtype=float))
    return np.bincount(distances.argmin(axis=1), minlength=len(modes)) / len(distances)
