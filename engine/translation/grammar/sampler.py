"""The corpus: distinct pairs, drawn kind by kind with a fixed seed."""

from __future__ import annotations

from functools import cache
from random import Random

from engine.translation.grammar.kinds import KINDS
from engine.translation.grammar.pair import Pair
from engine.translation.grammar.weighted import Weighted

TRIES = 8  # draws for one pair before another kind is taken
ROUNDS = 4  # kinds taken per pair wanted, before a size is given up as more than the grammar has


@cache
def corpus(size: int = 36_000, seed: int = 0) -> tuple[Pair, ...]:
    """That many pairs, distinct in German; the same on every machine.

    ValueError if the grammar does not hold that many sentences within reach.
    """
    rng = Random(seed)
    kinds = Weighted((name, kind.weight) for name, kind in KINDS.items())
    pairs: dict[str, Pair] = {}
    for _ in range(ROUNDS * size):
        if len(pairs) == size:
            break
        add(rng, kinds.draw(rng), pairs)
    if len(pairs) < size:
        raise ValueError(f"the grammar gave {len(pairs)} distinct sentences, {size} were asked for")
    return tuple(pairs.values())


def add(rng: Random, name: str, pairs: dict[str, Pair]) -> None:
    """Adds a new pair of that kind to pairs, unless TRIES draws give none."""
    draw = KINDS[name].draw
    for _ in range(TRIES):
        draft = draw(rng)
        if draft is not None and draft.german not in pairs:
            pairs[draft.german] = Pair(draft.german, draft.english, name, draft.combinations)
            return
