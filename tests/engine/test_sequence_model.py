"""A cell with a head: answers, central differences, PyTorch, and the gates' starting bias."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.losses import LOSSES
from engine.recurrent import CELLS, GRU, LSTM, RNN
from engine.sequence_model import SequenceModel, answer_loss, loss_gradient
from engine.sequence_tasks import SEQUENCE_TASKS, Sequences

MAKES = {
    "RNN": lambda d: RNN(d, 3),
    "ReLU RNN": lambda d: RNN(d, 3, activation="relu"),
    "LSTM": lambda d: LSTM(d, 3),
    "GRU": lambda d: GRU(d, 3),
    "two layers": lambda d: LSTM(d, 3, layers=2),
}


def case(key, make, length=4, n=3):
    task, rng = SEQUENCE_TASKS[key], np.random.default_rng(1)
    model = SequenceModel(make(len(task.inputs)), len(task.outputs))
    theta = model.initialize(rng, 1.0) + 0.1 * rng.normal(size=model.size)
    return model, theta, task, task.make(rng, n, length)


@pytest.mark.parametrize("name", MAKES)
@pytest.mark.parametrize("key", SEQUENCE_TASKS)
def test_gradients_by_central_differences(key, name):
    model, theta, task, sequences = case(key, MAKES[name])
    told = loss_gradient(model, theta, sequences, task.loss)

    def loss(theta, x):
        return answer_loss(task.loss, model.forward(theta, x, sequences.asked)[0], sequences.y)

    assert told.loss == loss(theta, sequences.x)
    assert check_gradient(lambda t: loss(t, sequences.x), told.gradient, theta).passed(1e-7)
    assert check_gradient(lambda x: loss(theta, x), told.dx, sequences.x).passed(1e-7)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("key", SEQUENCE_TASKS)
def test_loss_and_gradients_are_those_of_torch(key, name):
    torch = pytest.importorskip("torch")
    model, theta, task, (x, y, asked) = case(key, MAKES[name], length=12, n=5)
    cell = getattr(torch.nn, name)(len(task.inputs), 3, batch_first=True, dtype=torch.float64)
    weights = model.cell.to_torch(theta[: model.cell.size])
    cell.load_state_dict({key: torch.tensor(value) for key, value in weights.items()})
    views = model.unpack(theta)
    V, c = (torch.tensor(views[name].copy(), requires_grad=True) for name in ("V", "c"))
    inputs = torch.tensor(x, requires_grad=True)
    answers = cell(inputs)[0][:, torch.tensor(asked)] @ V + c
    flat = answers.reshape(-1, len(task.outputs))
    loss = (
        torch.nn.functional.cross_entropy(flat, torch.tensor(y.reshape(-1)))
        if task.has_classes
        else torch.nn.functional.mse_loss(flat, torch.tensor(y.reshape(-1, 1)))
    )
    loss.backward()
    told = loss_gradient(model, theta, Sequences(x, y, asked), task.loss)
    grads = model.unpack(told.gradient)
    assert told.loss == pytest.approx(loss.item(), abs=1e-12)
    expected = {
        "V": V.grad,
        "c": c.grad,
        "U1": cell.weight_hh_l0.grad,
        "W1": cell.weight_ih_l0.grad,
    }
    named = model.cell.to_torch(told.gradient[: model.cell.size])
    actual = {
        "V": grads["V"],
        "c": grads["c"],
        "U1": named["weight_hh_l0"],
        "W1": named["weight_ih_l0"],
    }
    for name, gradient in expected.items():
        np.testing.assert_allclose(actual[name], gradient.numpy(), atol=1e-10, err_msg=name)
    np.testing.assert_allclose(told.dx, inputs.grad.numpy(), atol=1e-10)
    np.testing.assert_allclose(told.answers, answers.detach().numpy(), atol=1e-10)


def test_only_the_steps_asked_are_answered():
    model, theta, _, (x, _, _) = case("copy", MAKES["LSTM"], length=5)
    outputs, _ = model.cell.forward(theta[: model.cell.size], x)
    answers, _ = model.forward(theta, x, np.array([2, 7]))
    views = model.unpack(theta)
    np.testing.assert_allclose(answers, outputs[:, [2, 7]] @ views["V"] + views["c"])
    moved = x.copy()
    moved[:, 8:] += 1
    np.testing.assert_array_equal(model.forward(theta, moved, np.array([2, 7]))[0], answers)


@pytest.mark.parametrize(("name", "block"), [("LSTM", 0), ("GRU", 1)])
def test_the_gate_that_keeps_starts_at_the_bias(name, block):
    model = SequenceModel(CELLS[name](4, 3), 2)
    biases = model.unpack(model.initialize(np.random.default_rng(0), 2.5))["b1"].reshape(-1, 3)
    expected = np.zeros_like(biases)
    expected[block] = 2.5
    np.testing.assert_array_equal(biases, expected)


def test_a_plain_rnn_has_no_gate():
    model = SequenceModel(RNN(4, 3), 2)
    starts = [model.initialize(np.random.default_rng(0), bias) for bias in (0.0, 2.5)]
    np.testing.assert_array_equal(*starts)


def test_views_are_of_theta():
    model = SequenceModel(GRU(2, 3), 2)
    theta = np.zeros(model.size)
    views = model.unpack(theta)
    for k, view in enumerate(views.values()):
        view[...] = k + 1
    assert theta.all()
    assert sum(view.size for view in views.values()) == model.size
    assert list(views)[-2:] == ["V", "c"]
    with pytest.raises(ValueError, match="expected theta of shape"):
        model.unpack(theta[1:])


def test_loss_is_the_mean_over_all_answers():
    answers, y = np.random.default_rng(0).normal(size=(3, 2, 4)), np.array([[0, 1], [2, 3], [1, 1]])
    each = [
        LOSSES["cross_entropy"].value(answers[i, j], y[i, j]) for i in range(3) for j in range(2)
    ]
    assert answer_loss("cross_entropy", answers, y) == pytest.approx(np.mean(each))
