"""Errata are found by words, chapter, severity and number, whatever is typed."""

from __future__ import annotations

import pytest

from pages.handbook.all_errata import ERRATA
from pages.handbook.model import SEVERITIES, Erratum
from pages.handbook.search import find


def entry(name, severity="C", printed="Printed.", measure=None):
    return Erratum(name, severity, (), printed, "Corrected: use $\\sigma$.", measure)


SMALL = {
    "1": (entry("H01", "B"), entry("H02", "A", "The Bias is ONE.", lambda: "It is 1.")),
    "Post": (entry("B01", "C", "The weight and the bias."),),
}


def ids(**asked):
    return [erratum.id for _, erratum in find(SMALL, **asked)]


def test_asking_for_nothing_finds_all_the_gravest_first():
    assert ids() == ["H02", "H01", "B01"]
    assert find(SMALL)[2] == ("Post", SMALL["Post"][0])
    everything = find(ERRATA)
    assert [e.severity for _, e in everything] == sorted(e.severity for _, e in everything)
    assert len(everything) == sum(map(len, ERRATA.values()))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("h0", ["H02", "H01"]),
        ("BIAS", ["H02", "B01"]),
        ("bias weight", ["B01"]),
        ("  one\tbias\n", ["H02"]),
        ("\\sigma", ["H02", "H01", "B01"]),
        (".*", []),
        ("H01 B01", []),
        ("", ["H02", "H01", "B01"]),
    ],
)
def test_every_word_has_to_be_there_in_any_case(text, found):
    assert ids(text=text) == found


def test_filters_combine():
    assert ids(chapter="1") == ["H02", "H01"]
    assert ids(severity="B") == ["H01"]
    assert ids(measured=True) == ["H02"]
    assert ids(measured=False) == ["H01", "B01"]
    assert ids(chapter="Post", severity="A") == []
    assert ids(text="bias", chapter="1", severity="A", measured=True) == ["H02"]


@pytest.mark.parametrize("severity", SEVERITIES)
def test_the_severities_part_all_errata(severity):
    found = find(ERRATA, severity=severity)
    assert {e.severity for _, e in found} <= {severity}
    assert len(found) == sum(e.severity == severity for es in ERRATA.values() for e in es)
