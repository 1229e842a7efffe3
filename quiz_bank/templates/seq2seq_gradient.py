"""Chapter 8: how the errors of all target words reach the encoder through its last state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.activations import Elementwise
from engine.losses import LOSSES
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import TENTHS, distinct, keeps_digits, one, until
from quiz_bank.templates.latex import equals, factor, number, signed, vector
from quiz_bank.templates.slips import SIGMOID, TANH, TANH_SLIPS

WEIGHTS = (-1.5, -1.2, -0.8, 0.8, 1.2, 1.5)


@dataclass(frozen=True, eq=False)
class Decoder:
    """One unit for two words: s_1 = tanh(q h + v x_1), s_2 = tanh(w s_1 + v x_2), with the logits
    r s_t of the probability that word t is the first of two, and labels y (2,)."""

    q: float
    w: float
    v: float
    r: float
    h: float
    x: Array
    y: Array

    def states(self) -> Array:
        """s_1 and s_2, (2,)."""
        first = float(TANH.f(self.q * self.h + self.v * self.x[0]))
        return np.array([first, float(TANH.f(self.w * first + self.v * self.x[1]))])

    def errors(self) -> Array:
        """p - y by step, (2,): the gradient at the logits."""
        return np.array(
            [
                float(LOSSES["binary_cross_entropy"].gradient(self.r * s, y))
                for s, y in zip(self.states(), self.y, strict=True)
            ]
        )

    def backward(self, errors: Array, rule: Elementwise = TANH) -> Array:
        """The derivatives before each tanh, (2,), from those at the logits."""
        s, before = self.states(), self.q * self.h + self.v * self.x[0]
        second = self.r * errors[1] * float(rule.df(self.w * s[0] + self.v * self.x[1]))
        first = (self.r * errors[0] + self.w * second) * float(rule.df(before))
        return np.array([first, second])

    def loss(self, h: Array) -> float:
        """The sum of the two cross-entropies from the encoder's state h, in plain NumPy."""
        s, total = np.tanh(self.q * h + self.v * self.x[0]), 0.0
        for k in range(2):
            total += np.log1p(np.exp(self.r * s)) - self.y[k] * self.r * s
            s = np.tanh(self.w * s + self.v * self.x[1])
        return float(total)


def _decoder(rng: np.random.Generator) -> Decoder:
    q, w, r = distinct(rng, WEIGHTS, 3).tolist()
    x, y = distinct(rng, TENTHS, 2), rng.integers(2, size=2).astype(float)
    return Decoder(q, w, one(rng, (-1.0, -0.5, 0.5, 1.0)), r, one(rng, TENTHS), x, y)


def _stands_out(d: Decoder) -> bool:
    """Whether nothing nearly cancels where the two errors meet or in the slopes."""
    size = np.abs(d.states())
    meeting = d.r * d.errors()[0], d.w * d.backward(d.errors())[1]
    return keeps_digits(meeting) and bool(((size > 0.1) & (size < 0.9)).all())


def encoder_state(rng: np.random.Generator) -> Variant:
    d = until(lambda: _decoder(rng), _stands_out)
    s, errors = d.states(), d.errors()
    p, delta = SIGMOID.f(d.r * s), d.backward(errors)
    answer = d.q * float(delta[0])

    def gradient(errors: Array = errors, rule: Elementwise = TANH) -> float:
        return d.q * float(d.backward(errors, rule)[0])

    own, back = d.r * errors[0], d.w * delta[1]
    return Variant(
        prompt=rf"""An encoder leaves its last state $h = {number(d.h)}$ to a decoder with one unit,
which writes two words:
$$
\begin{{aligned}} s_1 &= \tanh(q\,h + v\,x_1) \\ s_2 &= \tanh(w\,s_1 + v\,x_2) \end{{aligned}}
$$
with $q = {number(d.q)}$, $w = {number(d.w)}$, $v = {number(d.v)}$. By teacher forcing its inputs
are fixed: $x = {vector(d.x)}$. The vocabulary has two words, and $p_t = \sigma(r\,s_t)$ with
$r = {number(d.r)}$ is the probability of its first. The labels are $y = {vector(d.y)}$, with 1 for
the first word, and the loss $E$ is the sum of both cross-entropies.

What is $\dfrac{{\partial E}}{{\partial h}}$, which the decoder sends back to the encoder?""",
        answer=answer,
        objective=d.loss,
        at=np.array(d.h),
        solution=rf"""Forward: $s_1 {equals(s[0])}$, $s_2 {equals(s[1])}$; $p_1 {equals(p[0])}$,
$p_2 {equals(p[1])}$. At the logits: $p_1 - y_1 {equals(errors[0])}$ and $p_2 - y_2
{equals(errors[1])}$.

Second word: $\delta_2 = r\,(p_2 - y_2)(1 - s_2^2) {equals(delta[1])}$.

At $s_1$ its own error and what comes back from the second word meet:
$r\,(p_1 - y_1) + w\,\delta_2 = {number(own)} {signed(back)} {equals(own + back)}$. Through
the tanh: $\delta_1 {equals(delta[0])}$.

To the encoder: $\dfrac{{\partial E}}{{\partial h}} = q\,\delta_1 = {factor(d.q)} \cdot
{factor(delta[0])} {equals(answer)}$. The errors of all words pass through this one state.""",
        hints=(
            r"The state $h$ reaches both losses: go back from the second word to the first.",
            r"$\delta_2 = r\,(p_2 - y_2)(1 - s_2^2)$, and at $s_1$ two terms meet.",
            rf"$s_1 {equals(s[0])}$, $s_2 {equals(s[1])}$; $p_1 {equals(p[0])}$,"
            rf" $p_2 {equals(p[1])}$.",
        ),
        wrong={
            "first_word_only": gradient(errors * [1, 0]),
            "last_word_only": gradient(errors * [0, 1]),
            "no_sig": gradient(rule=TANH_SLIPS["no_sig"]),
            "ce_double": gradient(errors * p * (1 - p)),
            "stopped_at_decoder": float(delta[0]),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="seq2seq/encoder-state",
        chapter=8,
        topic="seq2seq",
        title="What comes back to the encoder",
        difficulty="hard",
        kind="number",
        source="Sutskever, Vinyals & Le 2014; Werbos 1990",
        seconds=360,
        make=encoder_state,
        tags=frozenset({"complete"}),
    ),
)
