"""The models in float64 and what they make of a sentence, cached for the lab on one target word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import streamlit as st

from engine.activations import log_softmax
from engine.seq2seq import END, Batch
from engine.seq2seq.batch import Ids
from engine.seq2seq.decoding import greedy
from engine.seq2seq.model import Trace
from engine.studies.word_back import forced, part_norms, word_of
from engine.studies.word_step import WordStep
from engine.translation.shipped import load
from engine.translation.translator import Reading, Translator
from engine.translation.words import split
from engine.types import Array

MODELS = {
    "attention": "With attention",
    "bottleneck": "Without attention",
    "untrained": "Untrained",
}


@dataclass(frozen=True, eq=False)
class Forced:
    """A sentence as it was read, its target ids with END, and the pass with the target fed in."""

    translator: Translator
    reading: Reading
    target: Ids
    trace: Trace

    @property
    def logits(self) -> Array:
        """Logits (t, V) of every step."""
        return np.asarray(self.trace.written.logits[0])

    @cached_property
    def least_sure(self) -> int:
        """The position, from 0, of the target word to which the model gives the least."""
        return int(log_softmax(self.logits)[np.arange(len(self.target)), self.target].argmin())


@st.cache_resource(show_spinner=False)
def exact(name: str) -> Translator:
    """A model in float64, so that differences can check it; the untrained one has attention."""
    shipped = load("attention" if name == "untrained" else name)
    if name == "untrained":
        return replace(shipped, theta=shipped.model.initialize(np.random.default_rng(0)))
    return replace(shipped, theta=shipped.theta.astype(np.float64))


@st.cache_resource(max_entries=64, show_spinner=False)
def forced_pass(name: str, german: str, english: str | None) -> Forced:
    """The pass of a sentence with its translation, or with the model's own greedy one for None."""
    translator = exact(name)
    reading = translator.read(german)
    words = (
        greedy(translator.model, translator.theta, reading.ids).ids
        if english is None
        else translator.target.encode(split(english))
    )
    target = (*words, END)
    batch = Batch(reading.ids[None], np.array([target]))
    trace = forced(translator.model, translator.theta, batch)
    return Forced(translator, reading, target, trace)


@st.cache_resource(max_entries=32, show_spinner=False)
def word_and_norms(
    name: str, german: str, english: str | None, position: int, label: int
) -> tuple[WordStep, dict[str, float]]:
    """The step at a position, from 0, with this label, and the gradient's norm by part."""
    now = forced_pass(name, german, english)
    model, theta = now.translator.model, now.translator.theta
    step = word_of(model, theta, now.trace, position, label)
    return step, part_norms(model, theta, now.trace, position, step)
