"""The mathematics of the bottleneck lab: BLEU by hand, for a sentence and for many, and what is
handed over."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from engine.studies.kept_words import handed_over
from engine.studies.translation_scores import (
    ORDERS,
    RESAMPLES,
    TOKENS,
    WANTED,
    bleu_score,
    brevity_penalty,
    ngrams,
    precisions,
)
from engine.translation.shipped import load
from engine.types import Array
from pages.figures.base import number
from pages.figures.bleu import bleu, tokens
from pages.figures.bottleneck_data import NAMES, Compared
from pages.figures.update_rules import latex_number
from pages.ui.lab import worked

WITHOUT = 0  # the model without attention, in the order of NAMES


def mathematics(choice: tuple[Any, ...], compared: Compared, chosen: Compared | None) -> None:
    """BLEU of the chosen sentence and of all of a choice, beside sacrebleu's; the size of what
    passes."""
    st.markdown(
        "BLEU (Papineni et al. 2002) multiplies the share of n-grams of 1 to 4 tokens that the "
        "reference has too, each at most as often as there, by a penalty for what is too short: "
        "c tokens for r of the reference. It compares with one reference here; another right "
        "translation counts as wrong."
    )
    if chosen is not None:
        st.markdown("The chosen sentence, without attention:")
        _score(chosen.german, chosen)
        st.dataframe(_ngrams(chosen), hide_index=True, width="stretch")
    if not len(compared):
        return
    st.markdown(f"All {len(compared):,} chosen sentences, their counts added up before dividing:")
    _score(choice, compared)
    mean = float(bleu_score(compared.counts[:, WITHOUT]).mean())
    st.markdown(
        f"That is not the mean of their own scores, **{mean:.2f}**: long sentences count more. "
        f"The intervals hold the middle 95% of {RESAMPLES} scores, each of as many sentences drawn "
        "with replacement (Koehn 2004)."
    )
    _passed(chosen or compared.take([len(compared) - 1]))


def _score(key: tuple[Any, ...], part: Compared) -> None:
    """The formula with the counts of these sentences, and sacrebleu's score of their texts."""
    counts = part.counts[:, WITHOUT].sum(0)
    c, r, score = int(counts[TOKENS]), int(counts[WANTED]), float(bleu_score(counts))
    penalty = float(brevity_penalty(counts))
    worked(
        [
            (
                r"\mathrm{BP} = \min\left(1, e^{1 - r/c}\right)",
                rf"\min\left(1, e^{{1 - {_tex(r)}/{_tex(c)}}}\right) = {latex_number(penalty)}"
                if c
                else "0",
            ),
            (
                r"\mathrm{BLEU} = 100\,\mathrm{BP}\,\Bigl(\prod_n p_n\Bigr)^{1/N}",
                rf"100 \cdot {latex_number(penalty)} \cdot {_product(counts)} = {score:.4f}",
            ),
        ]
    )
    matched = counts[:ORDERS]
    if matched.any() and not matched.all() and c >= ORDERS:
        st.markdown("Orders without a match count as 1/2, 1/4, … of one, as in sacrebleu.")
    theirs = _sacrebleu(key, part)
    st.markdown(f"sacrebleu: **{theirs:.4f}**; difference {number(abs(theirs - score), 2)}.")


@st.cache_data(max_entries=64, show_spinner=False)
def _sacrebleu(key: tuple[Any, ...], _part: Compared) -> float:
    """Its score of the texts, kept by what they were chosen by."""
    return bleu([pair[WITHOUT] for pair in _part.outputs], _part.references)


def _product(counts: Array) -> str:
    """The geometric mean of the precisions as fractions; smoothed ones in decimals."""
    factors = [
        rf"\frac{{{_tex(matched)}}}{{{_tex(whole)}}}" if matched else latex_number(float(p))
        for matched, whole, p in zip(
            counts[:ORDERS], counts[ORDERS : 2 * ORDERS], precisions(counts), strict=True
        )
        if whole
    ]
    if not counts[:ORDERS].any():
        return "0"
    product = r" \cdot ".join(factors)
    return rf"\Bigl({product}\Bigr)^{{1/{len(factors)}}}"


def _tex(count: float) -> str:
    """A whole number in LaTeX with its thousands apart."""
    return f"{count:,.0f}".replace(",", "{,}")


def _ngrams(chosen: Compared) -> pd.DataFrame:
    """Every n-gram of the translation: how often there, in the reference, and counted."""
    ours, wanted = tokens(chosen.outputs[0][WITHOUT]), tokens(chosen.references[0])
    rows = []
    for order in range(1, ORDERS + 1):
        theirs = ngrams(wanted, order)
        for gram, n in ngrams(ours, order).items():
            rows.append((order, " ".join(gram), n, theirs[gram], min(n, theirs[gram])))
    return pd.DataFrame(rows, columns=["n", "n-gram", "in translation", "in reference", "matched"])


def _passed(chosen: Compared) -> None:
    """How many numbers the decoder gets of a sentence, from both models."""
    models = [load(name) for name in NAMES]
    size, s = models[0].model, len(models[0].read(chosen.german[0]).tokens)
    fixed, whole = (handed_over(model.model, s) for model in models)
    layers, hidden = size.layers, size.hidden
    start = rf"2 \cdot {layers} \cdot {hidden}"
    st.markdown(
        "What the decoder gets of a sentence of s tokens: the last h and c of L layers of H units, "
        "and with attention also what the encoder put out at each token:"
    )
    worked(
        [
            (r"\text{without}:\ 2LH", rf"{start} = {_tex(fixed)}"),
            (r"\text{with}:\ 2LH + sH", rf"{start} + {s} \cdot {hidden} = {_tex(whole)}"),
        ]
    )
