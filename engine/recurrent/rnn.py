"""The plain recurrent cell (Elman 1990): h_t = f(x_t W + h_(t-1) U + b)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.recurrent.base import Back, Parts, Recurrent, is_cut, over_steps
from engine.types import Array, Grads, Views

SLOPES = {  # of f at u from the value f(u)
    "tanh": lambda h: 1 - h**2,
    "relu": lambda h: np.heaviside(h, h.dtype.type(0)),  # NaN, after an overflow, stays NaN
}


@dataclass(frozen=True)
class RNN(Recurrent):
    """Layers of plain cells with f = tanh or ReLU ("tanh", "relu")."""

    activation: str = "tanh"

    gates: ClassVar[tuple[str, ...]] = ("n",)
    torch_gates: ClassVar[tuple[str, ...]] = ("n",)

    def __post_init__(self) -> None:
        if self.activation not in SLOPES:
            raise ValueError(f"expected one of {[*SLOPES]} as activation, got {self.activation!r}")

    def run(self, p: Views, u: Array, start: Parts) -> dict[str, Array]:
        h = np.empty((len(u) + 1, *start[0].shape), u.dtype)
        h[0] = start[0]
        for k, u_k in enumerate(u):
            u_k += h[k] @ p["U"]
            np.tanh(u_k, out=u_k) if self.activation == "tanh" else np.maximum(u_k, 0, out=u_k)
            h[k + 1] = u_k + h[k] if self.residual_time else u_k
        return {"n": u, "h": h}

    def back(self, p: Views, v: Views, dy: Array, dstate: Parts, window: int | None) -> Back:
        du, dh = np.asarray(SLOPES[self.activation](v["n"])), np.empty_like(v["n"])
        later = dstate[0]
        for k in reversed(range(len(du))):
            dh[k] = dy[k] + later
            du[k] *= dh[k]
            later = du[k] @ p["U"].T
            if self.residual_time:
                later += dh[k]
            if is_cut(k, window):
                later[...] = 0
        return Back(du, {"U": over_steps(v["h"][:-1], du)}, (later,), {"dh": dh})

    def value_gradients(self, p: Views, v: Views, record: Views) -> Grads:
        return {"dn": record["dh"]}
