"""What recurrent layers and self-attention cost: parameters, products, waiting and memory.

Costs are of layers of `h` units on sequences of `steps` vectors, of `d` numbers in the first layer
and `h` in the others; an attention layer has width h throughout and one head. Steps may be arrays.
Source: Vaswani et al. 2017, table 1, for what attention is compared by.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.by_hand.rnn import BLOCKS, parameter_count
from engine.types import Array

GATE_PRODUCTS = {"RNN": 0, "GRU": 3, "LSTM": 3}  # of gates with values, per unit and step
KEPT = {"RNN": 1, "GRU": 5, "LSTM": 7}  # values per unit and step that the backward pass needs
STATES = {"RNN": 1, "GRU": 1, "LSTM": 2}  # vectors that go from one step to the next
FLOAT32 = 4  # bytes


@dataclass(frozen=True)
class Stack:
    """Layers of one size: d inputs, h units in each of the layers; d, h, layers >= 1."""

    d: int
    h: int
    layers: int = 1

    @property
    def inputs(self) -> list[int]:
        """The number of inputs of each layer."""
        return [self.d] + [self.h] * (self.layers - 1)


def parameter_parts(
    cell: str, stack: Stack, *, peepholes: bool = False, biases: int = 1
) -> dict[str, int]:
    """Parameters by kind; peepholes only for an LSTM, `biases` vectors per block.

    Their sum is `parameter_count` over all layers.
    """
    h, blocks = stack.h, BLOCKS[cell]
    return {
        "input": blocks * h * sum(stack.inputs),
        "recurrent": blocks * h * h * stack.layers,
        "bias": blocks * h * biases * stack.layers,
        "peephole": 3 * h * stack.layers * (peepholes and cell == "LSTM"),
    }


def stack_parameters(cell: str, stack: Stack, *, peepholes: bool = False, biases: int = 1) -> int:
    """Parameters of all layers; `peepholes` are left out of cells that cannot have them."""
    holes = peepholes and cell == "LSTM"
    return sum(
        parameter_count(cell, d, stack.h, peepholes=holes, biases=biases) for d in stack.inputs
    )


def step_products(cell: str, stack: Stack, *, peepholes: bool = False) -> int:
    """Multiplications of one step of one sequence through all layers.

    Those of weights with inputs and states, of gates with values, and of peepholes.
    """
    h = stack.h
    gates = GATE_PRODUCTS[cell] + 3 * (peepholes and cell == "LSTM")
    return sum(BLOCKS[cell] * h * (d + h) + gates * h for d in stack.inputs)


def attention_products(stack: Stack, steps: ArrayLike) -> Array:
    """Multiplications of self-attention over a whole sequence: four projections, the scores and
    the weighted sums, 4 t h^2 + 2 t^2 h in each layer."""
    t, h = np.asarray(steps, float), stack.h
    return np.asarray(stack.layers * (4 * t * h**2 + 2 * t**2 * h))


def leading_products(stack: Stack, steps: ArrayLike) -> tuple[Array, Array]:
    """The terms of table 1, equal at t = h: t h^2 of a recurrent, t^2 h of an attention layer."""
    t, h = np.asarray(steps, float), stack.h
    return np.asarray(stack.layers * t * h**2), np.asarray(stack.layers * t**2 * h)


def crossover(cell: str, stack: Stack, *, peepholes: bool = False) -> float:
    """The length beyond which attention takes more multiplications than the cell; at most 0 where
    it does at every length."""
    layers, h = stack.layers, stack.h
    per_step = step_products(cell, stack, peepholes=peepholes) / (layers * h)
    return (per_step - 4 * h) / 2


def overtaken_from(stack: Stack, *, peepholes: bool = False) -> int:
    """The first whole length, at least 1, at which attention takes more than an LSTM."""
    return max(1, math.floor(crossover("LSTM", stack, peepholes=peepholes)) + 1)


def waiting_steps(stack: Stack, steps: ArrayLike) -> tuple[Array, Array]:
    """The longest chain of steps that wait for one another, recurrent and attention.

    Layer l at step t needs layer l at t - 1 and layer l - 1 at t: steps + layers - 1 in a row.
    Attention does all steps of a layer at once.
    """
    t = np.asarray(steps, float)
    return np.asarray(t + stack.layers - 1), np.full_like(t, stack.layers)


def path_lengths(steps: ArrayLike) -> tuple[Array, Array]:
    """Steps of one layer between the first input and the last output: recurrent, attention."""
    t = np.asarray(steps, float)
    return t, np.ones_like(t)


def kept_values(cell: str, stack: Stack, steps: ArrayLike) -> Array:
    """Values per sequence that the backward pass needs, inputs and parameters aside.

    RNN h; GRU r, z, n, what r multiplies, h; LSTM f, i, g, o, c, tanh c, h.
    """
    return np.asarray(KEPT[cell] * stack.layers * stack.h * np.asarray(steps, float))


def attention_kept_values(stack: Stack, steps: ArrayLike) -> Array:
    """The same for self-attention: queries, keys, values, weighted sums and outputs, t h each, and
    t^2 attention weights in each layer."""
    t = np.asarray(steps, float)
    return np.asarray(stack.layers * (5 * t * stack.h + t**2))


def attention_parameters(stack: Stack) -> int:
    """Parameters of self-attention: four projections h by h with their biases in each layer."""
    return stack.layers * 4 * (stack.h**2 + stack.h)
