"""Recurrent cells over batches of sequences: plain RNN, LSTM and GRU, forward and backward."""

from engine.recurrent.base import Cache, Recurrent
from engine.recurrent.flow import Flow, gradient_flow
from engine.recurrent.gru import GRU
from engine.recurrent.lstm import LSTM
from engine.recurrent.rnn import RNN

CELLS: dict[str, type[RNN] | type[LSTM] | type[GRU]] = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}

__all__ = ["CELLS", "GRU", "LSTM", "RNN", "Cache", "Flow", "Recurrent", "gradient_flow"]
