"""An LSTM with one unit over three steps, as the LSTM questions draw it, and its broken rules.

`truth` comes from `engine.recurrent`; `backward` is the same pass by hand, with rules that can be
replaced one by one, so that each known mistake is a program of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np

from engine.recurrent import LSTM
from engine.types import Array
from quiz_bank.templates.draws import SMALL, one, several
from quiz_bank.templates.latex import DIGITS

GATES = ("f", "i", "g", "o")
STEPS = 3
WEIGHTS = (-0.9, -0.7, -0.6, 0.6, 0.7, 0.9)
INPUTS = (-1.5, -1.2, -0.8, -0.5, 0.5, 0.8, 1.2, 1.5)
FACTORS: Mapping[str, Callable[[Step], float]] = {  # what each parameter multiplies
    "w": lambda s: s.x,
    "u": lambda s: s.h_prev,
    "b": lambda s: 1.0,
}


@dataclass(frozen=True, eq=False)
class Unit:
    """What is given: weights w, u and biases b (4,) in the order of GATES, inputs x (T,), the
    states before the first step, and targets y (T,), NaN where a step has no loss."""

    w: Array
    u: Array
    b: Array
    x: Array
    h0: float
    c0: float
    y: Array

    def errors(self, h: Array) -> Array:
        """The derivatives (T,) of the loss, half the squared errors, by the outputs h (T,)."""
        return np.where(np.isnan(self.y), 0.0, h - self.y)


@dataclass(frozen=True)
class Step:
    """The values of one step; `f_before` is the forget gate of the step before, or its own."""

    x: float
    h_prev: float
    c_prev: float
    f: float
    i: float
    g: float
    o: float
    c: float
    h: float
    f_before: float

    @property
    def tanh_c(self) -> float:
        return float(np.tanh(self.c))

    @property
    def rounded(self) -> Step:
        """The step as its values are printed."""
        return Step(*(float(f"{getattr(self, f.name):.{DIGITS}g}") for f in fields(self)))


@dataclass(frozen=True, eq=False)
class Gradients:
    """Derivatives of the loss: dh and dc (T,), dz (T, 4) by the pre-activations, dw, du and db
    (4,), and dh0 and dc0 by the first states."""

    dh: Array
    dc: Array
    dz: Array
    dw: Array
    du: Array
    db: Array
    dh0: float
    dc0: float


Carry = Callable[[Step, float], float]


@dataclass(frozen=True)
class Rules:
    """The rules of one step back; each takes the step and the derivative that arrives."""

    output: Carry = lambda s, dh: dh * s.tanh_c
    cell: Carry = lambda s, dh: dh * s.o * (1 - s.tanh_c**2)
    forget: Carry = lambda s, dc: dc * s.c_prev
    input: Carry = lambda s, dc: dc * s.g
    candidate: Carry = lambda s, dc: dc * s.i
    carry: Carry = lambda s, dc: dc * s.f
    slope: Callable[[float], float] = lambda a: a * (1 - a)
    candidate_slope: Callable[[float], float] = lambda g: 1 - g**2
    back: Callable[[Array, Array], float] = lambda u, dz: float(u @ dz)
    state: Callable[[Step], float] = lambda s: s.h_prev
    over_time: Callable[[Array], Array] = field(default=lambda shares: shares.sum(axis=0))


RIGHT = Rules()
SLIPS: Mapping[str, Rules] = {
    "no_sig": replace(RIGHT, slope=lambda a: 1.0),
    "sig_plus": replace(RIGHT, slope=lambda a: a * (1 + a)),
    "tanh_deriv": replace(RIGHT, candidate_slope=lambda g: 1 - g),
    "tanh_of_c": replace(RIGHT, cell=lambda s, dh: dh * s.o),
    "wrong_gate": replace(RIGHT, cell=lambda s, dh: dh * s.i * (1 - s.tanh_c**2)),
    "c_not_tanhc": replace(RIGHT, output=lambda s, dh: dh * s.c),
    "f_uses_c_t": replace(RIGHT, forget=lambda s, dc: dc * s.c),
    "swap_ig": replace(RIGHT, input=lambda s, dc: dc * s.i, candidate=lambda s, dc: dc * s.g),
    "no_f_path": replace(RIGHT, carry=lambda s, dc: 0.0),
    "f_path_one": replace(RIGHT, carry=lambda s, dc: dc),
    "f_path_wrong_time": replace(RIGHT, carry=lambda s, dc: dc * s.f_before),
    "no_gate_recurrence": replace(RIGHT, back=lambda u, dz: 0.0),
    "one_gate_only": replace(RIGHT, back=lambda u, dz: float(u[3] * dz[3])),
    "u_uses_h_t": replace(RIGHT, state=lambda s: s.h),
    "last_step_only": replace(RIGHT, over_time=lambda shares: shares[-1]),
    "mean_over_time": replace(RIGHT, over_time=lambda shares: shares.mean(axis=0)),
}


def forward(unit: Unit, nudges: Mapping[str, float] = {}) -> tuple[Step, ...]:
    """Every step of the cell. A nudge is added to the value of that name as soon as it is there:
    "h2", "C2", "f2" and so on, and "zf2" for a pre-activation."""

    def nudged(name: str, t: int, value: float) -> float:
        return value + nudges.get(f"{name}{t}", 0.0)

    steps: list[Step] = []
    h, c = unit.h0, unit.c0
    for t, x in enumerate(unit.x.tolist(), start=1):
        z = unit.w * x + unit.u * h + unit.b
        z = np.array([nudged(f"z{gate}", t, v) for gate, v in zip(GATES, z, strict=True)])
        values = 1 / (1 + np.exp(-z))
        values[2] = np.tanh(z[2])
        f, i, g, o = (nudged(gate, t, v) for gate, v in zip(GATES, values.tolist(), strict=True))
        new_c = nudged("C", t, f * c + i * g)
        new_h = nudged("h", t, o * float(np.tanh(new_c)))
        steps.append(Step(x, h, c, f, i, g, o, new_c, new_h, steps[-1].f if steps else f))
        h, c = new_h, new_c
    return tuple(steps)


def loss(unit: Unit, nudges: Mapping[str, float] = {}) -> float:
    """Half the squared errors, summed over the steps that have a target."""
    h = np.array([step.h for step in forward(unit, nudges)])
    return float(np.sum(unit.errors(h) ** 2) / 2)


def truth(unit: Unit) -> Gradients:
    """The gradients by `engine.recurrent`."""
    cell, theta = LSTM(1, 1), np.concatenate([unit.w, unit.u, unit.b])
    states = np.array([[unit.h0]]), np.array([[unit.c0]])
    outputs, cache = cell.forward(theta, unit.x[None, :, None], states)
    errors = unit.errors(outputs[0, :, 0])
    gradient, _, (dh0, dc0), (trace,) = cell.backward_trace(theta, cache, errors[None, :, None])
    dz = np.array([trace[f"du_{gate}"][0, :, 0] for gate in GATES]).T
    dh, dc = trace["dh"][0, :, 0], trace["dc"][0, :, 0]
    dw, du, db = gradient.reshape(3, 4)
    return Gradients(dh, dc, dz, dw, du, db, dh0.item(), dc0.item())


def backward(unit: Unit, steps: Sequence[Step], rules: Rules = RIGHT) -> Gradients:
    """The gradients from the values of all steps, by these rules."""
    errors = unit.errors(np.array([step.h for step in steps]))
    dh, dc = np.empty(len(steps)), np.empty(len(steps))
    dz = np.empty((len(steps), len(GATES)))
    later_h = later_c = 0.0
    for t, s in reversed(list(enumerate(steps))):
        dh[t] = errors[t] + later_h
        dc[t] = rules.cell(s, dh[t]) + later_c
        dz[t] = (
            rules.forget(s, dc[t]) * rules.slope(s.f),
            rules.input(s, dc[t]) * rules.slope(s.i),
            rules.candidate(s, dc[t]) * rules.candidate_slope(s.g),
            rules.output(s, dh[t]) * rules.slope(s.o),
        )
        later_h, later_c = rules.back(unit.u, dz[t]), rules.carry(s, dc[t])
    x, h = np.array([s.x for s in steps]), np.array([rules.state(s) for s in steps])
    dw, du = (rules.over_time(dz * inputs[:, None]) for inputs in (x, h))
    return Gradients(dh, dc, dz, dw, du, rules.over_time(dz), later_h, later_c)


def shares(unit: Unit, name: str) -> Array:
    """What each step adds (T, 4) to the gradient by "w", "u" or "b", gate by gate."""
    factors = np.array([[FACTORS[name](step)] for step in forward(unit)])
    return np.asarray(truth(unit).dz * factors)


def slipped(unit: Unit, keys: Sequence[str]) -> dict[str, Gradients]:
    """What each of these mistakes makes of the gradients."""
    steps = forward(unit)
    return {key: backward(unit, steps, SLIPS[key]) for key in keys}


def drawn_unit(rng: np.random.Generator, targets: int = 1, recurrent: bool = True) -> Unit:
    """A unit over three steps from states that are not zero, with targets at the last steps.

    Drawn again until the values as printed lead to the same gradients, far inside the tolerance,
    and until values that are mixed up easily differ.
    """
    while True:
        y = np.full(STEPS, np.nan)
        y[-targets:] = several(rng, (-2.0, -1.5, 1.5, 2.0), targets)
        unit = Unit(
            w=several(rng, WEIGHTS, 4),
            u=several(rng, WEIGHTS, 4) * recurrent,
            b=np.array([one(rng, (0.4, 0.6, 1.0)), *several(rng, SMALL, 3)]),
            x=several(rng, INPUTS, STEPS),
            h0=one(rng, (-0.6, -0.5, -0.4, 0.4, 0.5, 0.6)),
            c0=one(rng, (-1.5, -1.2, -0.8, 0.8, 1.2, 1.5)),
            y=y,
        )
        steps = forward(unit)
        if _is_clear(steps) and _same(
            backward(unit, steps), backward(unit, [step.rounded for step in steps])
        ):
            return unit


def _is_clear(steps: Sequence[Step]) -> bool:
    """Whether every tanh bends, and gates differ where one is easily taken for another."""
    bends = all(abs(s.c) > 0.2 and abs(s.g) > 0.15 for s in steps)
    gates = all(abs(s.i - s.o) > 0.03 and abs(s.i - s.g) > 0.03 for s in steps)
    later = all(abs(s.f - s.f_before) > 0.01 for s in steps[1:])
    return bends and gates and later


def _same(some: Gradients, others: Gradients) -> bool:
    """Whether all gradients agree to a fifth of the tolerance within which answers count."""
    return all(
        np.allclose(getattr(others, f.name), getattr(some, f.name), rtol=2e-4, atol=0)
        for f in fields(Gradients)
    )
