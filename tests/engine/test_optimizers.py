"""Update rules: against torch, against their own formulas, and their two ways of being driven."""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np
import pytest
from make_optimizer_reference import CASES, REFERENCE, START, STEPS, gradient, torch_path

from engine.optimizers import (
    MOMENTUM_FORMS,
    OPTIMIZERS,
    Adam,
    AdamW,
    Momentum,
    RMSProp,
    describe_state,
)

VARIANTS = {case: OPTIMIZERS[name](**given) for case, (name, given, _, _) in CASES.items()}
VARIANTS["RMSProp, inside"] = RMSProp(learning_rate=0.01, epsilon=1e-3, epsilon_inside=True)


def our_path(optimizer, theta=START):
    state, points = optimizer.init(theta), []
    for step in range(STEPS):
        theta, state = optimizer.step(theta, gradient(theta, step), state)
        points.append(theta)
    return np.array(points)


@pytest.fixture(scope="module")
def reference():
    return json.loads(REFERENCE.read_text())


def test_every_optimizer_has_a_case():
    assert {name for name, *_ in CASES.values()} == set(OPTIMIZERS)


@pytest.mark.parametrize("case", CASES)
def test_path_is_torchs_as_committed(case, reference):
    np.testing.assert_allclose(our_path(VARIANTS[case]), reference[case], rtol=0, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_path_is_torchs_as_installed(case):
    torch = pytest.importorskip("torch")
    expected = torch_path(torch, *CASES[case][2:])
    np.testing.assert_allclose(our_path(VARIANTS[case]), expected, rtol=0, atol=1e-12)


def test_committed_cases_are_those_of_the_table(reference):
    assert list(reference) == list(CASES)
    assert all(np.shape(path) == (STEPS, START.size) for path in reference.values())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_default_learning_rate_lowers_a_bowl(name):
    optimizer = OPTIMIZERS[name]()
    theta = START
    state = optimizer.init(theta)
    for _ in range(20):
        theta, state = optimizer.step(theta, theta, state)
    assert theta @ theta < START @ START


@pytest.mark.parametrize("case", VARIANTS)
def test_floats_take_the_path_of_arrays(case):
    optimizer = VARIANTS[case]
    array, array_state = START, optimizer.init(START)
    floats, float_states = START.tolist(), [optimizer.init(value) for value in START.tolist()]
    for step in range(STEPS):
        slopes = gradient(np.array(floats), step).tolist()
        moves = [optimizer.step(*given) for given in zip(floats, slopes, float_states, strict=True)]
        floats, float_states = map(list, zip(*moves, strict=True))
        array, array_state = optimizer.step(array, gradient(array, step), array_state)
        assert all(type(value) is float for value in floats)
        np.testing.assert_allclose(floats, array, rtol=0, atol=1e-12)


@pytest.mark.parametrize("case", VARIANTS)
def test_nothing_given_is_modified(case):
    optimizer = VARIANTS[case]
    theta, slope = START.copy(), gradient(START, 0)
    state = optimizer.step(theta, slope, optimizer.init(theta))[1]
    given = [theta, slope, *state]
    for array in given:
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    before = [np.copy(array) for array in given]
    moved, kept = optimizer.step(theta, slope, state)
    assert not any(np.shares_memory(moved, array) for array in given)
    assert len(kept) == len(state)
    for array, copy in zip(given, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("case", VARIANTS)
def test_float32_stays_float32(case):
    optimizer = VARIANTS[case]
    theta = START.astype(np.float32)
    theta, state = optimizer.step(theta, theta, optimizer.init(theta))
    arrays = [entry for entry in (theta, *state) if isinstance(entry, np.ndarray)]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


GRIDS = {
    "learning_rate": (0.001, 0.01),
    "beta": (0.5, 0.9),
    "beta1": (0.5, 0.9),
    "beta2": (0.9, 0.99),
    "epsilon": (1e-8, 1e-2),
    "weight_decay": (0.0, 0.3),
}


@pytest.mark.parametrize(
    ("name", "hyperparameter"),
    [
        (name, field.name)
        for name, make in OPTIMIZERS.items()
        for field in fields(make)
        if field.name in GRIDS
    ],
)
def test_a_grid_is_its_runs(name, hyperparameter):
    make = OPTIMIZERS[name]
    values = GRIDS[hyperparameter]
    together = our_path(make(**{hyperparameter: np.array(values)[:, None]}))
    alone = [our_path(make(**{hyperparameter: value})) for value in values]
    np.testing.assert_allclose(together, np.stack(alone, axis=1), rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_state_entries_are_named(name):
    optimizer = OPTIMIZERS[name]()
    state = optimizer.init(START)
    assert len(state) == len(optimizer.state_names)
    assert list(describe_state(optimizer, state))[: len(state)] == list(optimizer.state_names)


@pytest.mark.parametrize("make", [Adam, AdamW])
def test_described_moments_are_those_of_the_step(make):
    optimizer = make(learning_rate=0.1)
    fresh = describe_state(optimizer, optimizer.init(START))
    np.testing.assert_array_equal([fresh["m_hat"], fresh["v_hat"]], np.zeros((2, 3)))
    slope = gradient(START, 0)
    theta, state = Adam.step(optimizer, START, slope, optimizer.init(START))
    described = describe_state(optimizer, state)
    np.testing.assert_allclose(described["m_hat"], slope, rtol=1e-14)
    np.testing.assert_allclose(described["v_hat"], slope**2, rtol=1e-13)
    moved = 0.1 * described["m_hat"] / (described["v_hat"] ** 0.5 + optimizer.epsilon)
    np.testing.assert_allclose(START - theta, moved, rtol=0, atol=1e-15)


def test_unknown_form_of_momentum_names_the_choices():
    with pytest.raises(ValueError, match=r"nesterov.*accumulate, average, pytorch"):
        Momentum(form="nesterov")


def test_forms_of_momentum_part_when_the_rate_changes():
    def run(form, rates):
        theta, state = 1.0, (0.0,)
        for rate in rates:
            theta, state = Momentum(rate, 0.9, form).step(theta, theta, state)
        return theta

    constant = {form: run(form, [0.05] * 40) for form in MOMENTUM_FORMS}
    assert constant["accumulate"] == pytest.approx(constant["pytorch"], abs=1e-14)
    changing = {form: run(form, [0.05] * 20 + [0.005] * 20) for form in MOMENTUM_FORMS}
    assert abs(changing["accumulate"] - changing["pytorch"]) > 0.1
    first = {form: 1 - run(form, [0.05]) for form in MOMENTUM_FORMS}
    assert first == pytest.approx({"accumulate": 0.05, "average": 0.005, "pytorch": 0.05})


@pytest.mark.parametrize("slope", [1e-3, -4.0, 1e5])
def test_first_steps_of_rmsprop_and_adam(slope):
    moved, _ = RMSProp(0.01, beta=0.9, epsilon=0.0).step(0.0, slope, (0.0,))
    assert abs(moved) == pytest.approx(0.01 / np.sqrt(0.1), rel=1e-13)
    assert abs(moved) == pytest.approx(3.16 * 0.01, rel=1e-3)
    adam = Adam(0.01, epsilon=0.0)
    moved, _ = adam.step(0.0, slope, adam.init(0.0))
    assert moved == pytest.approx(-0.01 * np.sign(slope), rel=1e-13)


def test_epsilon_inside_the_root_is_a_far_higher_floor():
    first = {
        inside: -RMSProp(1.0, epsilon_inside=inside).step(0.0, 1e-5, (0.0,))[0]
        for inside in (True, False)
    }
    assert first[True] == pytest.approx(1e-5 / (0.1 * 1e-10 + 1e-8) ** 0.5, rel=1e-13)
    assert first[False] == pytest.approx(1e-5 / ((0.1 * 1e-10) ** 0.5 + 1e-8), rel=1e-13)
    assert first[False] > 30 * first[True]


def test_decoupled_decay_is_geometric_at_zero_gradient():
    optimizer = AdamW(learning_rate=0.1, weight_decay=0.1)
    theta, state = 1.0, optimizer.init(1.0)
    for _ in range(400):
        theta, state = optimizer.step(theta, 0.0, state)
    assert theta == pytest.approx((1 - 0.01) ** 400, rel=1e-12)
    assert theta == pytest.approx(0.018, abs=5e-4)


def test_coupled_decay_hardly_acts_where_gradients_are_large():
    def shrunk(decoupled, scale):
        ends = []
        for decay in (0.0, 0.1):
            rng = np.random.default_rng(0)
            optimizer = AdamW(1e-3, weight_decay=decay, decoupled=decoupled)
            theta, state = 1.0, optimizer.init(1.0)
            for slope in rng.normal(scale=scale, size=2000).tolist():
                theta, state = optimizer.step(theta, slope, state)
            ends.append(theta)
        return ends[0] - ends[1]

    assert shrunk(False, 0.1) > 10 * shrunk(False, 10.0)
    assert shrunk(True, 0.1) == pytest.approx(shrunk(True, 10.0), rel=1e-3)
