"""What an interview can be set to: its length, its level and the role that it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from quiz_bank.blueprint import COLUMNS
from quiz_bank.model import Difficulty, Kind

Level = Literal["junior", "mid", "senior"]
Role = Literal["research", "applied", "engineer"]
Way = Literal["said", "worked", "picked", "debugged"]

MINUTES = (15, 30, 45, 60)
LEVELS: tuple[Level, ...] = get_args(Level)
ROLES: tuple[Role, ...] = get_args(Role)

# How likely a question of each difficulty is.
MIX: Mapping[Level, Mapping[Difficulty, float]] = {
    "junior": {"easy": 0.55, "medium": 0.40, "hard": 0.05},
    "mid": {"easy": 0.25, "medium": 0.55, "hard": 0.20},
    "senior": {"easy": 0.10, "medium": 0.45, "hard": 0.45},
}

# The kinds of answer, by the way that a person gives them.
KINDS_BY_WAY: Mapping[Way, tuple[Kind, ...]] = {
    "said": COLUMNS["own words"],
    "worked": tuple(k for c in ("number", "formula", "matrix", "staged") for k in COLUMNS[c]),
    "picked": tuple(k for c in ("choice", "order", "picture") for k in COLUMNS[c]),
    "debugged": COLUMNS["wrong line"],
}


@dataclass(frozen=True)
class Profile:
    """What a role is asked for, in words, and the share of the time of each way of answering."""

    asked_for: str
    shares: Mapping[Way, float]


PROFILES: Mapping[Role, Profile] = {
    "research": Profile(
        "Derivations, losses and generative models",
        {"said": 0.35, "worked": 0.45, "picked": 0.15, "debugged": 0.05},
    ),
    "applied": Profile(
        "Training in practice, optimizers and regularization",
        {"said": 0.40, "worked": 0.25, "picked": 0.25, "debugged": 0.10},
    ),
    "engineer": Profile(
        "Shapes, costs, bugs and sequence models",
        {"said": 0.30, "worked": 0.35, "picked": 0.15, "debugged": 0.20},
    ),
}

# How likely a subject of the blueprint is, for each role in the order of ROLES.
WEIGHTS: Mapping[str, tuple[float, float, float]] = {
    "Deep learning": (1, 2, 1),
    "Basics, activations": (2, 2, 2),
    "Forward and backward": (4, 2, 3),
    "Losses, softmax": (4, 3, 2),
    "Optimizers": (3, 4, 2),
    "L1, L2, dropout": (2, 4, 1),
    "Batch and layer norm": (2, 4, 2),
    "Vanishing, exploding": (3, 3, 2),
    "Recurrent networks": (2, 1, 3),
    "LSTM by hand": (2, 1, 3),
    "GRU": (1, 1, 2),
    "Sequence to sequence": (1, 1, 3),
    "Convolution": (1, 2, 4),
    "Embeddings": (1, 2, 3),
    "Multi-head attention": (2, 1, 4),
    "Transformers": (2, 2, 4),
    "Autoencoders": (3, 1, 1),
    "VAE": (4, 1, 1),
    "GAN": (4, 1, 1),
    "Training in practice": (1, 4, 3),
}
