"""Gradients through time in an RNN, a GRU and an LSTM with comparable weights on the same input.

A product of T Jacobians shrinks or grows like a power of T (Bengio, Simard & Frasconi 1994). Here
its size is followed step by step, with what clipping and truncation do to it, beside the product
of constant forget gates and an LSTM that explodes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.activations import sigmoid
from engine.recurrent import GRU, LSTM, RNN, Cache, Flow, gradient_flow
from engine.studies.jacobians import MATRICES
from engine.types import Array

D_IN = 4  # inputs of a step
KEEPERS = {"LSTM": "f", "GRU": "z"}  # the gate that is open when the state is kept
_CANDIDATES = ("n", "g")
OPEN = 2.0  # bias of the input and output gate of the LSTM that explodes


@dataclass(frozen=True)
class Setting:
    """What cells, weights and inputs depend on.

    radius: spectral radius of every gate's recurrent weights; forget_bias: bias of the LSTM's
    forget gate and of the GRU's update gate; activation: of the RNN; input_scale: standard
    deviation of the inputs.
    """

    steps: int = 50
    radius: float = 1.0
    forget_bias: float = 1.0
    activation: str = "tanh"
    hidden: int = 8
    input_scale: float = 1.0
    seed: int = 0


def build_cell(kind: str, setting: Setting) -> RNN | LSTM | GRU:
    """The cell "RNN", "LSTM" or "GRU" of a setting; ValueError for another activation."""
    if kind == "RNN":
        return RNN(D_IN, setting.hidden, activation=setting.activation)
    return LSTM(D_IN, setting.hidden) if kind == "LSTM" else GRU(D_IN, setting.hidden)


def draw_weights(kind: str, setting: Setting) -> Array:
    """theta for a cell of the setting: W normal with variance 1 / inputs, U normal, scaled to the
    spectral radius gate by gate, biases 0 but for the gate that keeps the state.

    All cells have the same weights for their candidate, which is all an RNN has.
    """
    cell = build_cell(kind, setting)
    theta = np.zeros(cell.size)
    views = cell.unpack(theta)
    for k, gate in enumerate(cell.gates):
        rng = np.random.default_rng((setting.seed, 0 if gate in _CANDIDATES else 1 + k))
        block = slice(k * setting.hidden, (k + 1) * setting.hidden)
        views["W1"][:, block] = rng.normal(0, D_IN**-0.5, (D_IN, setting.hidden))
        views["U1"][:, block] = setting.radius * MATRICES["normal"](rng, setting.hidden)
        if gate == KEEPERS.get(kind):
            views["b1"][block] = setting.forget_bias
    return theta


def draw_inputs(setting: Setting) -> Array:
    """x (steps, D_IN), normal with the setting's scale; a longer sequence begins like a shorter."""
    return setting.input_scale * np.random.default_rng(setting.seed).normal(
        size=(setting.steps, D_IN)
    )


def flow_of(kind: str, setting: Setting, window: int | None = None) -> Flow:
    """Gradient flow of the cell from the state 0 over the setting's inputs."""
    cell, theta = build_cell(kind, setting), draw_weights(kind, setting)
    return gradient_flow(cell, theta, draw_inputs(setting), window=window)


def forget_product(gate: float, steps: int) -> Array:
    """gate^(steps - t) for t = 0 to steps, (steps + 1,): dc_T/dc_t along the cell state alone."""
    return np.asarray(gate ** np.arange(steps, -1.0, -1.0))


def clipped(norms: Array, limit: float | None) -> Array:
    """Norms (T + 1,) of a Jacobian that is scaled down to `limit` at each step back that finds it
    longer (Pascanu et al. 2013); no limit leaves them. What is short stays short.

    Scaling keeps the direction, so every step multiplies by what it did. Infinite norms stay.
    """
    if limit is None:
        return norms
    scaled, scale = norms.copy(), 1.0
    for t in range(len(norms) - 1, -1, -1):
        if np.isfinite(norms[t]):
            scaled[t] = norms[t] * scale
            if scaled[t] > limit:
                scale *= limit / scaled[t]
                scaled[t] = limit
    return scaled


def lost_at(norms: Array, border: float) -> int | None:
    """The t from which down to 0 every norm lies below the border; None where that of 0 does not.

    A norm may cross the border more than once on its way back; here it is below for good.
    """
    held = np.flatnonzero(norms >= border)
    last = int(held[0]) - 1 if held.size else len(norms) - 1
    return last if last >= 0 else None


def last_by_state(
    cell: RNN | LSTM | GRU, theta: Array, x: Array, back: int
) -> tuple[Callable[[Array], float], Array, Array]:
    """The first unit of h_T as a function of the state `back` steps earlier, its derivatives, and
    that state, which is flat: h, and for an LSTM c behind it."""
    before = len(x) - back
    parts: Array = np.zeros((len(cell.parts), 1, 1, cell.hidden))
    if before:
        _, cache = cell.forward(theta, x[None, :before])
        parts = np.array(cache.state).reshape(parts.shape)

    def run(flat: Array) -> tuple[Array, Cache]:
        split = tuple(flat.reshape(parts.shape))
        return cell.forward(theta, x[None, before:], split if len(split) > 1 else split[0])

    y, cache = run(parts.ravel())
    dy = np.zeros_like(y)
    dy[0, -1, 0] = 1
    _, _, slopes = cell.backward(theta, cache, dy)
    return lambda flat: float(run(flat)[0][0, -1, 0]), np.ravel(slopes), parts.ravel()


def exploding_lstm(weight: float, forget: float) -> tuple[LSTM, Array]:
    """One unit that rests at c = h = 0 with h fed back to its candidate, and theta.

    The forget gate stands at `forget` in (0, 1), input and output gate at sigmoid(OPEN).
    """
    cell = LSTM(1, 1)
    theta = np.zeros(cell.size)
    views = cell.unpack(theta)
    views["b1"][:] = [np.log(forget / (1 - forget)), OPEN, 0, OPEN]
    views["U1"][0, cell.gates.index("g")] = weight
    return cell, theta


def exploding_factor(weight: float, forget: float) -> float:
    """dc_t/dc_(t-1) of that LSTM at rest: f + i o weight."""
    gate = float(sigmoid(np.array(OPEN)))
    return forget + gate * weight * gate


def exploding_flow(weight: float, forget: float, steps: int) -> Flow:
    """Gradient flow of that LSTM over steps without input; c moves h of its own step with it."""
    cell, theta = exploding_lstm(weight, forget)
    flow = gradient_flow(cell, theta, np.zeros((steps + 1, 1)))  # at rest after the first step
    assert flow.cells is not None
    return Flow(flow.hidden[1:], flow.cells[1:], flow.units[1:], flow.jacobians[1:])


def rest_difference(weight: float, forget: float, steps: int, start: float) -> float:
    """Central difference of c_T by c_0 of that LSTM around rest, h_0 = o tanh c_0 moving along."""
    cell, theta = exploding_lstm(weight, forget)
    c = np.array([start, -start]).reshape(1, 2, 1)
    h = float(sigmoid(np.array(OPEN))) * np.tanh(c)
    _, cache = cell.forward(theta, np.zeros((2, steps, 1)), (h, c))
    above, below = cache.state[1].ravel().tolist()
    return (above - below) / (2 * start)
