"""Chapter 8: the softmax head of an LSTM, where the way back begins."""

from __future__ import annotations

import numpy as np

from engine.by_hand.softmax_head import softmax_head
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, keeps_digits, several, until
from quiz_bank.templates.latex import matrix, vector


def _head(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """A softmax head: weights (3, 2), hidden state (2,), and the right word, one-hot (3,)."""
    W, h = several(rng, HALVES, 3, 2), several(rng, (-0.8, -0.5, -0.3, 0.3, 0.5, 0.8), 2)
    return W, h, np.eye(3)[rng.integers(3)]


def _sums_stand_out(drawn: tuple[Array, Array, Array]) -> bool:
    """Whether no entry of the gradient by the hidden state is a sum that nearly cancels."""
    W, _, y = drawn
    return all(keeps_digits(column * (softmax_head(*drawn).p - y)) for column in W.T)


def head_gradient(rng: np.random.Generator) -> Variant:
    W, h, y = until(lambda: _head(rng), _sums_stand_out)
    k = int(np.argmax(y))
    head = softmax_head(W, h, y)
    p, answer = head.p, head.da[0]

    def objective(h: Array) -> float:
        logits = W @ h
        return float(np.log(np.exp(logits).sum()) - logits[k])

    return Variant(
        prompt=rf"""The last hidden state of an LSTM is $h = {vector(h)}$. A softmax head without
biases makes probabilities of three words from it, $p = \operatorname{{softmax}}(W_y h)$ with
$$
W_y = {matrix(W)},
$$
and the right word is number {k + 1}. The loss is the cross-entropy $E = -\ln p_{k + 1}$.

Give $\dfrac{{\partial E}}{{\partial h}}$, the two numbers with which the way back through the LSTM
begins.""",
        answer=answer,
        objective=objective,
        at=h,
        solution=rf"""Logits: $W_y h = {vector(head.z)}$. Probabilities: $p \approx {vector(p)}$.

By the logits the derivative is $p - y \approx {vector(p - y)}$: softmax and cross-entropy together,
with nothing left to multiply.

Back through the weights: $\dfrac{{\partial E}}{{\partial h}} = W_y^\top (p - y)
\approx {vector(answer)}$.""",
        hints=(
            r"By the logits the derivative of $E$ is $p - y$, with $y$ one at the right word.",
            r"A linear map goes back by its transpose: $W_y^\top (p - y)$.",
            rf"Here $p \approx {vector(p)}$.",
        ),
        wrong={
            "ce_double": W.T @ ((p - y) * p * (1 - p)),
            "label_left_out": W.T @ p,
            "right_word_only": W.T @ ((p - y) * y),
            "logits_for_probabilities": W.T @ (head.z - y),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="lstm/softmax-head",
        chapter=8,
        topic="lstm",
        title="From the softmax head into the LSTM",
        difficulty="medium",
        kind="vector",
        source="Bridle 1990; Bayesian Quest 2020, part IV; handbook chapter 8",
        seconds=240,
        make=head_gradient,
        tags=frozenset({"complete"}),
    ),
)
