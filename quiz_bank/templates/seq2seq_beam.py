"""Chapter 8: beam search by hand, beside the greedy and the exhaustive search."""

from __future__ import annotations

import numpy as np

from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import until
from quiz_bank.templates.latex import number
from quiz_bank.templates.lstm_words import numbers, table

WORDS = ("A", "B", "C")
STARTS = ((0.4, 0.35, 0.25), (0.38, 0.33, 0.29), (0.36, 0.34, 0.3), (0.45, 0.3, 0.25))
ROWS = ((0.5, 0.3, 0.2), (0.6, 0.3, 0.1), (0.4, 0.35, 0.25), (0.7, 0.2, 0.1), (0.8, 0.15, 0.05))
STEPS = 3
WIDTH, EVERY = 2, len(WORDS) ** STEPS

Kept = list[tuple[str, float]]  # hypotheses and their probabilities, the most probable first


def steps(chances: Array, width: int) -> list[tuple[Kept, Kept]]:
    """Beam search over sentences of three words: at each step all candidates, and those kept.

    chances (4, 3): probabilities of the next word after the start, then after each word.
    """
    kept: Kept = [("", 1.0)]
    found = []
    for _ in range(STEPS):
        candidates = [
            (words + word, p * float(chances[1 + WORDS.index(words[-1]) if words else 0, k]))
            for words, p in kept
            for k, word in enumerate(WORDS)
        ]
        kept = sorted(candidates, key=lambda hypothesis: -hypothesis[1])[:width]
        found.append((candidates, kept))
    return found


def best(chances: Array, width: int) -> Kept:
    """The hypotheses that are left at the end."""
    return steps(chances, width)[-1][1]


def by_tables(chances: Array) -> float:
    """What width 2 finds, by another way: a table of all beginnings, those not kept set to 0."""
    begun = chances[0]
    for _ in range(STEPS - 1):
        begun = np.where(begun >= np.sort(begun, axis=None)[-WIDTH], begun, 0.0)
        begun = begun[..., None] * chances[1:]
    return float(begun.max())


def _clear(chances: Array) -> bool:
    """Whether no two candidates tie for a place, and greedy and exhaustive search find others."""
    places = [sorted(p for _, p in candidates)[-3:] for candidates, _ in steps(chances, WIDTH)]
    found = [best(chances, width)[0][1] for width in (1, WIDTH, EVERY)]
    return all(np.diff(np.log(np.sort(values))).min() > 0.01 for values in (*places, found))


def _listed(hypotheses: Kept) -> str:
    return ", ".join(f"{words} ${number(p)}$" for words, p in hypotheses)


def _chances(chances: Array) -> str:
    """The table of the probabilities of the next word."""
    rows = dict(zip((r"\text{start}", *WORDS), map(numbers, chances), strict=True))
    return table([r"\text{after}", *WORDS], rows)


def beam_search(rng: np.random.Generator) -> Variant:
    def draw() -> list[Array]:
        after = [ROWS[k] for k in rng.integers(len(ROWS), size=len(WORDS))]
        return [rng.permutation(row) for row in (STARTS[rng.integers(len(STARTS))], *after)]

    chances = np.array(until(draw, lambda rows: _clear(np.array(rows))))
    (_, one), (second, two), (third, kept) = steps(chances, WIDTH)
    (greedy, p_greedy), (top, p_top) = (best(chances, width)[0] for width in (1, EVERY))
    words, p = kept[0]
    return Variant(
        prompt=rf"""A decoder writes sentences of exactly three words out of A, B and C. Its
probabilities for the next word depend on the word before alone:

{_chances(chances)}

Beam search keeps the two most probable hypotheses at each step, without a length penalty. What is
the log-probability (natural logarithm) of the best sentence that it finds?""",
        answer=float(np.log(p)),
        objective=lambda t: by_tables(chances) ** float(t),
        at=np.array(0.0),
        solution=rf"""Step 1 keeps {_listed(one)}.

Step 2 grows both by each word, {_listed(second)}, and keeps {_listed(two)}.

Step 3: {_listed(third)}. The best is {words}.

Its log-probability is $\ln {number(p)} \approx {number(np.log(p))}$. The greedy search ends at
{greedy} with ${number(p_greedy)}$; the most probable sentence of all is {top} with
${number(p_top)}$, whose beginning fell out of the beam.""",
        hints=(
            "At each step grow both hypotheses by each word, and keep the two best of the six.",
            f"After the first step: {_listed(one)}.",
            f"After the second step: {_listed(two)}.",
        ),
        wrong={
            "greedy_path": float(np.log(p_greedy)),
            "every_sentence_searched": float(np.log(p_top)),
            "probability_for_log": p,
            "mean_over_words": float(np.log(p)) / STEPS,
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="seq2seq/beam-by-hand",
        chapter=8,
        topic="seq2seq",
        title="Beam search by hand",
        difficulty="hard",
        kind="number",
        source="Lowerre 1976; Sutskever, Vinyals & Le 2014, section 3.2",
        seconds=300,
        make=beam_search,
        tags=frozenset({"complete"}),
    ),
)
