"""Reads figures and captions back: specs through Plotly's validation, numbers to floats."""

from __future__ import annotations

import base64
import re
import tomllib
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from pages.figures.base import Look

CONFIG = tomllib.loads(Path(__file__).parents[3].joinpath(".streamlit/config.toml").read_text())
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?(?: × 10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?")
SLIPS = re.compile(
    r"\bnan\b|\binf\b|\bNone\b(?! comes within)"
    r"|\d[eE][-+]\d|  |\.\.|\. \.|[-−]0\b(?![.,])|,\.|\s[.,;]"
    r"|(?<![\d.,])1 (?:steps|updates|epochs|passes)\b"
)


def _look(name: str) -> Look:
    theme = CONFIG["theme"][name]
    return Look(
        dark=name == "dark",
        text=theme["textColor"],
        background=theme["backgroundColor"],
        grid=theme["dataframeBorderColor"],
        lines=tuple(theme["chartCategoricalColors"]),
    )


LOOKS = {name: _look(name) for name in ("light", "dark")}
LIGHT = LOOKS["light"]
every_look = pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)


def validated(figure):
    """The spec as a dict, after Plotly has accepted every property of it."""
    spec = figure.to_dict()
    assert len(go.Figure(spec).data) == len(spec["data"])
    return spec


def array(values):
    """The numbers of a typed-array spec or a list, as float64 in its shape."""
    if not isinstance(values, dict):
        return np.asarray(values, float)
    assert values["dtype"] == "f4"
    flat = np.frombuffer(base64.b64decode(values["bdata"]), np.float32).astype(float)
    shape = [int(n) for n in values.get("shape", str(flat.size)).split(", ")]
    return flat.reshape(shape)


def points(trace):
    """The points (n, 2) of a trace."""
    return np.column_stack([array(trace["x"]), array(trace["y"])])


def named(spec, name):
    """The one trace of this name."""
    (found,) = [trace for trace in spec["data"] if trace.get("name") == name]
    return found


def same(actual, expected):
    """Equality to the precision in which arrays travel."""
    np.testing.assert_allclose(actual, np.asarray(expected, float), rtol=1e-6, atol=1e-30)


def clean(text):
    """The text, after a look for what a caption must not say."""
    assert len(text) > 10
    slip = SLIPS.search(text)
    assert slip is None, f"{slip[0]!r} in {text!r}"
    assert text == text.strip()
    assert text[0].isupper() or text.startswith("**")
    assert text.endswith(".")
    assert text.count("**") % 2 == 0
    return text


def value(text):
    """The float that a number of `number` stands for."""
    mantissa, _, power = text.translate(PLAIN).replace(",", "").partition(" × 10")
    return float(f"{mantissa}e{power or 0}")


def numbers(text):
    """Every number of a text, in order."""
    return [value(match[0]) for match in NUMBER.finditer(text)]


def after(text, words):
    """The first number after the words."""
    assert words in text, f"{words!r} not in {text!r}"
    found = NUMBER.search(text, text.index(words) + len(words))
    assert found is not None, f"no number after {words!r} in {text!r}"
    return value(found[0])


def shown(expected, digits=4):
    """What a number rounded to this many digits may be."""
    return pytest.approx(expected, rel=0.5001 * 10.0 ** (1 - digits), abs=1e-300)
