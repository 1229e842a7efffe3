"""The encoder-decoder: an LSTM reads the source, another one writes the target word by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from engine.layers import Dropout, Pass
from engine.layers.base import EVALUATION
from engine.recurrent import Cache
from engine.seq2seq.attention import (
    ATTENTIONS,
    Attended,
    attend,
    attend_back,
    by_rows,
    sum_of_products,
)
from engine.seq2seq.batch import Batch
from engine.seq2seq.embedding import lookup, lookup_gradient
from engine.seq2seq.encoder import Read, State
from engine.seq2seq.parameters import Parts
from engine.sequence_tasks import Integers
from engine.types import Array


class Memory(NamedTuple):
    """What the encoder leaves: outputs (n, s, hidden) and the last state of each layer, h and c
    (layers, n, hidden), with which the decoder starts."""

    outputs: Array
    state: State


class Written(NamedTuple):
    """A decoder's pass over t steps: logits (n, t, target), the vectors they come from and the
    outputs of its cell (n, t, hidden), where it attended, the cell's cache and the factors of
    dropout on embeddings and vectors."""

    logits: Array
    vectors: Array
    outputs: Array
    seen: Attended | None
    cache: Cache
    factors: tuple[Any, Any]


class Trace(NamedTuple):
    """What `backward` needs of a forward pass."""

    batch: Batch
    inputs: Integers
    memory: Memory
    read: Read
    factor: Any
    written: Written


@dataclass(frozen=True)
class Seq2Seq(Parts):
    """An encoder-decoder from `source` to `target` words (Sutskever et al. 2014).

    Both LSTMs have `layers` layers of `hidden` units; a bidirectional encoder has half of them per
    direction. The decoder starts with the encoder's last state. `attention` is None or a name in
    ATTENTIONS. `dropout` is the rate on word vectors and before the last layer, in training.

    Raises ValueError for an unknown attention, for odd `hidden` in two directions, and for a rate
    outside [0, 1).
    """

    def encode(self, theta: Array, source: Integers) -> Memory:
        """What the encoder leaves of source (n, s), without dropout."""
        return self._read(theta, source, EVALUATION)[0]

    def states(self, theta: Array, source: Integers) -> State:
        """Hidden and cell values of the encoder's top layer at each word, (n, s, hidden) each."""
        return self.encoder.states(self._read(theta, source, EVALUATION)[1])

    def decode(self, theta: Array, memory: Memory, state: State, ids: Integers) -> Written:
        """The decoder fed with ids (n, t) from a state on, without dropout. Its cache has the state
        after the last of them."""
        return self._write(theta, memory, state, ids, EVALUATION)

    def forward(
        self,
        theta: Array,
        batch: Batch,
        rng: np.random.Generator | None = None,
        inputs: Integers | None = None,
    ) -> tuple[Array, Trace]:
        """Logits (n, t, target) for each target of a batch, and the trace.

        The decoder is fed the target before (teacher forcing), or with `inputs` (n, t). With an rng
        there is dropout.
        """
        run = Pass(True, rng) if rng is not None and self.dropout else EVALUATION
        fed = batch.inputs if inputs is None else inputs
        memory, read, factor = self._read(theta, batch.source, run)
        written = self._write(theta, memory, memory.state, fed, run)
        return written.logits, Trace(batch, fed, memory, read, factor, written)

    def backward(self, theta: Array, trace: Trace, dlogits: Array) -> Array:
        """The gradient (size,), from derivatives by the logits (n, t, target)."""
        gradient = np.zeros_like(theta)
        dvectors = self._dense_back(theta, gradient, trace.written, dlogits)
        doutputs, dmemory = self._attention_back(theta, gradient, trace, dvectors)
        dstate = self._decoder_back(theta, gradient, trace, doutputs)
        self._encoder_back(theta, gradient, trace, dmemory, dstate)
        return gradient

    def _read(self, theta: Array, source: Integers, run: Pass) -> tuple[Memory, Read, Any]:
        """The memory of source (n, s), the encoder's caches and dropout's factor on its words."""
        words = lookup(self.unpack(theta)["E_source"], source.T).swapaxes(0, 1)
        x, factor = Dropout(self.dropout).forward({}, words, run)
        thetas = [theta[self.spans[name]] for name in self.encoder.names]
        outputs, state, read = self.encoder.forward(thetas, x)
        return Memory(outputs, state), read, factor

    def _write(
        self, theta: Array, memory: Memory, state: State, ids: Integers, run: Pass
    ) -> Written:
        p, dropout = self.unpack(theta), Dropout(self.dropout)
        words = lookup(p["E_target"], ids.T).swapaxes(0, 1)
        x, on_words = dropout.forward({}, words, run)
        outputs, cache = self.decoder.forward(theta[self.spans["decoder"]], x, state)
        seen, vectors = None, outputs
        if self.attention is not None:
            seen = attend(ATTENTIONS[self.attention], p, outputs, memory.outputs)
            vectors = seen.vector
        vectors, on_vectors = dropout.forward({}, vectors, run)
        logits = by_rows(vectors, p["W_y"])
        logits += p["b_y"]
        return Written(logits, vectors, outputs, seen, cache, (on_words, on_vectors))

    def _dense_back(self, theta: Array, gradient: Array, written: Written, dlogits: Array) -> Array:
        """Derivatives by the vectors before dropout, from those by the logits."""
        g = self.unpack(gradient)
        g["W_y"][...] = sum_of_products(written.vectors, dlogits)
        g["b_y"][...] = dlogits.sum(axis=(0, 1))
        back = by_rows(dlogits, self.unpack(theta)["W_y"].T)
        return np.asarray(back * written.factors[1])

    def _attention_back(
        self, theta: Array, gradient: Array, trace: Trace, dvectors: Array
    ) -> tuple[Array, Array]:
        """Derivatives by the decoder's outputs and by the memory's."""
        written, memory = trace.written, trace.memory.outputs
        if written.seen is None or self.attention is None:
            return dvectors, np.zeros_like(memory)
        p, score = self.unpack(theta), ATTENTIONS[self.attention]
        doutputs, dmemory, grads = attend_back(
            score, p, written.outputs, memory, written.seen, dvectors
        )
        g = self.unpack(gradient)
        for name, value in grads.items():
            g[name][...] = value
        return doutputs, dmemory

    def _decoder_back(self, theta: Array, gradient: Array, trace: Trace, doutputs: Array) -> State:
        """Derivatives by the state that the decoder started with."""
        span, written = self.spans["decoder"], trace.written
        gradient[span], dwords, dstate = self.decoder.backward(theta[span], written.cache, doutputs)
        dE = lookup_gradient(trace.inputs, dwords * written.factors[0], self.target)
        self.unpack(gradient)["E_target"][...] = dE
        dh, dc = dstate
        return dh, dc

    def _encoder_back(
        self, theta: Array, gradient: Array, trace: Trace, dmemory: Array, dstate: State
    ) -> None:
        spans = [self.spans[name] for name in self.encoder.names]
        thetas = [theta[span] for span in spans]
        found, dx = self.encoder.backward(thetas, trace.read, dmemory, dstate)
        for span, value in zip(spans, found, strict=True):
            gradient[span] = value
        dE = lookup_gradient(trace.batch.source, dx * trace.factor, self.source)
        self.unpack(gradient)["E_source"][...] = dE
