"""A small German-English grammar: the corpus that the translation models learn from."""

from engine.translation.grammar.holdout import Splits, splits
from engine.translation.grammar.kinds import KINDS
from engine.translation.grammar.pair import Pair
from engine.translation.grammar.sampler import corpus

__all__ = ["KINDS", "Pair", "Splits", "corpus", "splits"]
