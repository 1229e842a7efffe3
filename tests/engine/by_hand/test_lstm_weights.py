"""The LSTM by hand as a file: there and back, PyTorch's own gradients, and all that is refused."""

from __future__ import annotations

import io
import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from engine.by_hand.lstm import backward, forward, total_error, weight_gradient
from engine.by_hand.lstm_edits import apply_edits, differences
from engine.by_hand.lstm_example import EXAMPLE
from engine.by_hand.lstm_weights import (
    MAX_BYTES,
    TORCH_SHAPES,
    Unusable,
    export_json,
    from_torch,
    import_numbers,
    to_torch,
)

EDITED, _ = apply_edits(
    {("W_o", (2,)): 0.5, ("b_f", ()): 1 / 3, ("x_1", (1,)): -0.3, ("C_0", ()): 2}
)
WEIGHTS = {name: array.tolist() for name, array in to_torch(EDITED).items()}


def as_json(contents) -> bytes:
    return json.dumps(contents).encode()


def as_npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def test_an_export_comes_back_exactly_with_its_marks():
    text = export_json(EDITED)
    assert differences(import_numbers(text.encode(), EXAMPLE), EDITED) == {}
    contents = json.loads(text)
    assert contents["origin"]["W_o[3]"] == contents["origin"]["b_f"] == "yours"
    assert contents["origin"]["W_o[1]"] == contents["origin"]["y_2"] == "published"
    assert contents["origin"]["W_c[1]"] == "chosen"
    assert contents["weight_hh_l0"] == WEIGHTS["weight_hh_l0"]


@pytest.mark.parametrize(
    "data", [as_json(WEIGHTS), as_npz(**to_torch(EDITED))], ids=["json", "npz"]
)
def test_weights_of_pytorch_replace_the_weights_alone(data):
    found = import_numbers(data, EXAMPLE)
    np.testing.assert_array_equal(found.W, EDITED.W)
    np.testing.assert_array_equal(found.b, EDITED.b)
    assert differences(replace(found, W=EXAMPLE.W, b=EXAMPLE.b)) == {}


def test_the_two_biases_of_pytorch_add_up():
    weights = {name: np.array(values) for name, values in WEIGHTS.items()}
    weights["bias_hh_l0"] = np.array([1.0, 2.0, 3.0, 4.0])
    found = from_torch(weights)
    added = [found[f"b_{gate}"] - EDITED.b[k] for k, gate in enumerate("fuco")]
    np.testing.assert_allclose(added, [2.0, 1.0, 3.0, 4.0], rtol=1e-15)


def test_pytorch_loads_the_export_and_has_the_same_outputs_and_gradients():
    torch = pytest.importorskip("torch")
    contents = json.loads(export_json(EDITED))
    lstm = torch.nn.LSTM(2, 1, dtype=torch.float64)
    double = {name: torch.tensor(contents[name], dtype=torch.float64) for name in TORCH_SHAPES}
    assert {name: tuple(w.shape) for name, w in lstm.state_dict().items()} == TORCH_SHAPES
    lstm.load_state_dict(double)
    numbers = {
        name: torch.tensor(value, dtype=torch.float64)
        for name, value in contents["numbers"].items()
    }
    x = torch.stack([numbers["x_1"], numbers["x_2"]])
    state = numbers["a_0"].reshape(1, 1), numbers["C_0"].reshape(1, 1)
    outputs, _ = lstm(x, state)
    error = ((outputs[:, 0] - torch.stack([numbers["y_1"], numbers["y_2"]])) ** 2).sum() / 2
    error.backward()
    steps = forward(EDITED)
    dW, db = weight_gradient(backward(EDITED, steps))
    wanted = to_torch(replace(EDITED, W=dW, b=db))
    wanted["bias_hh_l0"] = wanted["bias_ih_l0"]
    np.testing.assert_allclose(
        outputs[:, 0].detach(), [step.cell.a for step in steps], rtol=0, atol=1e-12
    )
    assert float(error.detach()) == pytest.approx(total_error(EDITED), abs=1e-12)
    for name, w in lstm.named_parameters():
        np.testing.assert_allclose(w.grad, wanted[name], rtol=0, atol=1e-12)


def test_a_network_of_pytorch_itself_is_read_as_the_page_says():
    torch = pytest.importorskip("torch")
    lstm = torch.nn.LSTM(2, 1)
    data = as_json({name: w.tolist() for name, w in lstm.state_dict().items()})
    example = import_numbers(data, EXAMPLE)
    x = torch.tensor(example.x, dtype=torch.float32)
    state = torch.full((1, 1), example.a_0), torch.full((1, 1), example.c_0)
    with torch.no_grad():
        outputs, _ = lstm(x, state)
    found = [step.cell.a for step in forward(example)]
    np.testing.assert_allclose(outputs[:, 0], found, rtol=0, atol=1e-6)


def torch_file(**options) -> bytes:
    torch = pytest.importorskip("torch")
    file = io.BytesIO()
    torch.save(torch.nn.LSTM(2, 1).state_dict(), file, **options)
    return file.getvalue()


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickled_file_of_pytorch_is_never_opened(zipped, monkeypatch):
    data = torch_file(_use_new_zipfile_serialization=zipped)
    monkeypatch.setattr(pickle, "load", pytest.fail)
    monkeypatch.setattr(pickle, "loads", pytest.fail)
    monkeypatch.setattr(pickle, "Unpickler", pytest.fail)
    with pytest.raises(Unusable, match="pickled"):
        import_numbers(data, EXAMPLE)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cannot be read as JSON"),
        (b"\xff\xfe\x00", "cannot be read as JSON"),
        (b"[1, 2]", "has no names"),
        (b"[" * 50_000, "cannot be read as JSON"),
        (b"9" * 6_000, "cannot be read as JSON"),
        (b" " * (MAX_BYTES + 1), "larger than 1 MB"),
        (pickle.dumps({"a": 1}), "pickled"),
        (b"PK\x03\x04 damaged", "no .npz"),
        (as_npz(weight_ih_l0=np.array([{}], dtype=object)), "no .npz"),
        (as_npz(weight_ih_l0=np.zeros(200_000)), "unpacks to more"),
        (as_json({}), "weight_ih_l0 is missing"),
        (as_json(WEIGHTS | {"weight_ih_l1": [[1]]}), "`weight_ih_l1` has no place"),
        (as_json({k: v for k, v in WEIGHTS.items() if k != "bias_hh_l0"}), "bias_hh_l0 is missing"),
        (
            as_json(WEIGHTS | {"weight_ih_l0": [[1, 2, 3]] * 4}),
            "has shape (4, 3), and shape (4, 2)",
        ),
        (as_json(WEIGHTS | {"weight_ih_l0": [[1, 2], [3]] * 2}), "rows of different lengths"),
        (as_json(WEIGHTS | {"bias_ih_l0": 1.0}), "has shape (), and shape (4,)"),
        (as_json(WEIGHTS | {"bias_ih_l0": [1, 2, 3, np.nan]}), "bias_ih_l0[4] is NaN"),
        (as_json(WEIGHTS | {"bias_ih_l0": [1, 2, 3, np.inf]}), "bias_ih_l0[4] is beyond 1000"),
        (as_json(WEIGHTS | {"bias_ih_l0": [1, 2, 3, 1e308]}), "bias_ih_l0[4] is beyond 1000"),
        (as_json(WEIGHTS | {"bias_ih_l0": [1, 2, 3, 10**400]}), "bias_ih_l0[4] is beyond 1000"),
        (as_json(WEIGHTS | {"bias_ih_l0": [1, 2, 3, "4"]}), "bias_ih_l0[4] is not a number"),
        (as_json(WEIGHTS | {"bias_ih_l0": [1, 2, 3, True]}), "bias_ih_l0[4] is not a number"),
        (as_json(WEIGHTS | {"bias_ih_l0": [1, 2, 3, None]}), "bias_ih_l0[4] is not a number"),
        (as_json(WEIGHTS | {n: [600] * 4 for n in ("bias_ih_l0", "bias_hh_l0")}), "sum of both"),
        (as_json({"numbers": {}}), "W_f is missing"),
        (as_json({"numbers": {"W_f": [1, 2]}}), "W_f has shape (2,), and shape (3,)"),
        (as_json({"numbers": 5}), "`numbers` has no place"),
        (as_json({"`$\n" * 100: 1}), "has no place"),
    ],
)
def test_a_file_that_cannot_be_used_gets_a_sentence(data, words):
    with pytest.raises(Unusable) as refused:
        import_numbers(data, EXAMPLE)
    assert words in str(refused.value)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 250


def test_deeply_nested_lists_are_refused_in_words():
    for depth in (20, 200, 900):
        nested = "[" * depth + "]" * depth
        with pytest.raises(Unusable):
            import_numbers(f'{{"weight_ih_l0": {nested}}}'.encode(), EXAMPLE)
