"""The eight steps of the post's series, and where each of them is found here."""

from __future__ import annotations

from dataclasses import dataclass

POST = "lstm_by_hand"
SEQUENCES = "sequence_models"
TRANSLATION = "translation"


@dataclass(frozen=True)
class Stop:
    """One step: its name, the question it answers, the labs as (page, lab), the files of the
    engine, and the topics of the quiz."""

    name: str
    question: str
    labs: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    topics: tuple[str, ...]


STOPS = (
    Stop(
        "Landscape",
        "Why learn to translate instead of writing down the rules?",
        (("deep_learning", "fields"), ("deep_learning", "matching"), (TRANSLATION, "translate")),
        ("translation/grammar/sampler.py", "translation/words.py", "translation/vocabulary.py"),
        ("learning", "embeddings"),
    ),
    Stop(
        "Architectures",
        "Which network suits a sequence that becomes another one?",
        (
            (SEQUENCES, "unrolled"),
            (SEQUENCES, "cell"),
            (SEQUENCES, "memory"),
            (SEQUENCES, "costs"),
            (TRANSLATION, "bottleneck"),
        ),
        ("recurrent/rnn.py", "recurrent/gru.py", "recurrent/lstm.py", "seq2seq/attention.py"),
        ("recurrent", "gru", "seq2seq", "attention"),
    ),
    Stop(
        "Forward pass",
        "How do words become probabilities of the next word?",
        (
            ("training", "backprop"),
            (SEQUENCES, "cell"),
            (POST, "softmax_head"),
            (TRANSLATION, "word_step"),
        ),
        ("by_hand/lstm.py", "seq2seq/encoder.py", "seq2seq/model.py", "seq2seq/loss.py"),
        ("lstm", "losses"),
    ),
    Stop(
        "Backward pass",
        "How does every weight learn what it did to the loss?",
        (
            (POST, "trails"),
            (POST, "derivation"),
            (POST, "weights"),
            (POST, "notation"),
            (SEQUENCES, "gradient_flow"),
        ),
        ("by_hand/lstm_labels.py", "recurrent/base.py", "seq2seq/model.py", "gradcheck.py"),
        ("backprop", "lstm", "vanishing", "exploding"),
    ),
    Stop(
        "Prototype",
        "What does an encoder-decoder consist of?",
        ((POST, "softmax_head"), (TRANSLATION, "word_step"), (TRANSLATION, "bottleneck")),
        ("seq2seq/parameters.py", "seq2seq/encoder.py", "seq2seq/model.py"),
        ("seq2seq", "embeddings"),
    ),
    Stop(
        "Training code",
        "How does the model get from random numbers to sentences?",
        (
            (TRANSLATION, "train_translator"),
            ("optimizers", "race"),
            ("exploding_gradients", "clipping"),
            ("regularization", "stopping"),
        ),
        ("seq2seq/training.py", "seq2seq/batch.py", "seq2seq/teaching.py", "optimizers.py"),
        ("optimizers", "regularization", "exploding"),
    ),
    Stop(
        "Inference",
        "How does a trained model choose one sentence of so many?",
        ((TRANSLATION, "translate"), (TRANSLATION, "word_step")),
        ("seq2seq/decoding.py", "seq2seq/beam.py"),
        ("seq2seq", "attention"),
    ),
    Stop(
        "Application",
        "Does it work for sentences that nobody has prepared?",
        (
            (TRANSLATION, "translate"),
            (TRANSLATION, "bottleneck"),
            (TRANSLATION, "train_translator"),
        ),
        ("translation/translator.py", "translation/shipped.py", "translation/pairs.py"),
        ("seq2seq", "embeddings"),
    ),
)
"""In the order of the series, the post on the LSTM's backward pass being the fourth."""

NAMES = tuple(stop.name for stop in STOPS)
ASKED, AFTER = NAMES.index("Backward pass"), NAMES.index("Backward pass") + 1
"""The step that the prediction names, and the one it asks for."""
PREDICTIONS = ("Inference", "Prototype", "Application", "Training code")
