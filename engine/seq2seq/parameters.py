"""What an encoder-decoder learns: one flat theta, and named views of its parts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats
from engine.initializers import INITIALIZERS
from engine.layers import Dense, Dropout
from engine.recurrent import LSTM
from engine.seq2seq.attention import ATTENTIONS
from engine.seq2seq.encoder import Encoder
from engine.types import Array

EMBEDDING_SCALE = 0.1  # standard deviation of a start's word vectors


@dataclass(frozen=True)
class Parts:
    """The parts of an encoder-decoder, and where each lies in theta."""

    source: int
    target: int
    embedding: int = 64
    hidden: int = 128
    layers: int = 1
    bidirectional: bool = False
    attention: str | None = "general"
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if self.attention is not None and self.attention not in ATTENTIONS:
            choices = ", ".join(ATTENTIONS)
            raise ValueError(f"unknown attention {self.attention!r}; choose None or {choices}")
        if self.bidirectional and self.hidden % 2:
            raise ValueError(f"two directions need an even number of units, got {self.hidden}")
        Dropout(self.dropout)

    @cached_property
    def encoder(self) -> Encoder:
        """What reads the source."""
        return Encoder(self.embedding, self.hidden, self.layers, self.bidirectional)

    @cached_property
    def decoder(self) -> LSTM:
        """What writes the target."""
        return LSTM(self.embedding, self.hidden, self.layers)

    @cached_property
    def head(self) -> Dense:
        """The dense layer from a vector (hidden,) to logits (target,)."""
        return Dense(self.hidden, self.target)

    @cached_property
    def shapes(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """The shapes of the parameters by part and name, in the order of theta."""
        d, cells = self.hidden, self.encoder.cells
        score = ATTENTIONS[self.attention].shapes(d) | {"W_c": (2 * d, d)} if self.attention else {}
        return {
            "source embedding": {"E_source": (self.source, self.embedding)},
            **{
                name: {f"{name}.{key}": shape for key, shape in cell.shapes(0).items()}
                for name, cell in zip(self.encoder.names, cells, strict=True)
            },
            "target embedding": {"E_target": (self.target, self.embedding)},
            "decoder": {
                f"decoder{layer + 1}.{key}": shape
                for layer in range(self.layers)
                for key, shape in self.decoder.shapes(layer).items()
            },
            "attention": score,
            "dense": {"W_y": (d, self.target), "b_y": (self.target,)},
        }

    @cached_property
    def spans(self) -> dict[str, slice]:
        """Where each part lies in theta."""
        spans, start = {}, 0
        for part, shapes in self.shapes.items():
            stop = start + sum(map(math.prod, shapes.values()))
            spans[part] = slice(start, stop)
            start = stop
        return spans

    @property
    def size(self) -> int:
        """The number of parameters: the length of theta."""
        return int(self.spans["dense"].stop)

    def unpack(self, theta: ArrayLike) -> dict[str, Array]:
        """Shaped views of theta by name. ValueError for a wrong size."""
        flat = as_floats(theta)
        if flat.shape != (self.size,):
            raise ValueError(f"expected theta of shape ({self.size},), got {flat.shape}")
        views, start = {}, 0
        for shapes in self.shapes.values():
            for name, shape in shapes.items():
                stop = start + math.prod(shape)
                views[name] = flat[start:stop].reshape(shape)
                start = stop
        return views

    def initialize(self, rng: np.random.Generator) -> Array:
        """A starting theta (size,): word vectors small and normal, cells as `LSTM` has them,
        matrices Xavier uniform, biases 0."""
        theta = np.zeros(self.size)
        xavier, views = INITIALIZERS["xavier_uniform"], self.unpack(theta)
        for part, names in self.shapes.items():
            for name in names:
                view = views[name]
                if part.endswith("embedding"):
                    view[...] = EMBEDDING_SCALE * rng.normal(size=view.shape)
                elif part in ("attention", "dense") and not name.startswith("b"):
                    view[...] = xavier(rng, len(view), view.size // len(view)).reshape(view.shape)
        parts, cells = (*self.encoder.names, "decoder"), (*self.encoder.cells, self.decoder)
        for part, cell in zip(parts, cells, strict=True):
            theta[self.spans[part]] = cell.initialize(rng)
        return theta
