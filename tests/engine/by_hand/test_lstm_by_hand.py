"""The LSTM by hand: every value of a separate reference run, central differences, and PyTorch."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.by_hand.lstm import (
    backward,
    cell,
    forward,
    gate_values,
    labeled,
    step_backward,
    total_error,
    updated,
    weight_gradient,
)
from engine.by_hand.lstm_example import (
    EXAMPLE,
    GATES,
    HEAD_LABEL,
    HEAD_WEIGHTS,
    ORIGIN,
    PRINTED_A_2,
    WORDS,
)
from engine.by_hand.softmax_head import softmax_head
from engine.gradcheck import check_gradient

REFERENCE = json.loads(Path(__file__).with_name("lstm_by_hand_reference.json").read_text())
STEPS = forward(EXAMPLE)
GRADIENTS = backward(EXAMPLE, STEPS)
ZERO = replace(EXAMPLE, a_0=0.0, c_0=0.0)
EXAMPLES = {
    "the post's": EXAMPLE,
    "zero state": ZERO,
    "five steps": replace(
        EXAMPLE,
        W=2 * EXAMPLE.W,
        x=np.random.default_rng(0).normal(size=(5, 2)),
        y=np.linspace(-1, 1, 5),
    ),
}
every_example = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)


def close(actual, expected):
    np.testing.assert_allclose(np.asarray(actual, float), expected, rtol=1e-9, atol=1e-9)


def gates(values, prefix):
    """The reference's four values in the order of GATES."""
    return [values[f"{prefix}{gate}"] for gate in GATES]


def test_inputs_and_their_origin_are_those_of_the_reference():
    given = REFERENCE["inputs"]
    values = {name: entry["value"] for name, entry in given.items()}
    np.testing.assert_array_equal(EXAMPLE.W, gates(values, "W_"))
    np.testing.assert_array_equal(EXAMPLE.b, gates(values, "b_"))
    np.testing.assert_array_equal(EXAMPLE.x, [values["x_1"], values["x_2"]])
    np.testing.assert_array_equal(EXAMPLE.y, [values["y_1"], values["y_2"]])
    assert (EXAMPLE.a_0, EXAMPLE.c_0) == (values["a_0"], values["C_0"])
    assert (EXAMPLE.learning_rate, PRINTED_A_2) == (values["alpha"], values["a_2_target"])
    assert {name.removesuffix("_target"): entry["status"] for name, entry in given.items()} == (
        ORIGIN
    )


@pytest.mark.parametrize("t", [0, 1])
def test_forward_values_are_those_of_the_reference(t):
    step, wanted = STEPS[t], REFERENCE["forward"][t]
    now = step.cell
    close(step.xa, wanted["xa"])
    close(step.u, gates(wanted["pre_activations"], ""))
    close(
        [now.gate_f, now.gate_u, now.candidate, now.gate_o, now.c_prev, now.c, now.tanh_c, now.a],
        [wanted[k] for k in ("Gf", "Gu", "C_tilde", "Go", "C_prev", "C", "tanh_C", "a")],
    )
    close([step.y, step.error], [wanted["y"], wanted["E"]])


def test_error_is_that_of_the_reference_and_the_printed_output_comes_out():
    close(total_error(EXAMPLE), REFERENCE["loss"])
    assert round(STEPS[1].cell.a, 3) == PRINTED_A_2


@pytest.mark.parametrize("t", [0, 1])
def test_backward_values_are_those_of_the_reference(t):
    gradient = GRADIENTS[t]
    wanted = next(row for row in REFERENCE["backward"] if row["step"] == t + 1)
    names = {
        "da_local": "da_local",
        "da_from_next_step": "da_next",
        "da": "da",
        "dC_through_a": "dc_through_a",
        "dC_from_next_step": "dc_next",
        "dC": "dc",
        "dC_prev": "dc_prev",
        "da_prev": "da_prev",
        "dx": "dx",
        "dz": "du",
        "dW_step": "dW",
        "dB_step": "du",
    }
    for name, own in names.items():
        close(getattr(gradient, own), wanted[name])
    close(gradient.dvalue, [wanted[f"d{gate}_value"] for gate in ("Gf", "Gu", "Ct", "Go")])
    close(gradient.du, [wanted[f"d{gate}"] for gate in ("Gf", "Gu", "Ct", "Go")])
    close(gradient.da_prev_via, gates(wanted, "da_prev_via_"))
    rest = {f"d{g}{v}" for g in ("Gf", "Gu", "Ct", "Go") for v in ("", "_value")}
    assert set(wanted) == {"step", *names, *rest, *(f"da_prev_via_{gate}" for gate in GATES)}


def test_labels_are_those_of_the_post():
    wanted = {
        name.partition(" ")[0]: value
        for step in REFERENCE["post_labels"].values()
        for name, value in step.items()
    }
    found = labeled(GRADIENTS)
    assert list(found) == list(wanted)
    close(list(found.values()), list(wanted.values()))


def test_shared_weights_add_up_over_the_steps():
    dW, db = weight_gradient(GRADIENTS)
    wanted, biases = REFERENCE["weight_gradients"], REFERENCE["bias_gradients"]
    close(dW, gates(wanted["total"], "dW_"))
    close(db, gates(biases["total"], "db_"))
    for t in (1, 2):
        close(GRADIENTS[t - 1].dW, wanted[f"step_{t}"])
        close(GRADIENTS[t - 1].du, biases[f"step_{t}"])
    DZ = np.array([gradient.du for gradient in GRADIENTS]).T
    XA = np.array([step.xa for step in STEPS])
    close(DZ, wanted["DZ"])
    close(XA, wanted["XA"])
    np.testing.assert_allclose(DZ @ XA, dW, rtol=0, atol=1e-16)


def test_the_update_lowers_the_error_as_in_the_reference():
    dW, db = weight_gradient(GRADIENTS)
    after, wanted = updated(EXAMPLE, dW, db), REFERENCE["update"]
    close(after.W, gates(wanted["W_new"], "W_"))
    close(after.b, gates(wanted["b_new"], "b_"))
    close(total_error(EXAMPLE), wanted["loss_before"])
    close(total_error(after), wanted["loss_after"])
    close(forward(after)[1].cell.a, wanted["a_2_after"])
    drop = -EXAMPLE.learning_rate * (np.sum(dW**2) + np.sum(db**2))
    close(drop, wanted["first_order_prediction_of_the_drop"])
    np.testing.assert_array_equal(EXAMPLE.W[3], [-0.75, -0.95, -0.34])


def test_derivatives_by_the_initial_state_are_those_of_the_reference():
    wanted = REFERENCE["initial_state_gradients"]
    close([GRADIENTS[0].dc_prev, GRADIENTS[0].da_prev], [wanted["dC_0"], wanted["da_0"]])


def test_a_zero_state_silences_what_it_should():
    steps, wanted = forward(ZERO), REFERENCE["zero_state_variant"]
    gradients = backward(ZERO, steps)
    dW, db = weight_gradient(gradients)
    close(steps[1].cell.a, wanted["a_2"])
    close(dW, wanted["dW"])
    close(db, wanted["db"])
    assert gradients[0].du[0] == wanted["dGf_step1"]
    assert gradients[0].dW[:, 2].tolist() == wanted["a_column_step1"]


def test_softmax_head_is_that_of_the_reference():
    wanted = REFERENCE["softmax_head"]
    np.testing.assert_array_equal(HEAD_WEIGHTS, wanted["W_y"])
    np.testing.assert_array_equal(HEAD_LABEL, wanted["one_hot_label"])
    assert len(WORDS) == len(HEAD_LABEL)
    head = softmax_head(HEAD_WEIGHTS, [STEPS[1].cell.a], HEAD_LABEL)
    close([[STEPS[1].cell.a]], wanted["a_t"])
    close(head.z[:, None], wanted["Z"])
    close(head.p[:, None], wanted["Y_hat"])
    close(head.error, wanted["E"])
    close(head.dp, wanted["dE_dYhat (1x3)"])
    close(head.jacobian, wanted["softmax_jacobian (3x3)"])
    close(head.dz, wanted["dE_dZ = Y_hat - y (1x3)"])
    close(head.da, wanted["dE_da (1x1)"])
    close(head.dW_y, wanted["dE_dWy (3x1)"])


@every_example
def test_weight_gradients_are_central_differences(example):
    dW, db = weight_gradient(backward(example, forward(example)))
    assert check_gradient(lambda W: total_error(replace(example, W=W)), dW, example.W).passed(1e-9)
    assert check_gradient(lambda b: total_error(replace(example, b=b)), db, example.b).passed(1e-9)


@every_example
def test_derivatives_by_inputs_and_state_are_central_differences(example):
    gradients = backward(example, forward(example))
    dx = np.array([gradient.dx for gradient in gradients])
    assert check_gradient(lambda x: total_error(replace(example, x=x)), dx, example.x).passed(1e-9)
    state = np.array([example.a_0, example.c_0])
    dstate = np.array([gradients[0].da_prev, gradients[0].dc_prev])
    assert check_gradient(
        lambda s: total_error(replace(example, a_0=float(s[0]), c_0=float(s[1]))), dstate, state
    ).passed(1e-9)


@pytest.mark.parametrize("t", [0, 1])
def test_derivatives_by_gate_values_are_central_differences(t):
    def rest(values, a=0.0, c=0.0):
        """The total error when step t has these values, its output and state moved by a and c."""
        now = cell(values, STEPS[t].cell.c_prev)
        now = replace(now, c=now.c + c)
        output = float(np.tanh(now.c)) * now.gate_o + a
        later = replace(EXAMPLE, x=EXAMPLE.x[t + 1 :], y=EXAMPLE.y[t + 1 :], a_0=output, c_0=now.c)
        return (output - EXAMPLE.y[t]) ** 2 / 2 + total_error(later)

    values, gradient = gate_values(STEPS[t].u), GRADIENTS[t]
    assert check_gradient(rest, gradient.dvalue, values).passed(1e-9)
    moved = np.array([gradient.da, gradient.dc])
    assert check_gradient(lambda v: rest(values, *v), moved, np.zeros(2)).passed(1e-9)


def test_step_backward_takes_what_the_next_step_sends_back():
    last = step_backward(EXAMPLE.W, STEPS[1], 0.0, 0.0)
    first = step_backward(EXAMPLE.W, STEPS[0], last.da_prev, last.dc_prev)
    assert first.da == first.da_local + last.da_prev
    assert first.dc == first.dc_through_a + last.dc_prev
    np.testing.assert_array_equal(first.du, GRADIENTS[0].du)


@every_example
def test_pytorch_agrees(example):
    torch = pytest.importorskip("torch")
    lstm = torch.nn.LSTM(2, 1, dtype=torch.float64)
    order = [1, 0, 2, 3]  # PyTorch's i, f, g, o are the post's u, f, c, o
    with torch.no_grad():
        lstm.weight_ih_l0.copy_(torch.tensor(example.W[order, :2]))
        lstm.weight_hh_l0.copy_(torch.tensor(example.W[order, 2:]))
        lstm.bias_ih_l0.copy_(torch.tensor(example.b[order]))
        lstm.bias_hh_l0.zero_()
    x, a, c = (
        torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for value in (example.x, [[example.a_0]], [[example.c_0]])
    )
    output, _ = lstm(x, (a, c))
    error = ((output[:, 0] - torch.tensor(example.y)) ** 2).sum() / 2
    error.backward()
    steps = forward(example)
    gradients = backward(example, steps)
    dW, db = weight_gradient(gradients)
    pairs = [
        ([step.cell.a for step in steps], output[:, 0]),
        (dW[order, :2], lstm.weight_ih_l0.grad),
        (dW[order, 2:], lstm.weight_hh_l0.grad),
        (db[order], lstm.bias_ih_l0.grad),
        ([gradient.dx for gradient in gradients], x.grad),
        ([[gradients[0].da_prev]], a.grad),
        ([[gradients[0].dc_prev]], c.grad),
    ]
    for own, theirs in pairs:
        np.testing.assert_allclose(own, theirs.detach().numpy(), rtol=0, atol=1e-14)
