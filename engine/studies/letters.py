"""Letters as small pictures: which of them can be told apart when left and right are not."""

from __future__ import annotations

import numpy as np

from engine.augmentation import MirrorPictures
from engine.network import mlp
from engine.optimizers import Adam
from engine.stopping import at_epoch
from engine.task import Examples, Task
from engine.training import train
from engine.types import Array

WIDTH = 5
BITMAPS = {
    "b": "#.... #.... ####. #...# #...# #...# ####.",
    "d": "....# ....# .#### #...# #...# #...# .####",
    "A": "..#.. .#.#. #...# #...# ##### #...# #...#",
    "H": "#...# #...# #...# ##### #...# #...# #...#",
}
LETTERS: dict[str, Array] = {
    name: np.array([[mark == "#" for mark in row] for row in rows.split()], dtype=np.float64)
    for name, rows in BITMAPS.items()
}
"""Pictures (7, 5) of 0 and 1."""
PAIRS = {"b and d": ("b", "d"), "A and H": ("A", "H")}
NOISE, EPOCHS = 0.5, 60


def noisy_letters(rng: np.random.Generator, pair: tuple[str, str], n: int) -> Examples:
    """n pictures (n, 35) of each of two letters with normal noise, labels (2 n, 1): 1, second."""
    clean = np.repeat([LETTERS[name].ravel() for name in pair], n, axis=0)
    labels = np.repeat([[0.0], [1.0]], n, axis=0)
    return Examples(clean + NOISE * rng.normal(size=clean.shape), labels)


def letter_error(pair: tuple[str, str], mirrored: bool, seed: int = 0) -> float:
    """Share of 1,000 fresh pictures that a logistic regression trained on 20 gets wrong; `mirrored`
    turns each picture left to right with probability 1/2 in every step of training."""
    rng = np.random.default_rng(seed)
    training, fresh = noisy_letters(rng, pair, 10), noisy_letters(rng, pair, 500)
    network = mlp((training.x.shape[1], 1))
    augment = MirrorPictures(WIDTH) if mirrored else None
    task = Task(network, "binary_cross_entropy", Adam(0.05), training, augment=augment)
    *_, last = train(task, np.zeros(network.size), rng, [at_epoch(EPOCHS)])
    logits, _ = network.forward(last.theta, fresh.x)
    return float(np.mean((logits > 0) != fresh.y))
