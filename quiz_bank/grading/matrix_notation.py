"""Strips what surrounds an array in NumPy, PyTorch and LaTeX notation, by matching alone."""

from __future__ import annotations

import re

from quiz_bank.grading.results import Unreadable

MAX_TRANSPOSES = 4

_CONSTRUCTOR = re.compile(
    r"(?:(?:np|numpy|jnp|jax\.numpy|torch|tf|sympy|sp)\.)?"
    r"(?:array|asarray|matrix|mat|Matrix|tensor|Tensor|FloatTensor|DoubleTensor|constant)"
    r"\s*\((?P<body>.*)\)",
    re.DOTALL,
)
_KEYWORDS = re.compile(r"(?:,\s*[A-Za-z_]\w*\s*=\s*(?:<\w+>|[\w.:'\"]+)\s*)+,?\s*$")
_CALL = re.compile(r"[A-Za-z][\w.]*\s*\([\w\s.,;()\[\]+=-]*\)")
_SCALAR_CALL = re.compile(r"(?:np\.|numpy\.)?float(?:16|32|64)\(([^()\[\]]*)\)")
_TRANSPOSE = re.compile(
    r"(?:\.T|\.t\(\)|\.transpose\(\)|'|’|ᵀ|\^ ?\{? ?(?:\\top|\\intercal|T) ?\}?)$"
)
_ENVIRONMENT = re.compile(
    r"\\begin\{(?P<name>[bpvBV]?matrix|smallmatrix|array)\}(?:\{[clr| ]*\})?"
    r"(?P<body>.*)\\end\{(?P=name)\}",
    re.DOTALL,
)
_LATEX_NOISE = re.compile(r"\$|(?<!\\)\\(?:[\[\],;!]|left ?[\[(|.]|right ?[\])|.]|hline)")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROW_END = re.compile(r"\\\\(?:\[[^\]]*\])?")


def bare(text: str) -> tuple[str, bool]:
    """`text` without LaTeX, constructor and transpose marks, and whether it was transposed."""
    text, transposed = _strip_transpose(_LATEX_NOISE.sub(" ", text).strip(), False)
    call = _CONSTRUCTOR.fullmatch(text)
    if call:
        text = _KEYWORDS.sub("", call["body"]).strip().removesuffix(",")
        text, transposed = _strip_transpose(text.strip(), transposed)
    text = _SCALAR_CALL.sub(r"\1", text)
    if not call and _CALL.fullmatch(text):
        raise Unreadable(
            "unknown_constructor",
            "Only array(...), matrix(...) and tensor(...) are read: type the entries.",
        )
    return _from_latex(text), transposed


def _strip_transpose(text: str, transposed: bool) -> tuple[str, bool]:
    for _ in range(MAX_TRANSPOSES):
        match = _TRANSPOSE.search(text)
        if match is None or not match.start():
            break
        text, transposed = text[: match.start()].rstrip(), not transposed
    return text, transposed


def _from_latex(text: str) -> str:
    match = _ENVIRONMENT.fullmatch(text)
    if match is None:
        if r"\begin" in text or r"\end" in text:
            raise unbalanced()
        return _FRACTION.sub(r"\1/\2", text)
    rows = _ROW_END.split(_FRACTION.sub(r"\1/\2", match["body"]).replace("\n", " "))
    return "[" + ";".join(row.strip().replace("&", ",") for row in rows) + "]"


def unbalanced() -> Unreadable:
    """What to raise when a bracket or environment has no partner."""
    return Unreadable("unbalanced", "The brackets do not pair up: each one opened must be closed.")
