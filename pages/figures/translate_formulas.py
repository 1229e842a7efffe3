"""One step of the decoder worked out again from the weights, and its formulas with the numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.activations import softmax
from engine.seq2seq.beam import length_penalty
from engine.types import Array, Views
from pages.figures.backprop_steps import result, tex
from pages.figures.translate import Translation

Lines = list[tuple[str, str]]

SCORES: dict[str, tuple[str, Callable[[Views, Array, Array], Array]]] = {
    "dot": (r"h_t^\top m_i", lambda p, h, m: m @ h),
    "general": (r"h_t^\top W_a\, m_i", lambda p, h, m: m @ (h @ p["W_a"])),
    "additive": (
        r"v_a^\top \tanh(W_h h_t + W_m m_i)",
        lambda p, h, m: np.tanh(h @ p["W_h"] + m @ p["W_m"]) @ p["v_a"],
    ),
}
"""The formula of each score of a state h (d,) with the places m (s, d), and its value (s,)."""


@dataclass(frozen=True, eq=False)
class Looked:
    """Scores and weights (s,), and the context (d,)."""

    scores: Array
    weights: Array
    context: Array


@dataclass(frozen=True, eq=False)
class Worked:
    """A step in double precision: what attention took, if there is any, the vector (d,) that the
    dense layer gets, the logits (V,) and the biases among them."""

    looked: Looked | None
    vector: Array
    logits: Array
    bias: Array


def work_out(made: Translation, t: int) -> Worked:
    """Step t (from 1) from the decoder's state and the encoder's outputs on."""
    model = made.translator.model
    p = {k: v.astype(float) for k, v in model.unpack(made.translator.theta).items()}
    h = made.written.outputs[0, t - 1].astype(float)
    if model.attention is None:
        return Worked(None, h, h @ p["W_y"] + p["b_y"], p["b_y"])
    m = made.memory.outputs[0].astype(float)
    e = SCORES[model.attention][1](p, h, m)
    weights = softmax(e)
    context = weights @ m
    vector = np.tanh(np.concatenate([context, h]) @ p["W_c"])
    return Worked(Looked(e, weights, context), vector, vector @ p["W_y"] + p["b_y"], p["b_y"])


def attention_lines(made: Translation, looked: Looked, vector: Array) -> Lines:
    """Score, weight, context and vector, with the numbers of the German word that weighs most."""
    formula, _ = SCORES[made.translator.model.attention or "dot"]
    i = int(looked.weights.argmax())
    e, total = float(looked.scores[i]), float(np.exp(looked.scores - looked.scores.max()).sum())
    k, d = i + 1, len(looked.context)
    return [
        (rf"e_{{{k}}} = {formula.replace('_i', f'_{{{k}}}')}", result(e)),
        (
            rf"\alpha_{{{k}}} = \frac{{e^{{e_{{{k}}}}}}}{{\sum_j e^{{e_j}}}}"
            rf" = \frac{{e^{{e_{{{k}}} - \max e}}}}{{\sum_j e^{{e_j - \max e}}}}",
            rf"\frac{{1}}{{{tex(total, 6)}}} = {result(float(looked.weights[i]))}",
        ),
        (r"\sum_i \alpha_i", tex(float(looked.weights.sum()), 8)),
        (
            rf"c_t = \sum_i \alpha_i\, m_i \in \mathbb{{R}}^{{{d}}},\quad \lVert c_t \rVert",
            result(float(np.linalg.norm(looked.context))),
        ),
        (
            rf"\tilde h_t = \tanh([c_t, h_t]\, W_c) \in \mathbb{{R}}^{{{len(vector)}}},"
            r"\quad \lVert \tilde h_t \rVert",
            result(float(np.linalg.norm(vector))),
        ),
    ]


def word_lines(made: Translation, t: int, step: Worked) -> Lines:
    """Logit and probability of the word that is written."""
    k, heat = made.ids[t - 1], made.decoding.heat
    z, bias = float(step.logits[k]), float(step.bias[k])
    p = float(softmax(step.logits / heat)[k])
    top = float(step.logits.max()) / heat
    total = float(np.exp(step.logits / heat - top).sum())
    name = r"h_t" if step.looked is None else r"\tilde h_t"
    over = "" if heat == 1 else r" / \tau"
    size = len(step.logits)
    shifted = rf"e^{{{tex(z / heat - top)}}}"
    return [
        (
            rf"z_k = {name}^\top W_{{y,k}} + b_{{y,k}}",
            rf"{tex(z - bias)} + {tex(bias)} = {result(z)}",
        ),
        (
            rf"p_k = \frac{{e^{{z_k{over}}}}}{{\sum_{{j=1}}^{{{size}}} e^{{z_j{over}}}}}"
            r"\quad\text{(all } z \text{ less the largest)}",
            rf"\frac{{{shifted}}}{{{tex(total, 6)}}} = {result(p)}",
        ),
    ]


def sentence_lines(made: Translation) -> Lines:
    """The log-probability of the whole output and its score under the length penalty."""
    own = made.log_chances
    terms = [tex(float(v), 3) for v in own]
    told = terms if len(terms) <= 6 else [*terms[:3], r"\dots", terms[-1]]
    alpha, n = made.decoding.penalty, len(own)
    total, divisor = made.log_probability, length_penalty(n, alpha)
    return [
        (r"\log P = \sum_t \log p_t", rf"{' + '.join(told)} = {result(total)}"),
        (
            rf"\text{{score}} = \frac{{\log P}}{{((5 + {n}) / 6)^{{\alpha}}}},"
            rf"\quad \alpha = {alpha:g}",
            rf"\frac{{{result(total)}}}{{{tex(divisor)}}} = {result(total / divisor)}",
        ),
    ]


def places_table(made: Translation, t: int, looked: Looked) -> pd.DataFrame:
    """Score and weight of each German word, beside the weight that the model used."""
    assert made.weights is not None
    return pd.DataFrame(
        {
            "i": np.arange(1, 1 + len(made.source)),
            "German": made.source,
            "score e": looked.scores,
            "weight α": looked.weights,
            "in the model": made.weights[t - 1],
        }
    )


def words_table(made: Translation, t: int, step: Worked, count: int = 6) -> pd.DataFrame:
    """Logit and probability of the most probable words, beside the model's probability."""
    best, heat = made.best(t - 1, count), made.decoding.heat
    return pd.DataFrame(
        {
            "English": [made.word(k) for k in best],
            "logit z": step.logits[best],
            "probability p": softmax(step.logits / heat)[best],
            "in the model": made.probabilities[t - 1][best],
        }
    )


def largest_error(made: Translation, t: int, step: Worked) -> float:
    """The largest difference between weights and probabilities worked out here and the model's."""
    errors = [softmax(step.logits / made.decoding.heat) - made.probabilities[t - 1]]
    if made.weights is not None and step.looked is not None:
        errors.append(step.looked.weights - made.weights[t - 1])
    return float(max(np.abs(part).max() for part in errors))
