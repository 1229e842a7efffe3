"""The prose of the bank: its form, and the numbers in it recomputed."""

from __future__ import annotations

import re
from itertools import permutations

import numpy as np
import pytest

from engine.network import mlp
from engine.optimizers import GD, AdamW, Momentum, RMSProp
from quiz_bank.certify import variant_of
from quiz_bank.grading.judge import grade
from quiz_bank.loader import load_bank
from quiz_bank.model import Order

PROSE = [question for question in load_bank() if not question.is_template]
CHOICES = [question for question in PROSE if question.kind in ("choice", "choices")]
ORDERS = [question for question in PROSE if question.kind == "order"]


def by_id(questions):
    return pytest.mark.parametrize("question", questions, ids=lambda question: question.id)


def right_option(question_id: str) -> str:
    (text,) = (o.text for o in variant_of(load_bank()[question_id], 0).answer if o.correct)
    return text


@by_id(PROSE)
def test_formulas_and_code_are_closed(question):
    variant = variant_of(question, 0)
    texts = [variant.prompt, variant.solution, *variant.hints]
    if isinstance(variant.answer, Order):
        texts += variant.answer.items
    else:
        texts += [text for option in variant.answer for text in (option.text, option.feedback)]
    for text in texts:
        assert text.count("```") % 2 == 0
        prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
        assert prose.count("$") % 2 == 0, prose
        assert prose.count("{") == prose.count("}"), prose
        words = re.sub(r"\$.+?\$", "", prose)  # on one line: Streamlit misses other formulas
        assert not re.search(r"[\\{}_^<\t\f\b]", words), words
        assert not re.search(r"[\t\f\b\r\v\a]", text), text  # an escape eaten by a basic string


@by_id(CHOICES)
def test_options_are_shuffled_by_the_seed_and_graded(question):
    orders = set()
    for seed in range(30):
        variant = variant_of(question, seed)
        assert variant == variant_of(question, seed)
        orders.add(tuple(option.text for option in variant.answer))
        right = [k for k, option in enumerate(variant.answer) if option.correct]
        response = right if question.kind == "choices" else right[0]
        assert grade(question, variant, response).verdict == "correct"
        for k, option in enumerate(variant.answer):
            if not option.correct:
                graded = grade(question, variant, [k] if question.kind == "choices" else k)
                assert graded.verdict == "incorrect"
                assert option.feedback in graded.feedback
    assert len(orders) > 3
    assert len({frozenset(order) for order in orders}) == 1


@by_id(ORDERS)
def test_orders_accept_what_their_pairs_allow(question):
    variant = variant_of(question, 0)
    size = len(variant.answer.items)
    right = [
        arranged
        for arranged in permutations(range(size))
        if grade(question, variant, arranged).verdict == "correct"
    ]
    assert tuple(range(size)) in right
    # Adam: the two moments in either order, and the step count at any of four places.
    expected = {"backprop/one-training-step": 1, "optimizers/adam-step-order": 2 * 4}
    assert len(right) == expected[question.id]


def test_parameter_count():
    assert right_option("basics/count-parameters") == str(mlp((3, 4, 1)).size)


def test_uniform_cross_entropy():
    assert f"{np.log(10):.3f}" in right_option("losses/uniform-cross-entropy")


def test_sigmoid_through_tanh():
    z = np.linspace(-4, 4, 9)
    np.testing.assert_allclose(1 / (1 + np.exp(-z)), 0.5 + 0.5 * np.tanh(z / 2), rtol=1e-12)
    assert right_option("basics/sigmoid-as-tanh").count("alve") == 2


def test_saturated_product_is_not_a_number():
    a, y = 1 / (1 + np.exp(np.float64(-40.0))), 0.0
    with np.errstate(all="ignore"):
        product = (-y / a + (1 - y) / (1 - a)) * (a * (1 - a))
    assert np.isnan(product)
    assert a - y == 1.0
    assert "NaN" in right_option("losses/loss-from-logits")


def test_price_as_probability_has_no_lower_bound():
    p = np.array([0.9, 0.99, 0.999])
    losses = -(350 * np.log(p) + (1 - 350) * np.log(1 - p))
    assert np.all(np.diff(losses) < -700)


def test_curvature_limit():
    def distance(rate: float) -> float:
        theta = np.array([1.0, 1.0])
        for _ in range(3000):
            theta, _ = GD(rate).step(theta, np.array([100.0, 1.0]) * theta, ())
            if np.abs(theta).max() > 1e6:
                break
        return float(np.abs(theta).max())

    assert right_option("optimizers/curvature-limit") == r"$\eta < 0.02$"
    assert distance(0.0199) < 1e-6
    assert distance(0.0201) > 1e6
    assert distance(0.02) == pytest.approx(1.0)


def test_momentum_forms_move_ten_to_one():
    ways = {}
    for form in ("accumulate", "average"):
        rule, theta = Momentum(0.1, 0.9, form), np.array(0.0)
        state, way = rule.init(theta), []
        for _ in range(30):
            theta, state = rule.step(theta, np.array(2.0), state)
            way.append(float(theta))
        ways[form] = np.array(way)
    np.testing.assert_allclose(ways["accumulate"], 10 * ways["average"], rtol=1e-12)
    assert right_option("optimizers/momentum-forms").startswith("A moves 10 times as far")


def test_rmsprop_divides_by_the_root_mean_square():
    _, (s,) = RMSProp(0.1, beta=0.9).step(np.array(0.0), np.array(2.0), (np.array(9.0),))
    assert float(s) == pytest.approx(0.9 * 9 + 0.1 * 4)
    gradients = np.array([0.0, 0.0, 0.0, 4.0])
    assert (np.abs(gradients).mean(), np.sqrt((gradients**2).mean())) == (1.0, 2.0)


def test_adamw_listing_runs_away_and_the_rule_does_not():
    frozen, theta = 1.0, np.array(1.0)
    rule = AdamW(learning_rate=0.1, weight_decay=0.1)
    state = rule.init(theta)
    for _ in range(400):
        frozen -= 0.1 * 0.1 * 1.0
        theta, state = rule.step(theta, np.array(0.0), state)
    assert frozen == pytest.approx(-3.0)
    assert 0 < float(theta) < 0.02


def test_adaptive_scaling_weakens_the_coupled_decay_of_the_noisy_weight():
    def shrunk(decoupled: bool) -> np.ndarray:
        rng = np.random.default_rng(0)
        rule = AdamW(learning_rate=0.001, weight_decay=0.1, decoupled=decoupled)
        theta = np.ones((2, 200))
        state, noise = rule.init(theta), np.array([[0.1], [10.0]])
        for _ in range(500):
            theta, state = rule.step(theta, noise * rng.standard_normal((2, 200)), state)
        return 1 - theta.mean(axis=1)

    small, large = shrunk(decoupled=True)
    assert small == pytest.approx(large, abs=0.01)
    small, large = shrunk(decoupled=False)
    assert small > 5 * abs(large)


def test_listings_name_the_line_that_is_wrong():
    """Each listing as printed disagrees with the truth, and agrees with its one line mended."""
    rng = np.random.default_rng(0)
    X, W1, W2 = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    Y, eta = rng.normal(size=(5, 2)), 0.1
    H = np.tanh(X @ W1)
    listing = listing_of("backprop/wrong-line-two-layers")
    mended = listing.replace("new_W2.T", "W2.T")
    network = mlp((3, 4, 2), "tanh")
    theta = np.concatenate([W1.ravel(), np.zeros(4), W2.ravel(), np.zeros(2)])
    output, trace = network.forward(theta, X)
    gradient = network.unpack(network.backward(theta, trace, (output - Y) / len(X)))
    expected = W1 - eta * gradient["W1"], W2 - eta * gradient["W2"]
    arguments = X, Y, H, H @ W2, W1, W2, eta
    printed = run(listing, "train_step", *arguments)
    assert not np.allclose(printed[0], expected[0])
    for got, wanted in zip(run(mended, "train_step", *arguments), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)
    assert right_option("backprop/wrong-line-two-layers") == line_of(listing, "new_W2.T")


def test_bias_listing():
    rng = np.random.default_rng(1)
    X, W, dA = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    A = 1 / (1 + np.exp(-(X @ W)))
    listing = listing_of("backprop/wrong-line-bias")
    mended = listing.replace("db = dZ ", "db = dZ.sum(axis=0) ")
    network = mlp((3, 4), output="sigmoid")
    theta = np.concatenate([W.ravel(), np.zeros(4)])
    _, trace = network.forward(theta, X)
    gradient = network.unpack(network.backward(theta, trace, dA))
    dW, db, _ = run(mended, "backward", X, A, W, dA)
    np.testing.assert_allclose(dW, gradient["W1"], rtol=1e-12)
    np.testing.assert_allclose(db, gradient["b1"], rtol=1e-12)
    assert run(listing, "backward", X, A, W, dA)[1].shape != (4,)
    assert right_option("backprop/wrong-line-bias") == line_of(listing, "db = dZ ")


def test_adamw_listing_differs_from_the_engine_in_one_line():
    listing = listing_of("optimizers/wrong-line-adamw")
    mended = listing.replace("lam * start", "lam * theta")
    settings = 20, 0.05, 0.9, 0.99, 1e-8, 0.2
    start = np.array([2.0, -1.0])
    rule, theta = AdamW(0.05, 0.9, 0.99, 1e-8, 0.2), start
    state = rule.init(theta)
    for _ in range(20):
        theta, state = rule.step(theta, 3 * theta, state)
    np.testing.assert_allclose(
        run(mended, "adamw", start, lambda point: 3 * point, *settings), theta, rtol=1e-12
    )
    printed = run(listing, "adamw", start, lambda point: 3 * point, *settings)
    assert not np.allclose(printed, theta, rtol=1e-3)
    assert right_option("optimizers/wrong-line-adamw") == line_of(listing, "lam * start")


def listing_of(question_id: str) -> str:
    prompt = variant_of(load_bank()[question_id], 0).prompt
    return re.search(r"```python\n(.*?)```", prompt, flags=re.DOTALL)[1]


def run(listing: str, name: str, *arguments):
    scope: dict = {}
    exec(listing, scope)  # our own listing, as shown to the learner
    return scope[name](*arguments)


def line_of(listing: str, part: str) -> str:
    (line,) = (line for line in listing.splitlines() if part in line)
    return "Line " + line.split("# line ")[1]
