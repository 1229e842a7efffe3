"""Chapter 8: how large an encoder-decoder is, and what passes from encoder to decoder."""

from __future__ import annotations

import numpy as np

from engine.by_hand.rnn import BLOCKS, parameter_count
from engine.seq2seq import Seq2Seq
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import distinct


def parameters(rng: np.random.Generator) -> Variant:
    source, target = (int(v) for v in distinct(rng, range(60, 201, 10), 2))
    e, half = int(rng.choice([8, 12, 16, 24])), int(rng.choice([6, 8, 10, 12, 16, 20]))
    h = 2 * half
    one_way, decoder = parameter_count("LSTM", e, half), parameter_count("LSTM", e, h)
    vectors, dense = (source + target) * e, target * (h + 1)
    answer = Seq2Seq(source, target, e, h, bidirectional=True, attention=None).size
    return Variant(
        prompt=rf"""An encoder-decoder without attention translates from {source} words into
{target}, START, END and PAD counted, with a vector of {e} numbers for each word of either language.
Its encoder is a bidirectional LSTM with {half} units in each direction. Its decoder is an
LSTM with {h} units, which starts from the last states of both directions, joined. A dense layer
with biases makes the logits. Each gate and each candidate has one bias vector.

How many parameters does it have?""",
        answer=float(answer),
        objective=lambda n: float(
            n**2
            / 2
            * (
                e * (source + target)
                + 2 * 4 * half * (e + half + 1)
                + 4 * h * (e + h + 1)
                + target * (h + 1)
            )
        ),
        at=np.array(1.0),
        solution=rf"""Word vectors: $({source} + {target}) \cdot {e} = {vectors}$.

Encoder: each direction has four blocks, $4 \cdot {half} \cdot ({e} + {half} + 1) = {one_way}$; both
together ${2 * one_way}$.

Decoder: $4 \cdot {h} \cdot ({e} + {h} + 1) = {decoder}$. Dense layer: ${target} \cdot ({h} + 1) =
{dense}$.

Sum: ${answer}$.""",
        hints=(
            "Two tables of word vectors, two encoder cells, the decoder's cell, the dense layer.",
            r"An LSTM cell with $d$ inputs and $h$ units has $4h(d + h + 1)$ parameters.",
        ),
        wrong={
            "no_biases": float(answer - 4 * (2 * half + h) - target),
            "blocks_not_counted": float(
                answer - (1 - 1 / BLOCKS["LSTM"]) * (2 * one_way + decoder)
            ),
            "embeddings_left_out": float(answer - vectors),
            "one_direction_only": float(answer - one_way),
            "directions_at_full_width": float(answer + 2 * (decoder - one_way)),
            "no_output_layer": float(answer - dense),
        },
    )


def memory(rng: np.random.Generator) -> Variant:
    tokens, layers = int(rng.integers(17, 41)), int(rng.integers(3, 5))
    h = int(rng.choice([100, 200, 250, 300, 400, 500]))

    def more(states: int = 2, start_layers: int = layers, read_layers: int = 1) -> float:
        return float(tokens * read_layers * h - states * start_layers * h)

    start, read = 2 * layers * h, tokens * h
    return Variant(
        prompt=rf"""An encoder of {layers} LSTM layers with {h} units each reads a sentence of
{tokens} tokens. Without attention, all that the decoder gets is the last hidden and the last cell
state of each layer. With attention it can also look at the hidden states that the top layer had
after each token.

How many more numbers do those hidden states hold than the last states?""",
        answer=more(),
        objective=lambda n: float(n**2 / 2 * np.full((tokens - 2 * layers, h), 1.0).sum()),
        at=np.array(1.0),
        solution=rf"""Last states: two for each of {layers} layers, $2 \cdot {layers} \cdot {h} =
{start}$ numbers, whatever the length of the sentence.

Hidden states for attention: one for each token, ${tokens} \cdot {h} = {read}$ numbers; they grow
with the sentence.

Difference: ${read} - {start} = {more():.0f}$.""",
        hints=(
            "An LSTM layer has two states: a hidden state and a cell state.",
            "Attention looks at the hidden states of one layer, one for each token.",
        ),
        wrong={
            "cells_left_out": more(states=1),
            "one_layer_only": more(start_layers=1),
            "all_layers_remembered": more(read_layers=layers),
            "memory_alone": more(states=0),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="seq2seq/memory",
        chapter=8,
        topic="seq2seq",
        title="What the decoder is given",
        difficulty="easy",
        kind="number",
        source="Sutskever, Vinyals & Le 2014; Bahdanau, Cho & Bengio 2015",
        seconds=90,
        make=memory,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="seq2seq/parameters",
        chapter=8,
        topic="seq2seq",
        title="Parameters of an encoder-decoder",
        difficulty="medium",
        kind="number",
        source="Sutskever, Vinyals & Le 2014; Schuster & Paliwal 1997",
        seconds=210,
        make=parameters,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
)
