"""Options that are pictures: shuffled, lettered, and named in the worked solution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from quiz_bank.model import Option, Picture
from quiz_bank.pictures import LETTERS


def lettered(
    rng: np.random.Generator, right: Picture, wrong: Sequence[tuple[Picture, str]]
) -> tuple[Option, ...]:
    """The right picture and the wrong ones, each with its feedback, in random order as A, B, ..."""
    options = [Option("", True, picture=right)]
    options += [Option("", False, feedback, picture) for picture, feedback in wrong]
    order = rng.permutation(len(options))
    shuffled = (options[k] for k in order)
    return tuple(
        Option(letter, option.correct, option.feedback, option.picture)
        for letter, option in zip(LETTERS, shuffled, strict=False)
    )


def right_letter(options: Sequence[Option]) -> str:
    """The letter of the right picture."""
    return next(option.text for option in options if option.correct)


def legend(options: Sequence[Option], *settings: str) -> str:
    """What each picture was computed from, for the end of a solution: "A: 0.1; B: 0.2; C: 1"."""
    shown = ((o.text, o.picture.settings) for o in options if o.picture)
    return "; ".join(f"{text}: {', '.join(of[name] for name in settings)}" for text, of in shown)
