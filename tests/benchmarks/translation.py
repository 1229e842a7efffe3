"""The encoder-decoder: a training step against torch in float32, and one sentence translated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from engine.optimizers import Adam
from engine.seq2seq import END, START, Batch, Seq2Seq
from engine.seq2seq.decoding import greedy
from engine.seq2seq.loss import sequence_loss
from engine.translation.shipped import MODELS, held_out_sentences
from engine.translation.shipped import load as shipped_translator
from tests.benchmarks.table import Result, median_seconds

BATCH, LENGTH, WORDS, EMBEDDING, HIDDEN = 64, 8, 800, 64, 128
TARGET, SENTENCE, SENTENCES = 1.3, 0.05, 50  # times torch; seconds; how many
ATTENTIONS = {"without attention": None, "with attention": "general"}


def batch() -> Batch:
    """Sources and targets (BATCH, LENGTH) without padding."""
    source, target = np.random.default_rng(0).integers(END + 1, WORDS, (2, BATCH, LENGTH))
    target[:, -1] = END
    return Batch(source, target)


def our_step(attention: str | None) -> Callable[[], None]:
    """Forward, cross-entropy, backward and Adam."""
    model, rule, data = (
        Seq2Seq(WORDS, WORDS, EMBEDDING, HIDDEN, attention=attention),
        Adam(),
        batch(),
    )
    theta = model.initialize(np.random.default_rng(0)).astype(np.float32)
    now = {"theta": theta, "state": rule.init(theta)}

    def step() -> None:
        logits, trace = model.forward(now["theta"], data)
        _, dlogits = sequence_loss(logits, data.target)
        gradient = model.backward(now["theta"], trace, dlogits)
        now["theta"], now["state"] = rule.step(now["theta"], gradient, now["state"])

    return step


def torch_step(torch: Any, attention: str | None) -> Callable[[], None]:
    """The same by autograd and torch.optim."""
    nn, data = torch.nn, batch()
    parts = nn.ModuleDict(
        {
            "source": nn.Embedding(WORDS, EMBEDDING),
            "target": nn.Embedding(WORDS, EMBEDDING),
            "encoder": nn.LSTM(EMBEDDING, HIDDEN, batch_first=True),
            "decoder": nn.LSTM(EMBEDDING, HIDDEN, batch_first=True),
            "score": nn.Linear(HIDDEN, HIDDEN, bias=False),
            "join": nn.Linear(2 * HIDDEN, HIDDEN, bias=False),
            "dense": nn.Linear(HIDDEN, WORDS),
        }
    )
    source, fed, target = map(torch.tensor, (data.source, data.inputs, data.target))
    optimizer, loss = torch.optim.Adam(parts.parameters()), nn.CrossEntropyLoss()
    assert data.inputs[0, 0] == START

    def step() -> None:
        optimizer.zero_grad()
        memory, state = parts["encoder"](parts["source"](source))
        h, _ = parts["decoder"](parts["target"](fed), state)
        if attention:
            weights = torch.softmax(parts["score"](h) @ memory.transpose(1, 2), -1)
            h = torch.tanh(parts["join"](torch.cat([weights @ memory, h], -1)))
        loss(parts["dense"](h).flatten(0, 1), target.flatten()).backward()
        optimizer.step()

    return step


def run() -> Iterator[tuple[str, Result]]:
    for name, attention in ATTENTIONS.items():
        yield f"step {name}", _step(attention)
    for name in MODELS:
        yield f"sentence, {name}", _sentence(name)


def _step(attention: str | None) -> Result:
    try:
        import torch
    except ImportError:
        (seconds,) = median_seconds(our_step(attention))
        return Result(f"{seconds * 1e3:.1f} ms; torch is not installed", "1.3 x torch", False)
    mine, peer = median_seconds(our_step(attention), torch_step(torch, attention), repeats=30)
    measured = f"{mine / peer:.2f} x torch ({mine * 1e3:.1f} of {peer * 1e3:.1f} ms)"
    return Result(measured, "at most 1.3", mine / peer <= TARGET)


def _sentence(name: str) -> Result:
    translator = shipped_translator(name)
    sources = [translator.read(row.german).ids for row in held_out_sentences(name)[:SENTENCES]]
    (seconds,) = median_seconds(
        lambda: [greedy(translator.model, translator.theta, ids) for ids in sources]
    )
    each = seconds / SENTENCES
    return Result(f"{each * 1e3:.1f} ms", "at most 50 ms", each <= SENTENCE)
