"""What the steps of the road are told by: a shipped model and one of its held-out sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from engine.seq2seq import SPECIALS
from engine.seq2seq.decoding import Decoded, greedy
from engine.studies.translation_gradient import Checked, check_parts
from engine.translation.shipped import HeldOut, Shipped

Line = tuple[str, str]


class Told(NamedTuple):
    """A step in a sentence, in at most three figures, and in formulas for `worked`."""

    words: str
    figures: dict[str, str]
    lines: list[Line]


@dataclass(frozen=True, eq=False)
class Facts:
    """A shipped model and one of its held-out sentences."""

    shipped: Shipped
    row: HeldOut

    @cached_property
    def tokens(self) -> int:
        """The tokens of the German sentence."""
        return len(self.shipped.translator.read(self.row.german).tokens)

    @property
    def known(self) -> tuple[int, int]:
        """The German and the English tokens that the model knows, punctuation included."""
        translator = self.shipped.translator
        return len(translator.source) - len(SPECIALS), len(translator.target) - len(SPECIALS)

    @cached_property
    def checked(self) -> Checked:
        """The loss of the reference, and its gradient beside central differences."""
        return check_parts(self.shipped.translator, self.row.german, self.row.reference)

    @cached_property
    def decoded(self) -> Decoded:
        """The greedy translation."""
        translator = self.shipped.translator
        ids = translator.read(self.row.german).ids
        return greedy(translator.model, translator.theta, ids)

    @property
    def parts(self) -> dict[str, int]:
        """The parameters of each part of the model."""
        spans = self.shipped.translator.model.spans
        return {
            name: span.stop - span.start for name, span in spans.items() if span.stop > span.start
        }
