"""Products of Jacobians: matrices as stated, gradients against differences, pace and overflow."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.gradcheck import check_gradient
from engine.studies.jacobians import (
    MATRICES,
    PRECISIONS,
    Recurrence,
    growth,
    lengths,
    overflow,
    spectral_radius,
    underflow,
)

N = 6
RNG = np.random.default_rng(0)


def recurrence(kind="normal", radius=1.1, rule="tanh", n=N, seed=0):
    w = radius * MATRICES[kind](np.random.default_rng(seed), n)
    return Recurrence(w, ACTIVATIONS[rule])


def norms(kind="orthogonal", radius=1.1, steps=40, precision="float64", rule="linear"):
    run = recurrence(kind, radius, rule)
    _, z = run.forward(np.full(N, 0.1), steps)
    return lengths(run.backward(z, np.full(N, N**-0.5), precision))


@pytest.mark.parametrize("kind", MATRICES)
@pytest.mark.parametrize("n", [2, 5, 32])
def test_matrices_have_spectral_radius_1(kind, n):
    w = MATRICES[kind](np.random.default_rng(3), n)
    # Many equal eigenvalues of a matrix that is not normal are known to few digits.
    exact = np.abs(np.diag(w)).max() if kind == "triangular" else spectral_radius(w)
    assert exact == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("rule", ["linear", "tanh", "softplus"])
def test_every_gradient_is_a_central_difference(rule):
    run, h0, dh = recurrence(rule=rule), RNG.normal(size=N), RNG.normal(size=N)
    states, z = run.forward(h0, 5)
    gradients = run.backward(z, dh)
    assert gradients.shape == states.shape == (6, N)
    for t, state in enumerate(states):

        def loss(h, left=5 - t):
            return float(run.forward(h, left)[0][-1] @ dh)

        assert check_gradient(loss, gradients[t], state).passed(1e-8)


def test_gradients_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    run, h0, dh = recurrence(), RNG.normal(size=N), RNG.normal(size=N)
    h = torch.tensor(h0, requires_grad=True)
    last = h
    for _ in range(20):
        last = torch.tanh(last @ torch.tensor(run.w))
    last.backward(torch.tensor(dh))
    _, z = run.forward(h0, 20)
    np.testing.assert_allclose(run.backward(z, dh)[0], h.grad.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("radius", [0.5, 0.9, 1.0, 1.3, 2.0])
def test_a_scaled_orthogonal_matrix_grows_by_its_radius(radius):
    found = norms(radius=radius)
    np.testing.assert_allclose(found, radius ** np.arange(40.0, -1, -1), rtol=1e-10)
    assert growth(found) == pytest.approx(radius)


def test_the_radius_decides_in_the_long_run_and_singular_values_at_first():
    found = norms("triangular", 0.9, 400)
    assert found.max() > 10  # grows on the way
    assert found[0] < 1e-3  # and vanishes in the end


@pytest.mark.parametrize(("precision", "factors"), [("float16", 16), ("float32", 128)])
def test_overflow_is_where_the_precision_ends(precision, factors):
    n = 4  # the entries of dh are exactly 1/2, so the product doubles without rounding
    run = Recurrence(2.0 * np.eye(n), ACTIVATIONS["linear"])
    _, z = run.forward(np.zeros(n), 150)
    found = lengths(run.backward(z, np.full(n, 0.5), precision))
    assert overflow(found) == factors + 1  # an entry of a half needs one more doubling
    assert np.isnan(growth(found))
    assert np.isfinite(found[150 - factors :]).all()
    assert underflow(found) is None


def test_underflow_is_told():
    found = norms(radius=0.5, steps=60, precision="float16")
    assert found[0] == 0
    assert overflow(found) is None
    factors = underflow(found)
    assert found[60 - factors] == 0 < found[60 - factors + 1]


def test_float64_holds_every_setting_of_the_lab():
    for kind in MATRICES:
        found = norms(kind, 2.0, 150)
        assert overflow(found) is None
        assert growth(found) > 1.9


def test_no_steps_have_no_pace():
    assert np.isnan(growth(np.ones(1)))
    assert overflow(np.ones(1)) is None


def test_precisions_name_their_type():
    assert {name: kind.__name__ for name, kind in PRECISIONS.items()} == {
        name: name for name in PRECISIONS
    }
