"""The sixteen derivatives of the LSTM by hand by the post's labels, step.equation.term.

Each is a sum of products of values by name, kept as text: read, it is the rule; written with
symbols, the formula; written with numbers, the same line worked out. dGamma and dC~ are by
pre-activations, as the post writes them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.by_hand.lstm import Step, forward
from engine.by_hand.lstm_example import GATES, Example

FACTOR = re.compile(r"(?:(1|[\w.]+)-)?([\w.]+?)(\^2)?")  # Go_2, 1-Go_2, 1-tanhC_2^2, a_2-y_2
STEPS = 2


@dataclass(frozen=True)
class Term:
    """One kind of derivative, the same at every step t; p is the step before and n the next.

    words    what it is by.
    symbol   LaTeX.
    node     what it is by, as `engine.by_hand.lstm_nudges` names it.
    parts    the products, each with its factors between spaces.
    carried  the label that the next step adds, 0 at the last; empty where none is added.
    """

    words: str
    symbol: str
    node: str
    parts: tuple[str, ...]
    carried: str = ""


TERMS = {
    "1": Term("the output of step {t}", "da_{t}", "a", ("a_{t}-y_{t}",), "{n}.4.1"),
    "2.1": Term(
        "the cell state of step {t}", "dC_{t}", "c", ("{t}.1 Go_{t} 1-tanhC_{t}^2",), "{n}.3.4"
    ),
    "2.2": Term(
        "the output gate's pre-activation at step {t}",
        r"d\Gamma_{{o,{t}}}",
        "u_o",
        ("{t}.1 tanhC_{t} Go_{t} 1-Go_{t}",),
    ),
    "3.1": Term(
        "the update gate's pre-activation at step {t}",
        r"d\Gamma_{{u,{t}}}",
        "u_u",
        ("{t}.2.1 Cc_{t} Gu_{t} 1-Gu_{t}",),
    ),
    "3.2": Term(
        "the candidate's pre-activation at step {t}",
        r"d\tilde C_{t}",
        "u_c",
        ("{t}.2.1 Gu_{t} 1-Cc_{t}^2",),
    ),
    "3.3": Term(
        "the forget gate's pre-activation at step {t}",
        r"d\Gamma_{{f,{t}}}",
        "u_f",
        ("{t}.2.1 C_{p} Gf_{t} 1-Gf_{t}",),
    ),
    "3.4": Term(
        "the cell state that enters step {t}", "dC_{p}^{{({t})}}", "c_in", ("{t}.2.1 Gf_{t}",)
    ),
    "4.1": Term(
        "the output that enters step {t}",
        "da_{p}^{{({t})}}",
        "a_in",
        ("{t}.2.2 W_oa", "{t}.3.2 W_ca", "{t}.3.1 W_ua", "{t}.3.3 W_fa"),
    ),
}
VALUES = {"Gf": r"\Gamma_{{f,{t}}}", "Gu": r"\Gamma_{{u,{t}}}", "Go": r"\Gamma_{{o,{t}}}"} | {
    "Cc": r"\tilde C_{t}",
    "C": "C_{t}",
    "tanhC": r"\tanh C_{t}",
    "a": "a_{t}",
    "y": "y_{t}",
}


@dataclass(frozen=True)
class Label:
    """One row of the table. `carried` names the label that is added from the next step; at the
    last step it is "0", and where nothing is ever added it is empty."""

    name: str
    step: int
    words: str
    symbol: str
    node: str
    parts: tuple[str, ...]
    carried: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The labels whose values its rule takes."""
        own = [factor for part in self.parts for factor in part.split() if factor in BY_NAME]
        return (*own, *([self.carried] if self.carried in BY_NAME else []))

    def value(self, values: Mapping[str, float]) -> float:
        """By the rule, from values by name: those of `forward_values` and of labels before it."""
        own = sum(math.prod(_factor(f, values) for f in part.split()) for part in self.parts)
        return own + (values[self.carried] if self.carried in BY_NAME else 0.0)

    def written(self, write: Callable[[str], str]) -> tuple[tuple[str, ...], ...]:
        """The summands in LaTeX, each as its factors, each value written as `write(name)`; what
        is carried from the next step is the last, a zero where there is no such step."""
        own = (_written(part.split(), write) for part in self.parts)
        added = (
            () if not self.carried else (("0" if self.carried == "0" else write(self.carried),),)
        )
        return (*own, *added)


def _parsed(factor: str) -> tuple[str, str, bool]:
    """From what, which value, and whether squared."""
    found = FACTOR.fullmatch(factor)
    assert found is not None, factor
    return found[1] or "", found[2], found[3] is not None


def _factor(factor: str, values: Mapping[str, float]) -> float:
    start, name, squared = _parsed(factor)
    value = values[name] ** 2 if squared else values[name]
    return (1.0 if start == "1" else values[start]) - value if start else value


def _written(factors: Sequence[str], write: Callable[[str], str]) -> tuple[str, ...]:
    found = []
    for factor in factors:
        start, name, squared = _parsed(factor)
        value = write(name)
        if squared:
            value = rf"({value})^2" if " " in value else f"{value}^2"
        if start:
            value = f"{'1' if start == '1' else write(start)} - {value}"
        found.append(f"({value})" if start and len(factors) > 1 else value)
    return tuple(found)


def _label(t: int, term: str) -> Label:
    kind = TERMS[term]

    def at(text: str) -> str:
        return text.format(t=t, p=t - 1, n=t + 1)

    return Label(
        name=f"{t}.{term}",
        step=t,
        words=at(kind.words),
        symbol=at(kind.symbol),
        node=kind.node,
        parts=tuple(at(part) for part in kind.parts),
        carried="0" if kind.carried and t == STEPS else at(kind.carried),
    )


LABELS = tuple(_label(t, term) for t in range(STEPS, 0, -1) for term in TERMS)
BY_NAME = {label.name: label for label in LABELS}


def symbol(name: str) -> str:
    """A label or a forward value in LaTeX."""
    if name in BY_NAME:
        return BY_NAME[name].symbol
    kind, _, place = name.partition("_")
    return f"W_{{{place}}}" if kind == "W" else VALUES[kind].format(t=place)


def forward_values(example: Example, steps: Sequence[Step] | None = None) -> dict[str, float]:
    """What the rules take from the forward pass, by name: Gf_1, Cc_1, C_0, a_1, y_1, W_fa, ..."""
    values = {"C_0": example.c_0, "a_0": example.a_0}
    values |= {f"W_{gate}a": float(w) for gate, w in zip(GATES, example.W[:, -1], strict=True)}
    for t, step in enumerate(steps or forward(example), start=1):
        s = step.cell
        named = {"Gf": s.gate_f, "Gu": s.gate_u, "Cc": s.candidate, "Go": s.gate_o}
        named |= {"C": s.c, "tanhC": s.tanh_c, "a": s.a, "y": step.y}
        values |= {f"{name}_{t}": value for name, value in named.items()}
    return values


def label_values(example: Example) -> dict[str, float]:
    """All values by name, those of the forward pass first, then every label by its rule."""
    values = forward_values(example)
    for label in LABELS:
        values[label.name] = label.value(values)
    return values
