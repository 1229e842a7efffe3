"""The LSTM cell (Hochreiter & Schmidhuber 1997) with a forget gate (Gers et al. 2000)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from engine.recurrent.base import Back, Parts, Recurrent, is_cut, over_steps
from engine.recurrent.gates import check_frozen, freeze, sigmoid_in_place
from engine.types import Array, Grads, Views


@dataclass(frozen=True)
class LSTM(Recurrent):
    """Layers of LSTM cells: c_t = f c_(t-1) + i g and h_t = o tanh c_t.

    Forget, input and output gate f, i, o are sigmoids, the candidate g is a tanh, each of
    x_t W + h_(t-1) U + b. Those named in `frozen` have that value instead, at every step, and
    their parameters a gradient of 0.
    """

    frozen: Mapping[str, float] = field(default_factory=dict)

    gates: ClassVar[tuple[str, ...]] = ("f", "i", "g", "o")
    torch_gates: ClassVar[tuple[str, ...]] = ("i", "f", "g", "o")
    parts: ClassVar[tuple[str, ...]] = ("h", "c")

    def __post_init__(self) -> None:
        check_frozen(self.frozen, self.gates)

    def initialize(self, rng: np.random.Generator, forget_bias: float = 1.0) -> Array:
        """As for any cell, with this bias at the forget gates (Jozefowicz et al. 2015)."""
        theta = super().initialize(rng)
        views = self.unpack(theta)
        for layer in range(self.layers):
            views[f"b{layer + 1}"][: self.hidden] = forget_bias
        return theta

    def run(self, p: Views, u: Array, start: Parts) -> dict[str, Array]:
        steps, n, m = len(u), u.shape[1], self.hidden
        h, c = (np.empty((steps + 1, n, m), u.dtype) for _ in self.parts)
        h[0], c[0] = start
        tanh_c = np.empty((steps, n, m), u.dtype)
        f, i, g, o = (u[..., k * m : (k + 1) * m] for k in range(4))
        for k, u_k in enumerate(u):
            u_k += h[k] @ p["U"]
            sigmoid_in_place(u_k[:, : 2 * m])
            np.tanh(g[k], out=g[k])
            sigmoid_in_place(o[k])
            freeze(u_k, self.gates, self.frozen)
            np.multiply(f[k], c[k], out=c[k + 1])
            c[k + 1] += i[k] * g[k]
            np.tanh(c[k + 1], out=tanh_c[k])
            np.multiply(o[k], tanh_c[k], out=h[k + 1])
            if self.residual_time:
                h[k + 1] += h[k]
        return {"f": f, "i": i, "g": g, "o": o, "c": c, "tanh_c": tanh_c, "h": h}

    def back(self, p: Views, v: Views, dy: Array, dstate: Parts, window: int | None) -> Back:
        f, tanh_c = v["f"], v["tanh_c"]
        du, c_by_h = self._factors(v), v["o"] * (1 - tanh_c**2)
        dh, dc = np.empty_like(tanh_c), np.empty_like(tanh_c)
        h_later, c_later = dstate[0], dstate[1].copy()
        blocks = du.reshape(*tanh_c.shape[:2], 4, self.hidden)
        for k in reversed(range(len(du))):
            np.add(dy[k], h_later, out=dh[k])
            np.multiply(dh[k], c_by_h[k], out=dc[k])
            dc[k] += c_later
            blocks[k, :, :3] *= dc[k][:, None]
            blocks[k, :, 3] *= dh[k]
            h_later = du[k] @ p["U"].T
            if self.residual_time:
                h_later += dh[k]
            np.multiply(dc[k], f[k], out=c_later)
            if is_cut(k, window):
                h_later[...] = c_later[...] = 0
        grads = {"U": over_steps(v["h"][:-1], du)}
        return Back(du, grads, (h_later, c_later), {"dh": dh, "dc": dc})

    def _factors(self, v: Views) -> Array:
        """What dc, and for the output gate dh, is multiplied with to give the derivatives by the
        pre-activations, (t, n, 4 hidden)."""
        f, i, g, o = (v[gate] for gate in self.gates)
        factors = np.concatenate(
            [
                f * (1 - f) * v["c"][:-1],
                i * (1 - i) * g,
                (1 - g**2) * i,
                o * (1 - o) * v["tanh_c"],
            ],
            axis=2,
        )
        freeze(factors, self.gates, dict.fromkeys(self.frozen, 0.0))
        return factors

    def value_gradients(self, p: Views, v: Views, record: Views) -> Grads:
        dh, dc = record["dh"], record["dc"]
        return {
            "df": dc * v["c"][:-1],
            "di": dc * v["g"],
            "dg": dc * v["i"],
            "do": dh * v["tanh_c"],
        }
