"""One target word: bars, curve, Jacobian and parts against recomputed numbers, also at the ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.activations import log_softmax, softmax
from engine.by_hand.lstm_example import EXAMPLE, WORDS
from engine.gradcheck import numerical_gradient
from engine.seq2seq.batch import SPECIALS
from engine.studies.word_back import post_part_norms, post_word
from engine.studies.word_step import WordStep
from pages.figures.matrix_blocks import cell_text
from pages.figures.word_step import (
    TOP,
    Shown,
    bars,
    chance,
    gradient_figure,
    probability_figure,
    spoken,
)
from pages.figures.word_step_back import (
    AMONG,
    ROWS,
    among,
    describe_jacobian,
    describe_parts,
    jacobian_alt,
    jacobian_figure,
    largest_entries,
    parts_alt,
    parts_figure,
    word_table,
)
from pages.figures.word_step_update import describe_update, update_alt, update_figure
from pages.figures.word_step_words import (
    describe_word,
    gradient_alt,
    gradient_at_label,
    guesses,
    probability_alt,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    same,
    shown,
    validated,
    value,
)

VOCABULARY = (*SPECIALS, *(f"word{k}" for k in range(56)))
NORMS = {"source embedding": 0.3, "encoder": 0.1, "attention": 0.2, "dense": 0.6}


def made(sureness: float, rate: float = 0.1, label: int = 9) -> Shown:
    """A word among 60, the ninth more sure by so many nats."""
    rng = np.random.default_rng(2)
    b = rng.normal(size=len(VOCABULARY))
    b[9] += sureness
    W = rng.normal(size=(12, len(b)))
    return Shown(WordStep(np.tanh(rng.normal(size=12)), W, b, label), VOCABULARY, rate)


POST = Shown(post_word(EXAMPLE, 0), WORDS, 0.1)
STATES = {
    "usual": made(7.0),
    "unsure": made(-3.0, rate=0.0001),
    "nearly sure": made(45.0, rate=3.0),
    "certain": made(900.0),
    "wrong": made(8.0, rate=3.0, label=20),
    "hopeless": made(900.0, label=20),
    "post": POST,
}
every_state = pytest.mark.parametrize("state", STATES.values(), ids=STATES)
either_axis = pytest.mark.parametrize("log", [False, True], ids=["linear", "log"])


def exact(state: Shown) -> np.ndarray:
    """Probabilities in more digits."""
    powers = np.exp(state.step.z.astype(np.longdouble) - state.step.z.max())
    return (powers / powers.sum()).astype(float)


@every_look
@every_state
@either_axis
def test_bars_are_the_probabilities_and_sum_to_one(state, log, look):
    spec = validated(probability_figure(state, log, look))
    bar, moved = spec["data"]
    names, p = bars(state, exact(state))
    drawn = np.nan_to_num(array(bar["x"]))
    np.testing.assert_allclose(drawn, p, rtol=1e-5, atol=1e-30)
    assert drawn.sum() == pytest.approx(1, abs=1e-6)
    assert spec["layout"]["yaxis"]["ticktext"] == names
    z = state.step.z - state.rate * state.step.stretch * state.step.dz
    _, later = bars(state, softmax(z))
    np.testing.assert_allclose(np.nan_to_num(array(moved["x"])), later, rtol=1e-4, atol=1e-12)
    assert bar["marker"]["pattern"]["shape"].count("/") == 1
    assert [value(text) for text in bar["text"]] == [shown(float(v), 3) for v in p]
    low, high = spec["layout"]["xaxis"]["range"]
    assert high > (0 if log else 1)
    assert low < high


@every_look
@every_state
@either_axis
def test_gradient_bars_are_below_0_at_the_label_alone(state, log, look):
    spec = validated(gradient_figure(state, log, look))
    (bar,) = spec["data"]
    names, dz = bars(state, state.step.dz)
    drawn = np.nan_to_num(array(bar["x"]))
    np.testing.assert_allclose(drawn, np.abs(dz) if log else dz, rtol=1e-5, atol=1e-30)
    hatched = bar["marker"]["pattern"]["shape"].index("/")
    assert names[hatched] == f"{state.label}, label"
    texts = [value(text) for text in bar["text"]]
    assert sum(texts) == pytest.approx(0, abs=2e-3)
    assert [text < 0 for text in texts] == [k == hatched and dz[k] < 0 for k in range(len(texts))]
    low, high = spec["layout"]["xaxis"]["range"]
    assert low < high


def test_words_without_a_bar_are_one_bar():
    usual = STATES["usual"]
    names, p = bars(usual, usual.step.p)
    assert len(names) == TOP + 1
    assert names[-1] == f"{len(VOCABULARY) - TOP} others"
    assert p[-1] == pytest.approx(1 - p[:-1].sum())
    assert (np.diff(p[:-1]) <= 0).all()
    assert bars(POST, POST.step.p)[0] == ["How", "you", "are, label"]
    label = bars(STATES["wrong"], STATES["wrong"].step.p)[0]
    assert label[-2] == "word16, label"


def test_without_the_result_there_is_no_step():
    figure = probability_figure(STATES["usual"], False, LIGHT, revealed=False)
    assert len(validated(figure)["data"]) == 1
    text = clean(probability_alt(STATES["usual"], revealed=False))
    assert "After" not in text


@every_state
def test_the_caption_has_the_words_numbers(state):
    text, step = clean(describe_word(state)), state.step
    assert f"gives “{state.label}” **" in text
    assert after(text, f"gives “{state.label}” **") == shown(float(step.p[step.label]), 3)
    error = -float(log_softmax(step.z)[step.label])
    assert after(text, "an error of **") == pytest.approx(error, rel=6e-3, abs=1e-12)
    assert after(text, f"among {len(state.words)} words costs ") == shown(
        np.log(len(state.words)), 3
    )
    assert after(text, "p − y is **") == shown(float(step.dz[step.label]), 3)
    rest = float(np.delete(step.p, step.label).sum())
    assert after(text, " share ") == shown(rest, 3)
    assert text.endswith("So p sums to 1 and p − y to 0.")
    clean(probability_alt(state))
    assert len(numbers(clean(gradient_alt(state)))) >= 3


@every_state
def test_a_guess_is_right_and_one_only(state):
    options = guesses(state)
    assert len(options) >= 2
    assert len(set(options)) == len(options)
    assert options.count(gradient_at_label(state)) == 1
    assert value(gradient_at_label(state)) == shown(float(state.step.dz[state.step.label]), 3)


@every_look
@every_state
def test_the_curve_starts_at_the_error_with_the_tangent(state, look):
    spec = validated(update_figure(state, look))
    curve = named(spec, "error after the step")
    tangent = named(spec, "first order: E − η‖g‖²")
    chosen = named(spec, "chosen η")
    errors, line = array(curve["y"]), array(tangent["y"])
    same(errors[0], state.step.error)
    same(line[0], state.step.error)
    assert chosen["x"] == [state.rate]
    assert chosen["y"] == [pytest.approx(state.after.error)]
    assert (errors >= line - 1e-5 * max(state.step.error, 1e-9)).all()
    assert array(curve["x"])[-1] == pytest.approx(2 * state.rate)
    low, high = spec["layout"]["yaxis"]["range"]
    assert low <= high


@every_state
def test_the_step_is_told_as_it_was(state):
    text, step = clean(describe_update(state)), state.step
    assert after(text, f"takes “{state.label}” from **") == shown(float(step.p[step.label]), 3)
    assert after(text, "** to **") == shown(float(state.after.p[step.label]), 3)
    assert after(text, "falls by **") == shown(step.error - state.after.error, 3)
    g = np.append(step.dW.ravel(), [] if step.b is None else step.dz)
    assert after(text, "η‖g‖², says ") == shown(state.rate * float(g @ g), 3)
    clean(update_alt(state))


def test_another_winner_is_named():
    assert "The most probable word is now “word16”." in describe_update(STATES["wrong"])
    assert "most probable" not in describe_update(STATES["usual"])
    small = replace(STATES["usual"], rate=1e-4)
    assert "the same to two digits" in describe_update(small)


@every_look
@every_state
def test_jacobian_cells_are_differences(state, look):
    (heat,) = validated(jacobian_figure(state, look))["data"]
    chosen = among(state)
    assert state.step.label in chosen
    assert len(chosen) == min(AMONG, len(state.words))
    z = state.step.z - state.step.z.max()

    def probability(i):
        return lambda moved: float(softmax(np.concatenate([moved, np.delete(z, chosen)]))[i])

    rows = [numerical_gradient(probability(i), z[chosen]) for i in range(len(chosen))]
    reach = np.abs(rows).max() or 1.0
    if reach > 1e-6:
        np.testing.assert_allclose(array(heat["z"]), np.array(rows) / reach, atol=1e-4)
    p = exact(state)[chosen]
    texts = (np.diag(p) - np.outer(p, p)).tolist()
    assert heat["text"][0][1] == cell_text(texts[0][1])
    text = clean(describe_jacobian(state))
    own = state.step.p[state.step.label]
    rest = float(np.delete(state.step.p, state.step.label).sum())
    assert after(text, "at the rate **") == pytest.approx(float(own * rest), rel=6e-3, abs=1e-15)
    clean(jacobian_alt(state))


@every_look
def test_parts_are_bars_and_the_largest_is_named(look):
    state = STATES["usual"]
    (bar,) = validated(parts_figure(NORMS, look))["data"]
    same(array(bar["x"]), list(NORMS.values()))
    text = clean(describe_parts(state, NORMS))
    assert after(text, "error has norm **") == shown(np.sqrt(0.09 + 0.01 + 0.04 + 0.36), 3)
    assert "“dense”: 72% of the squared norm" in text
    assert after(text, "W(p − y), of norm **") == shown(
        float(np.linalg.norm(state.step.dvector)), 3
    )
    unit = int(after(text, "most at unit ")) - 1
    assert abs(state.step.dvector[unit]) == np.abs(state.step.dvector).max()
    clean(parts_alt(state, NORMS))
    nothing = dict.fromkeys(NORMS, 0.0)
    validated(parts_figure(nothing, look))
    assert clean(describe_parts(state, nothing)).endswith("nothing is left to change.")


def test_the_posts_parts():
    norms = post_part_norms(EXAMPLE, POST.step)
    text = clean(describe_parts(POST, norms))
    assert after(text, "output a receives **") == shown(float(POST.step.dvector[0]), 3)
    validated(parts_figure(norms, LIGHT))
    clean(parts_alt(POST, norms))


@every_state
def test_the_table_is_the_top_of_the_vocabulary(state):
    table = word_table(state)
    assert len(table) == min(ROWS, len(state.words))
    np.testing.assert_allclose(table["p − y"], table["p"] - table["y"], atol=1e-15)
    np.testing.assert_allclose(table["p"], exact(state)[state.top(ROWS)], rtol=1e-12)
    assert table["y"].sum() == 1
    assert (np.diff(table["p"]) <= 0).all()


def test_checked_entries_are_of_the_label_and_the_runner_up():
    state = STATES["usual"]
    places = largest_entries(state)
    assert {k for _, k in places} == {state.step.label, state.runner_up}
    assert abs(state.step.vector[places[0][0]]) == np.abs(state.step.vector).max()
    assert set(largest_entries(POST)) == {(0, 0), (0, POST.runner_up)}


def test_a_chance_near_one_tells_what_is_missing():
    told = [chance(p) for p in (0.5, 0.976, 0.99731, 0.9999876, 1 - 1e-12, 1.0, 0.0)]
    assert told == ["0.5", "0.976", "0.9973", "0.999988", "1", "1", "0"]


def test_marks_are_no_markup():
    assert [spoken(word) for word in ("<end>", "went", ">", "<")] == ["(end)", "went", ">", "<"]
