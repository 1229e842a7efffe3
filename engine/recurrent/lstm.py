"""The LSTM cell (Hochreiter & Schmidhuber 1997) with a forget gate (Gers et al. 2000)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from engine.recurrent.base import Back, Parts, Recurrent, is_cut, over_steps
from engine.recurrent.gates import check_frozen, freeze, squash
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
            squash(u_k, self.gates, "g")
            freeze(u_k, self.gates, self.frozen)
            np.multiply(f[k], c[k], out=c[k + 1])
            c[k + 1] += i[k] * g[k]
            np.tanh(c[k + 1], out=tanh_c[k])
            np.multiply(o[k], tanh_c[k], out=h[k + 1])
            if self.residual_time:
                h[k + 1] += h[k]
        return {"f": f, "i": i, "g": g, "o": o, "c": c, "tanh_c": tanh_c, "h": h, "gates": u}

    def back(self, p: Views, v: Views, dy: Array, dstate: Parts, window: int | None) -> Back:
        f, tanh_c = v["f"], v["tanh_c"]
        du, through = np.empty_like(v["gates"]), np.ascontiguousarray(p["U"].T)
        dh, dc = np.empty_like(tanh_c), np.empty_like(tanh_c)
        h_later, c_later = dstate[0], dstate[1].copy()
        for k in reversed(range(len(du))):
            np.add(dy[k], h_later, out=dh[k])
            np.multiply(dh[k], v["o"][k] * (1 - tanh_c[k] ** 2), out=dc[k])
            dc[k] += c_later
            self._by_pre_activations(du[k], v, k, dh[k], dc[k])
            h_later = du[k] @ through
            if self.residual_time:
                h_later += dh[k]
            np.multiply(dc[k], f[k], out=c_later)
            if is_cut(k, window):
                h_later[...] = c_later[...] = 0
        grads = {"U": over_steps(v["h"][:-1], du)}
        return Back(du, grads, (h_later, c_later), {"dh": dh, "dc": dc})

    def _by_pre_activations(self, du: Array, v: Views, k: int, dh: Array, dc: Array) -> None:
        """Writes the derivatives by the pre-activations of step k into du (n, 4 hidden)."""
        gates, g, i = v["gates"][k], v["g"][k], v["i"][k]
        np.multiply(gates, 1 - gates, out=du)
        f_block, i_block, g_block, o_block = np.split(du, 4, axis=1)
        f_block *= dc * v["c"][k]
        i_block *= dc * g
        np.multiply(dc * i, 1 - g**2, out=g_block)
        o_block *= dh * v["tanh_c"][k]
        freeze(du, self.gates, dict.fromkeys(self.frozen, 0.0))

    def value_gradients(self, p: Views, v: Views, record: Views) -> Grads:
        dh, dc = record["dh"], record["dc"]
        return {
            "df": dc * v["c"][:-1],
            "di": dc * v["g"],
            "dg": dc * v["i"],
            "do": dh * v["tanh_c"],
        }
