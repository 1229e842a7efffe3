"""Settings: what they refuse, and that they travel as JSON."""

from __future__ import annotations

import json

import pytest

from engine.playground.settings import LIMITS, Settings, settings_from


def test_settings_travel_as_json():
    settings = Settings(data="xor", units=(3,), activations=("relu",), features=("x1", "x1x2"))
    assert settings_from(json.loads(json.dumps(settings.as_dict()))) == settings


@pytest.mark.parametrize("name", LIMITS)
def test_a_number_outside_its_limits_is_refused_by_name(name):
    low, high = LIMITS[name]
    for value in (low - 1, high + 1):
        with pytest.raises(ValueError, match=f"{name} must lie in"):
            Settings(**{name: value})


@pytest.mark.parametrize(
    ("units", "activations"),
    [((4, 2), ("tanh",)), ((1,) * 7, ("tanh",) * 7), ((0,), ("tanh",)), ((17,), ("tanh",))],
)
def test_layers_that_do_not_fit_are_refused(units, activations):
    with pytest.raises(ValueError, match="hidden layer"):
        Settings(units=units, activations=activations)


def test_unknown_settings_are_named():
    with pytest.raises(ValueError, match="unknown settings speed"):
        settings_from({"speed": 3})
