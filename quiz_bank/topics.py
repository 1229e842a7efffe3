"""The topics of the bank: which chapter each belongs to, and how pages call it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A topic's chapter number and title."""

    chapter: int
    title: str


TOPICS: dict[str, Topic] = {
    "basics": Topic(2, "Neural-network basics and activations"),
    "backprop": Topic(3, "Forward and backward pass"),
    "losses": Topic(3, "Losses and softmax"),
    "optimizers": Topic(4, "Optimizers"),
}
