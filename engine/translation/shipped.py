"""The two models that ship with the project: what they are, and how they are read from their files.

`python -m engine.translation.ship` makes the files anew.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.seq2seq import Seq2Seq
from engine.translation.translator import Translator
from engine.translation.vocabulary import Vocabulary

FOLDER = Path(__file__).parent / "weights"
MODELS: dict[str, str | None] = {"attention": "general", "bottleneck": None}
"""name -> the model's attention; all else is the same."""


class HeldOut(NamedTuple):
    """A held-out sentence: German, the right English, what the model writes, and its kind."""

    german: str
    reference: str
    output: str
    kind: str


class Shipped(NamedTuple):
    """A trained model with its words, what its training recorded, and its held-out translations."""

    translator: Translator
    record: dict[str, Any]
    tested: tuple[HeldOut, ...]


@cache
def shipped(name: str) -> Shipped:
    """A model of MODELS as its file has it. Raises FileNotFoundError for another name."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as archive:
        theta = archive["theta"]
        words = {side: tuple(archive[side].tolist()) for side in ("source", "target")}
        settings, record = (json.loads(str(archive[key])) for key in ("model", "record"))
        tested = tuple(HeldOut(*row) for row in archive["tested"].tolist())
    source, target = Vocabulary(words["source"]), Vocabulary(words["target"])
    return Shipped(Translator(Seq2Seq(**settings), theta, source, target), record, tested)


def load(name: str) -> Translator:
    """The translator of a model of MODELS, float32."""
    return shipped(name).translator


def held_out_sentences(name: str) -> tuple[HeldOut, ...]:
    """The held-out test sentences with what the model wrote when it was shipped, greedily."""
    return shipped(name).tested


def save(name: str, found: Shipped) -> int:
    """Writes a model's file; its size in bytes."""
    translator, path = found.translator, FOLDER / f"{name}.npz"
    settings = {key: getattr(translator.model, key) for key in Seq2Seq.__dataclass_fields__}
    np.savez_compressed(
        path,
        theta=translator.theta.astype(np.float32),
        source=np.array(translator.source.words),
        target=np.array(translator.target.words),
        model=np.array(json.dumps(settings)),
        record=np.array(json.dumps(found.record)),
        tested=np.array(found.tested),
    )
    return path.stat().st_size
