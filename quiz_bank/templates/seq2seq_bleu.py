"""Chapter 8: how translations are scored: n-grams that match, and the brevity penalty of BLEU."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import until
from quiz_bank.templates.latex import equals, number

REFERENCES = (
    "we go home because we are tired",
    "she gave him the book that the teacher wrote",
    "I know that you know him",
    "the child sleeps and the dog sleeps too",
    "they came late but they came",
)
STRANGERS = ("never", "here", "again")
ORDERS = 4  # of n-grams in BLEU


def _repeating(rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """A reference, and a translation that repeats some of its words and has one of its own."""
    reference = REFERENCES[rng.integers(len(REFERENCES))].split()
    words = [*dict.fromkeys(reference), str(rng.choice(STRANGERS))]
    times = rng.choice([0, 1, 1, 2, 3], size=len(words) - 1)
    return reference, [w for w, k in zip(words, [*times, 1], strict=True) for _ in range(k)]


def _precision(matches: int, of: int) -> float:
    return matches / of


def _counts(reference: list[str], written: list[str]) -> tuple[int, int, int, int]:
    """Clipped matches, those without a limit, different words that match, and different words."""
    each = [(written.count(word), reference.count(word)) for word in dict.fromkeys(written)]
    free = [n for n, limit in each if limit]
    return sum(min(pair) for pair in each), sum(free), len(free), len(each)


def _telling(drawn: tuple[list[str], list[str]]) -> bool:
    """Whether each slip leads to a number of its own, and to none that is off by a factor of 2."""
    reference, written = drawn
    matches, free, known, words = _counts(reference, written)
    shares = [
        Fraction(*share)
        for share in (
            (matches, len(written)),
            (2 * matches, len(written)),
            (free, len(written)),
            (matches, len(reference)),
            (known, words),
        )
    ]
    return 6 <= len(written) <= 10 and matches >= 2 and len(set(shares)) == len(shares)


def clipped_precision(rng: np.random.Generator) -> Variant:
    reference, written = until(lambda: _repeating(rng), _telling)
    matches, free, _, words = _counts(reference, written)
    size = len(written)
    known = [w for w in dict.fromkeys(written) if w in reference]
    answer = _precision(matches, size)
    found = ", ".join(f"{w} {min(written.count(w), reference.count(w))}" for w in known)
    return Variant(
        prompt=f"""A decoder that repeats itself writes "{" ".join(written)}". The reference is
"{" ".join(reference)}".

What is its precision in single words as BLEU counts it, with clipped matches? A fraction will
do.""",
        answer=answer,
        objective=lambda t: (
            float(t**2) / 2 * (Counter(written) & Counter(reference)).total() / len(written)
        ),
        at=np.array(1.0),
        solution=rf"""A word matches at most as often as it stands in the reference: {found};
together {matches} matches.

The translation has {size} words, so its precision is $\dfrac{{{matches}}}{{{size}}}
{equals(answer)}$. Not clipped, the repeated words would bring {free} matches.""",
        hints=(
            "A word counts at most as often as it occurs in the reference.",
            "Precision divides by the number of words that were written.",
        ),
        wrong={
            "not_clipped": _precision(free, size),
            "recall_for_precision": _precision(matches, len(reference)),
            "each_word_once": _precision(len(known), words),
        },
    )


def brevity(length: int, reference: int) -> float:
    """The brevity penalty of BLEU (Papineni et al. 2002)."""
    return float(np.exp(min(0.0, 1 - reference / length)))


def geometric(p: Array) -> float:
    """The geometric mean of precisions (n,)."""
    return float(np.prod(p) ** (1 / len(p)))


def bleu(rng: np.random.Generator) -> Variant:
    length = int(rng.integers(12, 19))
    reference = length + int(rng.integers(2, 6))
    totals = length - np.arange(ORDERS)
    matches = totals - np.cumsum(rng.integers(1, 3, size=ORDERS))
    p = matches / totals

    def score(
        penalty: Callable[[int, int], float] = brevity, mean: Callable[[Array], float] = geometric
    ) -> float:
        return penalty(length, reference) * mean(p)

    shares = ", ".join(rf"\tfrac{{{m}}}{{{n}}}" for m, n in zip(matches, totals, strict=True))
    return Variant(
        prompt=rf"""A translation of {length} words has a reference of {reference} words. Its
clipped precisions for n-grams of one to four words are ${shares}$.

What is its BLEU, as a number from 0 to 1?""",
        answer=score(),
        objective=lambda t: float(np.exp(t + 1 - reference / length + np.log(p).mean())),
        at=np.array(0.0),
        solution=rf"""Geometric mean of the precisions: their product is ${number(np.prod(p))}$, and
its fourth root ${number(geometric(p))}$.

The translation is shorter than the reference, so the brevity penalty is
$e^{{1 - {reference}/{length}}} {equals(brevity(length, reference))}$.

Product: ${number(score())}$.""",
        hints=(
            "BLEU is the geometric mean of the four precisions times the brevity penalty.",
            r"The penalty is $e^{1 - r/c}$ for a translation of $c$ words shorter than $r$.",
            rf"The geometric mean is ${number(geometric(p))}$.",
        ),
        wrong={
            "brevity_left_out": score(lambda length, reference: 1.0),
            "brevity_swapped": score(
                lambda length, reference: float(np.exp(1 - length / reference))
            ),
            "brevity_as_ratio": score(lambda length, reference: length / reference),
            "arithmetic_mean": score(mean=lambda p: float(p.mean())),
            "root_left_out": score(mean=lambda p: float(np.prod(p))),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="seq2seq/clipped-precision",
        chapter=8,
        topic="seq2seq",
        title="Words that match, counted for BLEU",
        difficulty="easy",
        kind="number",
        source="Papineni et al. 2002, section 2.1",
        seconds=90,
        make=clipped_precision,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="seq2seq/bleu",
        chapter=8,
        topic="seq2seq",
        title="BLEU from its parts",
        difficulty="medium",
        kind="number",
        source="Papineni et al. 2002, section 2.3",
        seconds=180,
        make=bleu,
        tags=frozenset({"complete"}),
    ),
)
