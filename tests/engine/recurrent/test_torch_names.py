"""Equality with PyTorch's own cells: outputs, states and every gradient, in its order of gates."""

from __future__ import annotations

import numpy as np
import pytest

from engine.recurrent import CELLS as KINDS
from engine.recurrent import GRU, LSTM, RNN
from engine.recurrent.torch_names import reordered
from tests.engine.recurrent.cells import D, H, case

EQUAL = {"rtol": 1e-10, "atol": 1e-12}
CASES = {
    f"{kind}, {layers} layers{extra and ', '}{extra}": (kind, layers, more)
    for kind, more, extra in [
        ("RNN", {}, ""),
        ("RNN", {"nonlinearity": "relu"}, "relu"),
        ("LSTM", {}, ""),
        ("GRU", {}, ""),
    ]
    for layers in (1, 2)
}


@pytest.mark.parametrize("name", CASES)
def test_outputs_and_all_gradients_are_those_of_torch(name):
    torch = pytest.importorskip("torch")
    kind, layers, more = CASES[name]
    ours = {"activation": more["nonlinearity"]} if more else {}
    at = case(KINDS[kind](D, H, layers=layers, **ours))
    peer = getattr(torch.nn, kind)(D, H, layers, batch_first=True, dtype=torch.float64, **more)
    weights = {key: torch.tensor(w) for key, w in at.cell.to_torch(at.theta).items()}
    peer.load_state_dict(weights)
    x = torch.tensor(at.x, requires_grad=True)
    start = tuple(torch.tensor(part, requires_grad=True) for part in at.start)
    y, end = peer(x, at.outside(start))
    end = end if isinstance(end, tuple) else (end,)
    objective = (y * torch.tensor(at.doutputs)).sum()
    for part, d in zip(end, at.dstate, strict=True):
        objective = objective + (part * torch.tensor(d)).sum()
    objective.backward()

    outputs, cache = at.forward()
    gradient, dx, dstart = at.backward()
    np.testing.assert_allclose(outputs, y.detach(), **EQUAL)
    states = cache.state if isinstance(cache.state, tuple) else (cache.state,)
    for state, part in zip(states, end, strict=True):
        np.testing.assert_allclose(state, part.detach(), **EQUAL)
    np.testing.assert_allclose(dx, x.grad, **EQUAL)
    dstart = dstart if isinstance(dstart, tuple) else (dstart,)
    for d, part in zip(dstart, start, strict=True):
        np.testing.assert_allclose(d, part.grad, **EQUAL)
    found = at.cell.to_torch(gradient)
    for key, parameter in peer.named_parameters():
        if key.startswith("bias_hh"):  # theta has one bias for both, but for bU of a GRU
            inner = found[key] if kind == "GRU" else 0
            expected = found[key.replace("hh", "ih")].copy()
            expected[-H:] = inner[-H:] if kind == "GRU" else expected[-H:]
            np.testing.assert_allclose(parameter.grad, expected, **EQUAL)
        else:
            np.testing.assert_allclose(parameter.grad, found[key], **EQUAL)


@pytest.mark.parametrize("kind", KINDS)
def test_any_torch_weights_are_read_whole(kind):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    peer = getattr(torch.nn, kind)(D, H, 2, batch_first=True, dtype=torch.float64)
    cell = KINDS[kind](D, H, layers=2)
    theta = cell.from_torch({key: w.numpy() for key, w in peer.state_dict().items()})
    x = np.random.default_rng(0).normal(size=(3, 6, D))
    expected = peer(torch.tensor(x))[0].detach()
    np.testing.assert_allclose(cell.forward(theta, x)[0], expected, **EQUAL)


@pytest.mark.parametrize("cell", [RNN(D, H, 2), LSTM(D, H, 2), GRU(D, H, 2)])
def test_there_and_back_is_the_same(cell):
    theta = np.random.default_rng(0).normal(size=cell.size)
    np.testing.assert_array_equal(cell.from_torch(cell.to_torch(theta)), theta)


def test_gates_are_moved_as_whole_blocks():
    np.testing.assert_array_equal(
        reordered(np.arange(8.0), ("f", "i", "g", "o"), ("i", "f", "g", "o")),
        [2, 3, 0, 1, 4, 5, 6, 7],
    )


def test_weights_without_biases_have_biases_of_zero():
    cell = LSTM(D, H)
    weights = cell.to_torch(np.ones(cell.size))
    only = {key: values for key, values in weights.items() if key.startswith("weight")}
    assert not cell.unpack(cell.from_torch(only))["b1"].any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w.pop("weight_hh_l0"), "expected a weight 'weight_hh_l0'"),
        (lambda w: w.update(weight_ih_l0=np.zeros((3, 3))), r"of shape \(16, 2\), got \(3, 3\)"),
        (lambda w: w.update(weight_ih_l1=np.zeros((3, 3))), "got 'weight_ih_l1'"),
    ],
)
def test_weights_that_do_not_fit_are_refused(change, message):
    cell = LSTM(D, H)
    weights = cell.to_torch(np.zeros(cell.size))
    change(weights)
    with pytest.raises(ValueError, match=message):
        cell.from_torch(weights)
