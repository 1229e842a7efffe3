"""Trains the models that ship with the project and writes their files.

    OPENBLAS_NUM_THREADS=1 python -m engine.translation.ship

All randomness comes from fixed seeds; another BLAS may round other last digits.
"""

from __future__ import annotations

import sys
import time

from engine.seq2seq import Seq2Seq
from engine.seq2seq.training import Progress, Settings, train
from engine.translation.grammar import Pair, splits
from engine.translation.shipped import MODELS, HeldOut, Shipped, save
from engine.translation.translator import Translator, examples
from engine.translation.vocabulary import Vocabulary
from engine.translation.words import split

EMBEDDING, HIDDEN, DROPOUT = 64, 128, 0.2
SETTINGS = Settings(
    optimizer="Adam",
    learning_rate=3e-3,
    schedule="linear_warmup",
    epochs=24,
    batch_size=64,
    clip=1.0,
    smoothing=0.05,
)


def ship(name: str) -> Shipped:
    """A model of MODELS, trained on the corpus, with its translations of the test sentences."""
    training, validation, test = splits()
    source, target = vocabularies(training)
    model = Seq2Seq(
        len(source),
        len(target),
        EMBEDDING,
        HIDDEN,
        bidirectional=True,
        attention=MODELS[name],
        dropout=DROPOUT,
    )
    last, seconds = _trained(model, training, validation, source, target)
    translator = Translator(model, last.best_theta, source, target)
    outputs = translator.translate_all([pair.german for pair in test])
    tested = tuple(
        HeldOut(pair.german, pair.english, output, pair.kind)
        for pair, output in zip(test, outputs, strict=True)
    )
    record = {
        "pairs": len(training),
        "epochs": SETTINGS.epochs,
        "steps": last.steps,
        "seconds": round(seconds),
        "held-out loss": last.checkpoint.best_score,
        "exactly right": sum(row.output == row.reference for row in tested) / len(tested),
    }
    return Shipped(translator, record, tested)


def vocabularies(pairs: tuple[Pair, ...]) -> tuple[Vocabulary, Vocabulary]:
    """All German and all English words of these pairs."""
    return (
        Vocabulary.of([split(pair.german) for pair in pairs]),
        Vocabulary.of([split(pair.english) for pair in pairs]),
    )


def _trained(
    model: Seq2Seq,
    training: tuple[Pair, ...],
    validation: tuple[Pair, ...],
    source: Vocabulary,
    target: Vocabulary,
) -> tuple[Progress, float]:
    """The end of the training, and the seconds it took."""
    learned, held_out = (
        examples([(pair.german, pair.english) for pair in pairs], source, target)
        for pairs in (training, validation)
    )
    start = time.monotonic()
    for progress in train(model, SETTINGS, learned, held_out):
        if progress.held_out is not None:
            print(f"epoch {progress.epoch:.0f}: held-out loss {progress.held_out:.4f}", flush=True)
    return progress, time.monotonic() - start


if __name__ == "__main__":
    for name in sys.argv[1:] or MODELS:
        found = ship(name)
        size = save(name, found)
        print(f"{name}: {found.record}, {size / 1e6:.2f} MB")
