"""Layers: pairs of a forward and a backward rule over named views of one flat parameter vector."""

from engine.layers.activation import Activation
from engine.layers.base import EVALUATION, Layer, Pass
from engine.layers.dense import Dense
from engine.layers.dropout import DROPOUT_FORMS, Dropout
from engine.layers.normalization import BatchNorm, LayerNorm, Statistics
from engine.layers.residual import Residual

__all__ = [
    "DROPOUT_FORMS",
    "EVALUATION",
    "Activation",
    "BatchNorm",
    "Dense",
    "Dropout",
    "Layer",
    "LayerNorm",
    "Pass",
    "Residual",
    "Statistics",
]
