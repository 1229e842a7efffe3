"""House advertisements as rows of words, and two language models of them: counts and a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.activations import softmax
from engine.network import Network, mlp
from engine.optimizers import Adam
from engine.training import fit
from engine.types import Array

START, END = "<start>", "."
ROOMS = ("one", "two", "three", "four", "five", "six")
WORDS = (
    *(START, "new", "old", "house", "with", *ROOMS, "bedroom", "bedrooms"),
    *("near", "far", "from", "the", "ocean", "and", "a", "pool", END),
)
NEW, OLD, NEAR = 20, 50, 8  # years, years and km at which an advertisement changes its words
UNITS, STEPS, RATE = 8, 300, 0.05


def advert(house: Sequence[float]) -> list[str]:
    """The words for a house (bedrooms, age, distance, pool), from START to END.

    One age word for a house under 20 or over 50 years; "near" is under 8 km.
    """
    bedrooms, age, distance, pool = house
    words = [START, *(["new"] if age < NEW else ["old"] if age > OLD else []), "house", "with"]
    words += [ROOMS[int(bedrooms) - 1], "bedroom" if bedrooms == 1 else "bedrooms"]
    words += ["near"] if distance < NEAR else ["far", "from"]
    return [*words, "the", "ocean", *(["and", "a", "pool"] if pool else []), END]


def pair_counts(houses: Array) -> Array:
    """How often word j follows word i, (v, v) with v = len(WORDS), in the adverts of houses."""
    counts = np.zeros((len(WORDS), len(WORDS)))
    for house in houses:
        at = [WORDS.index(word) for word in advert(house)]
        np.add.at(counts, (at[:-1], at[1:]), 1)
    return counts


def counted_model(counts: Array) -> Array:
    """Probability (v, v) of word j after word i: counts plus one, normalized (Laplace)."""
    return np.asarray((counts + 1) / (counts + 1).sum(axis=1, keepdims=True))


@dataclass(frozen=True, eq=False)
class WordNetwork:
    """A network that reads one word (one-hot, v) and gives logits of the next (v)."""

    network: Network
    theta: Array

    def probabilities(self) -> Array:
        """Probability (v, v) of word j after word i."""
        return softmax(self.network.forward(self.theta, np.eye(len(WORDS)))[0])


def train_words(counts: Array, seed: int = 0) -> WordNetwork:
    """A network v-8-v trained by Adam on the cross-entropy of every next word.

    Each word is one example whose target are the shares of what follows, weighted by how often it
    occurs, which gives the mean over all places in the texts.
    """
    seen = counts.sum(axis=1) > 0
    network = mlp([len(WORDS), UNITS, len(WORDS)], hidden="tanh")
    start = network.initialize(np.random.default_rng(seed), "xavier_normal")
    x, target = np.eye(len(WORDS))[seen], counts[seen] * seen.sum() / counts.sum()
    trained = fit(network, start, x, target, "cross_entropy", Adam(RATE), STEPS)
    return WordNetwork(network, trained.theta)


def perplexity(probabilities: Array, counts: Array) -> float:
    """exp of the mean negative log probability of each next word: 1 is certain, v is a guess."""
    return float(np.exp(-np.sum(counts * np.log(probabilities)) / counts.sum()))


def write(rng: np.random.Generator, probabilities: Array, longest: int = 24) -> list[str]:
    """Words drawn one after the other, each from its probabilities after the last, START left out.

    Ends with END, or without it after `longest` words.
    """
    at = WORDS.index(START)
    words: list[str] = []
    while len(words) < longest and (not words or words[-1] != END):
        at = int(rng.choice(len(WORDS), p=probabilities[at]))
        words.append(WORDS[at])
    return words
