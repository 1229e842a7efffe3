"""Chapter 8: the gradient at one word of a target sentence, with and without label smoothing."""

from __future__ import annotations

import numpy as np

from engine.activations import softmax
from engine.losses import LOSSES
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import distinct, keeps_digits, one, until
from quiz_bank.templates.latex import number, vector

LOGITS = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0, 2.5)
VOCABULARIES = (
    ("how", "are", "you", "END"),
    ("she", "is", "tired", "END"),
    ("we", "drink", "tea", "END"),
    ("not", "today", "please", "END"),
)


def _word(rng: np.random.Generator) -> tuple[tuple[str, ...], Array, int]:
    """A vocabulary of four words, the decoder's logits (4,), and which word is the right one."""
    words = VOCABULARIES[rng.integers(len(VOCABULARIES))]
    return words, distinct(rng, LOGITS, len(words)), int(rng.integers(len(words)))


def _listed(words: tuple[str, ...]) -> str:
    quoted = [f'"{word}"' for word in words]
    return ", ".join(quoted[:-1]) + f" and {quoted[-1]}"


def word_gradient(rng: np.random.Generator) -> Variant:
    words, z, target = _word(rng)
    n = int(rng.choice([3, 4, 6, 7, 8]))
    y, p = np.eye(len(words))[target], softmax(z)
    answer = LOSSES["cross_entropy"].gradient(z, target) / n
    return Variant(
        prompt=rf"""A decoder writes with the vocabulary {_listed(words)}, in this order. In one
step its logits are $z = {vector(z)}$, and the target word is "{words[target]}". The target sentence
has {n} tokens, END included, and the loss $E$ is the mean of their cross-entropies.

Give $\nabla_z E$, the gradient at the logits of this step.""",
        answer=answer,
        objective=lambda z: float(np.log(np.exp(z).sum()) - z[target]) / n,
        at=z,
        solution=rf"""Softmax: $p \approx {vector(p)}$. The target as a one-hot vector:
$y = {vector(y)}$.

By these logits the step's own cross-entropy has the gradient $p - y \approx {vector(p - y)}$. The
other steps do not use them.

The mean over {n} tokens divides by {n}: $\nabla_z E = \dfrac{{p - y}}{{{n}}} \approx
{vector(answer)}$.""",
        hints=(
            r"Softmax and cross-entropy together have the gradient $p - y$, with $y$ one-hot.",
            rf"$p \approx {vector(p)}$.",
            f"The step has one share in a mean over {n} tokens.",
        ),
        wrong={
            "token_mean_left_out": p - y,
            "label_left_out": p / n,
            "ce_double": (p - y) * p * (1 - p) / n,
            "logits_for_probabilities": (z - y) / n,
            "right_word_only": (p - y) * y / n,
        },
    )


def _smoothed(target: int, eps: float, size: int) -> Array:
    """A label smoothed over all of `size` words (Szegedy et al. 2016)."""
    return np.asarray((1 - eps) * np.eye(size)[target] + eps / size)


def smoothed_gradient(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[tuple[str, ...], Array, int, float]:
        return *_word(rng), one(rng, (0.1, 0.2, 0.3))

    def good(drawn: tuple[tuple[str, ...], Array, int, float]) -> bool:
        words, z, target, eps = drawn
        labels = _smoothed(target, eps, len(words))
        return all(keeps_digits(pair) for pair in zip(softmax(z), -labels, strict=True))

    words, z, target, eps = until(draw, good)
    size, p = len(words), softmax(z)
    own = np.eye(size)[target]
    labels = _smoothed(target, eps, size)
    answer = LOSSES["cross_entropy"].gradient(z, labels)

    def loss(z: Array) -> float:
        logs = z - np.log(np.exp(z).sum())
        return float(-(1 - eps) * logs[target] - eps * logs.mean())

    return Variant(
        prompt=rf"""A decoder writes with the vocabulary {_listed(words)}, in this order. In one
step its logits are $z = {vector(z)}$, and the target word is "{words[target]}". It is trained with
label smoothing $\varepsilon = {number(eps)}$: the label is
$$
y' = (1 - \varepsilon)\, y + \frac{{\varepsilon}}{{{size}}}
$$
in each of its {size} entries, with $y$ one-hot. The loss is $E = -\sum_k y'_k \ln p_k$ with
$p = \operatorname{{softmax}}(z)$.

Give $\nabla_z E$.""",
        answer=answer,
        objective=loss,
        at=z,
        solution=rf"""Softmax: $p \approx {vector(p)}$.

Smoothed label: every word gets $\varepsilon / {size} = {number(eps / size)}$, the right one
$1 - \varepsilon = {number(1 - eps)}$ more: $y' = {vector(labels)}$. Its entries sum to 1.

For any label that sums to 1 the gradient is the difference:
$\nabla_z E = p - y' \approx {vector(answer)}$.""",
        hints=(
            r"The gradient at the logits is $p$ minus the label, also when the label is smoothed.",
            rf"$y' = {vector(labels)}$.",
            rf"$p \approx {vector(p)}$.",
        ),
        wrong={
            "smoothing_left_out": p - own,
            "smoothing_others_only": p - np.where(own > 0, 1 - eps, eps / (size - 1)),
            "smoothing_share_left_out": p - np.where(own > 0, 1 - eps, eps / size),
            "ce_double": (p - labels) * p * (1 - p),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="seq2seq/word-gradient",
        chapter=8,
        topic="seq2seq",
        title="The gradient at one word",
        difficulty="easy",
        kind="vector",
        source="Bridle 1990; Sutskever, Vinyals & Le 2014",
        seconds=180,
        make=word_gradient,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="seq2seq/smoothed-gradient",
        chapter=8,
        topic="seq2seq",
        title="The gradient with label smoothing",
        difficulty="medium",
        kind="vector",
        source="Szegedy et al. 2016, section 7; Vaswani et al. 2017, section 5.4",
        seconds=210,
        make=smoothed_gradient,
        tags=frozenset({"complete"}),
    ),
)
