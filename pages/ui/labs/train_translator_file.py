"""The file that keeps a run of the training lab: its checkpoint, its curves and its settings."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from engine.seq2seq.checkpoint import Checkpoint
from pages.figures.base import listed
from pages.figures.train_translator_words import Scores
from pages.ui.labs.train_translator_run import Resumed, TranslatorTraining

LARGEST = 300_000_000  # bytes of all parts when unpacked
MEGABYTES = 80  # of an uploaded file, at most
PARTS = ("run.json", "losses.f4", "checkpoint.npz")
NO_RUN = "This file is not a run of this lab. Expected is a file that “Download this run” gave."
OUTPUT = 400  # characters of a kept translation, at most


def pack(training: TranslatorTraining) -> bytes:
    """The run as it stands, so that `unpack` can go on with it."""
    told = {
        "plan": asdict(training.plan),
        "epochs": [scores._asdict() for scores in training.epochs],
        "seconds": training.seconds,
    }
    losses = np.array(training.losses, "<f4").tobytes()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, part in zip(
            PARTS, (json.dumps(told), losses, training.checkpoint.to_bytes()), strict=True
        ):
            packed.writestr(name, part)
    return file.getvalue()


def unpack(data: bytes, fresh: TranslatorTraining) -> Resumed:
    """The run in a file, if it is one of the plan and lesson of `fresh`, which is not stepped.

    Raises ValueError with a sentence for a visitor for any other file.
    """
    try:
        told, resumed = _read(data)
        other = differences(told, asdict(fresh.plan))
    except Exception as error:  # whatever is wrong with a file that anyone may send
        raise ValueError(NO_RUN) from error
    if other:
        raise ValueError(
            f"This run has other settings: {listed(other)}. Set them as they were to go on with it."
        )
    if resumed.checkpoint.theta.size != fresh.model.size:
        raise ValueError(
            f"The weights in this file are {resumed.checkpoint.theta.size:,} numbers; the model "
            f"set here has {fresh.model.size:,}."
        )
    if not _fits(resumed, fresh):
        raise ValueError(NO_RUN)
    return resumed


def _fits(resumed: Resumed, fresh: TranslatorTraining) -> bool:
    """Whether the optimizer's state and what was recorded are of the kind of the run's own."""
    theirs, ours = resumed.checkpoint, fresh.checkpoint
    kinds = [[type(part) for part in checkpoint.state] for checkpoint in (theirs, ours)]
    return (
        kinds[0] == kinds[1]
        and theirs.theta.dtype == theirs.best.dtype == ours.theta.dtype
        and 0 <= theirs.step <= fresh.steps
        and len(resumed.epochs) <= theirs.step // fresh.per_epoch
        and all(len(scores.outputs) == len(fresh.shown) for scores in resumed.epochs)
    )


def _read(data: bytes) -> tuple[Mapping[str, Any], Resumed]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST:
            raise ValueError("too large")
        text, losses, archive = (packed.read(name) for name in PARTS)
    told = json.loads(text)
    checkpoint = Checkpoint.from_bytes(archive)
    curve = np.frombuffer(losses, "<f4")
    if len(curve) != checkpoint.step or not np.isfinite(curve).all():
        raise ValueError("not a loss for each step")
    epochs = tuple(_scores(row) for row in told["epochs"])
    if [scores.epoch for scores in epochs] != list(range(1, len(epochs) + 1)):
        raise ValueError("not each epoch once")
    seconds = float(told["seconds"])
    if not np.isfinite([seconds, *(x for row in epochs for x in row[2:7])]).all():
        raise ValueError("not finite")
    return told["plan"], Resumed(checkpoint, curve, epochs, seconds)


def _scores(row: Mapping[str, Any]) -> Scores:
    numbers = (float(row[name]) for name in Scores._fields[2:7])
    outputs = tuple(str(text)[:OUTPUT] for text in row["outputs"])
    return Scores(int(row["epoch"]), int(row["step"]), *numbers, outputs)


NAMES = {
    "pairs": "pairs",
    "words": "words kept",
    "held_out": "share held out",
    "share": "share learned from",
    "teacher_forcing": "teacher forcing",
    "smoothing": "label smoothing",
    "clip": "longest gradient",
}


def differences(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> list[str]:
    """The settings that differ, each with both values."""
    told = []
    for name, value in ours.items():
        other = theirs.get(name) if isinstance(theirs, Mapping) else None
        if isinstance(value, Mapping):
            told += differences(other, value) if isinstance(other, Mapping) else [name]
        elif name == "pairs" and other != value:
            told.append("other pairs")
        elif other != value:
            label = NAMES.get(name, name.replace("_", " "))
            told.append(f"{label} {_said(other)} instead of {_said(value)}")
    return told


def _said(value: object) -> str:
    """A setting in a few letters, without markup."""
    if isinstance(value, float | int):
        return f"{value:g}" if math.isfinite(value) else "none"
    return "".join(filter(str.isalnum, str(value)))[:20].lower()
