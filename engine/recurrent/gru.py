"""The gated recurrent unit (Cho et al. 2014), with the reset gate in either of two places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from engine.recurrent.base import Back, Parts, Recurrent, is_cut, over_steps
from engine.recurrent.gates import check_frozen, freeze, squash
from engine.types import Array, Grads, Views


@dataclass(frozen=True)
class GRU(Recurrent):
    """Layers of GRU cells: h_t = (1 - z) n + z h_(t-1), with sigmoids r, z of x W + h U + b.

    `reset` says what r multiplies: "after" the product, n = tanh(x W + b + r (h U + bU)), as in
    PyTorch, which takes a bias bU (hidden,) of its own; "before" it, n = tanh(x W + (r h) U + b),
    as in Cho et al. 2014, equation 8. Gates named in `frozen` have that value at every step, and
    their parameters a gradient of 0.
    """

    reset: str = "after"
    frozen: Mapping[str, float] = field(default_factory=dict)

    gates: ClassVar[tuple[str, ...]] = ("r", "z", "n")
    torch_gates: ClassVar[tuple[str, ...]] = ("r", "z", "n")

    def __post_init__(self) -> None:
        check_frozen(self.frozen, self.gates)
        if self.reset not in ("after", "before"):
            raise ValueError(f'expected reset "after" or "before", got {self.reset!r}')

    @property
    def _is_after(self) -> bool:
        return self.reset == "after"

    def shapes(self, layer: int) -> dict[str, tuple[int, ...]]:
        return super().shapes(layer) | ({"bU": (self.hidden,)} if self._is_after else {})

    def run(self, p: Views, u: Array, start: Parts) -> dict[str, Array]:
        m = self.hidden
        h = np.empty((len(u) + 1, *start[0].shape), u.dtype)
        h[0] = start[0]
        r, z, n = (u[..., k * m : (k + 1) * m] for k in range(3))
        inside = np.empty_like(h[1:])  # what meets the reset gate: h U + bU, or h
        for k, u_k in enumerate(u):
            if self._is_after:
                through = h[k] @ p["U"]
                u_k[:, : 2 * m] += through[:, : 2 * m]
                np.add(through[:, 2 * m :], p["bU"], out=inside[k])
            else:
                u_k[:, : 2 * m] += h[k] @ p["U"][:, : 2 * m]
                inside[k] = h[k]
            squash(u_k[:, : 2 * m], self.gates[:2], "n")
            freeze(u_k, self.gates, self.frozen)
            reset = r[k] * inside[k]
            n[k] += reset if self._is_after else reset @ p["U"][:, 2 * m :]
            np.tanh(n[k], out=n[k])
            freeze(u_k, self.gates, self.frozen)
            h[k + 1] = n[k] + z[k] * (h[k] - n[k])
            if self.residual_time:
                h[k + 1] += h[k]
        return {"r": r, "z": z, "n": n, "inside": inside, "h": h}

    def back(self, p: Views, v: Views, dy: Array, dstate: Parts, window: int | None) -> Back:
        m, before = self.hidden, v["h"][:-1]
        r, z, n, inside = v["r"], v["z"], v["n"], v["inside"]
        slopes = np.concatenate([r * (1 - r), z * (1 - z), 1 - n**2], axis=2)
        freeze(slopes, self.gates, dict.fromkeys(self.frozen, 0.0))
        du, dh, dreset = np.empty_like(slopes), np.empty_like(n), np.empty_like(n)
        recurrent = p["U"] if self._is_after else p["U"][:, : 2 * m]
        later = dstate[0]
        for k in reversed(range(len(du))):
            np.add(dy[k], later, out=dh[k])
            du[k, :, 2 * m :] = dh[k] * (1 - z[k]) * slopes[k, :, 2 * m :]
            dreset[k] = du[k, :, 2 * m :]
            if not self._is_after:
                dreset[k] = du[k, :, 2 * m :] @ p["U"][:, 2 * m :].T
            du[k, :, :m] = dreset[k] * inside[k] * slopes[k, :, :m]
            du[k, :, m : 2 * m] = dh[k] * (before[k] - n[k]) * slopes[k, :, m : 2 * m]
            dinside = dreset[k] * r[k]
            later = dh[k] * z[k]
            if self._is_after:
                later += np.concatenate([du[k, :, : 2 * m], dinside], axis=1) @ recurrent.T
            else:
                later += du[k, :, : 2 * m] @ recurrent.T + dinside
            if self.residual_time:
                later += dh[k]
            if is_cut(k, window):
                later[...] = 0
        return Back(du, self._recurrent(v, du), (later,), {"dh": dh, "dreset": dreset})

    def _recurrent(self, v: Views, du: Array) -> Grads:
        """The derivatives by U, and by bU where there is one."""
        m, before, dn = self.hidden, v["h"][:-1], du[..., 2 * self.hidden :]
        gates = over_steps(before, du[..., : 2 * m])
        if not self._is_after:
            return {"U": np.hstack([gates, over_steps(v["r"] * before, dn)])}
        dinside = dn * v["r"]
        U = np.hstack([gates, over_steps(before, dinside)])
        return {"U": U, "bU": dinside.sum(axis=(0, 1))}

    def value_gradients(self, p: Views, v: Views, record: Views) -> Grads:
        dh = record["dh"]
        return {
            "dr": record["dreset"] * v["inside"],
            "dz": dh * (v["h"][:-1] - v["n"]),
            "dn": dh * (1 - v["z"]),
        }
