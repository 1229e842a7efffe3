"""The BLEU score as sacrebleu computes it; loading that takes a while, so only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any


def bleu(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """BLEU of translations against one reference each, from 0 to 100 (Papineni et al. 2002).

    Counts n-grams of up to four tokens over all sentences, cut by sacrebleu's tokenizer 13a, case
    and punctuation included; orders without a match are smoothed exponentially, and orders that no
    translation is long enough for are left out. Raises ValueError without sentences, or when not
    each has its reference.
    """
    if not hypotheses or len(hypotheses) != len(references):
        raise ValueError("BLEU needs sentences, and a reference for each")
    score: float = _metric().corpus_score(list(hypotheses), [list(references)]).score
    return min(score, 100.0)  # rounding may put it above


def tokens(text: str) -> tuple[str, ...]:
    """What BLEU counts: words and punctuation marks, cut by sacrebleu's tokenizer 13a."""
    return tuple(_metric().tokenizer(text).split())


@cache
def _metric() -> Any:
    from sacrebleu.metrics import BLEU

    return BLEU(tokenize="13a", smooth_method="exp", effective_order=True, force=True)
