"""An encoder-decoder over words, with or without attention (Sutskever et al. 2014)."""

from engine.seq2seq.attention import ATTENTIONS
from engine.seq2seq.batch import END, PAD, SPECIALS, START, UNKNOWN, Batch
from engine.seq2seq.model import Memory, Seq2Seq

__all__ = [
    "ATTENTIONS",
    "END",
    "PAD",
    "SPECIALS",
    "START",
    "UNKNOWN",
    "Batch",
    "Memory",
    "Seq2Seq",
]
