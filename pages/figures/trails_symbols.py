"""The nodes and links of the LSTM's graph in the post's symbols: plain, for pictures, in LaTeX."""

from __future__ import annotations

from collections.abc import Mapping

from engine.by_hand.lstm_example import GATES, Example
from engine.by_hand.lstm_trails import Link, Node
from pages.figures.backprop_steps import tex
from pages.figures.base import SUBSCRIPTS

PLAIN = {"T": "tanh C", "Gc": "C̃"} | {f"G{g}": f"Γ{g}" for g in "fuo"}
LETTERS = {"T": "tanh C", "Gc": "C̃"} | {f"G{g}": "Γ" for g in "fuo"}
LETTERS |= {f"u{g}": "u" for g in GATES}
LATEX = {"T": r"\tanh C_{t}", "Gc": r"\tilde C_{t}"}
LATEX |= {f"G{g}": rf"\Gamma_{{{g},{{t}}}}" for g in "fuo"}
LATEX |= {f"u{g}": rf"u_{{{g},{{t}}}}" for g in GATES}

FORMULAS = {  # of a link's derivative; {before} is C of the step before, {w} the weight of a
    ("E", "a"): "{a} - {y}",
    ("a", "Go"): "{T}",
    ("a", "T"): "{Go}",
    ("T", "C"): "1 - {T_squared}",
    ("C", "Gu"): "{Gc}",
    ("C", "Gc"): "{Gu}",
    ("C", "Gf"): "{before}",
    ("C", "C"): "{Gf}",
    ("Gc", "uc"): "1 - {Gc_squared}",
    **{(f"G{g}", f"u{g}"): rf"{{G{g}}}\,(1 - {{G{g}}})" for g in "fuo"},
    **{(f"u{g}", "a"): "{w}" for g in GATES},
}


def plain(node: Node) -> str:
    """Γf₂, C̃₂, tanh C₂: where there is only text, as in lists and tables."""
    return PLAIN.get(node.name, node.name) + str(node.step).translate(SUBSCRIPTS)


def marked(node: Node) -> str:
    """The same with subscripts for pictures: Γ<sub>f,2</sub>."""
    index = f"{node.name[1]},{node.step}" if _has_gate(node) else str(node.step)
    return f"{LETTERS.get(node.name, node.name)}<sub>{index}</sub>"


def boxed(node: Node) -> str:
    """The same where the place says the step of gates and pre-activations: Γ<sub>f</sub>."""
    if _has_gate(node):
        return f"{LETTERS[node.name]}<sub>{node.name[1]}</sub>"
    return "C̃" if node.name == "Gc" else marked(node)


def _has_gate(node: Node) -> bool:
    """Whether the symbol has the gate in its subscript."""
    return node.name[0] in "Gu" and node.name != "Gc"


def latex(node: Node) -> str:
    """The same for formulas."""
    return LATEX.get(node.name, node.name + "_{t}").replace("{t}", str(node.step))


def inline(node: Node) -> str:
    """The same for sentences that Markdown sets."""
    return f"${latex(node)}$"


def formula(link: Link) -> str:
    """A link's derivative in symbols, for pictures."""
    t = link.of.step
    known = {name: marked(Node(name, t)) for name in ("a", "T", *(f"G{g}" for g in GATES))}
    known |= {"y": f"y<sub>{t}</sub>", "before": marked(Node("C", t - 1))}
    known |= {"w": f"W<sub>{link.of.name[1:]}</sub>[3]"}
    known |= {"T_squared": f"tanh² C<sub>{t}</sub>", "Gc_squared": f"C̃<sub>{t}</sub>²"}
    return _pattern(link).replace(r"\,", " ").replace("-", "−").format_map(known)


def latex_formula(link: Link) -> str:
    """A link's derivative in symbols, in LaTeX."""
    t = link.of.step
    known = {name: latex(Node(name, t)) for name in ("a", "T", *(f"G{g}" for g in GATES))}
    known |= {"y": f"y_{t}", "before": f"C_{t - 1}", "w": f"W_{link.of.name[1:]}[3]"}
    known |= {"T_squared": rf"\tanh^2 C_{t}", "Gc_squared": rf"\tilde C_{t}^2"}
    return _pattern(link).format_map(known)


def latex_numbers(link: Link, example: Example, values: Mapping[Node, float]) -> str:
    """A link's derivative with its numbers, in LaTeX."""
    t = link.of.step
    known = {name: tex(values[Node(name, t)]) for name in ("a", "T", *(f"G{g}" for g in GATES))}
    known |= {"y": tex(float(example.y[t - 1])), "before": tex(values[Node("C", t - 1)])}
    known |= {"w": tex(link.derivative)}
    known |= {f"{name}_squared": f"{known[name]}^2" for name in ("T", "Gc")}
    return _pattern(link).format_map(known)


def _pattern(link: Link) -> str:
    return FORMULAS[link.of.name, link.by.name]


def short(value: float) -> str:
    """The value in two digits, at most seven characters: for a box."""
    if abs(value) < 10 and value == int(value):
        return f"{int(value)}".replace("-", "−")
    if abs(value) < 1e-99:
        return "≈ 0"
    if not 0.001 <= abs(value) < 999.5:
        digits = 1 if 1e-9 < abs(value) < 1e9 else 0
        mantissa, _, power = f"{value:.{digits}e}".partition("e")
        return f"{mantissa}e{int(power)}".replace("-", "−")
    text = f"{value:.0f}" if abs(value) >= 9.95 else f"{value:#.2g}"
    return text.replace("-", "−")
