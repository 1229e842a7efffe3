"""The softmax head: words and their origin, Jacobians in place, captions also when saturated."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import softmax
from engine.by_hand.head_chain import head_chain
from engine.by_hand.lstm import forward
from engine.by_hand.lstm_example import EXAMPLE, HEAD_LABEL, HEAD_WEIGHTS, WORDS
from engine.by_hand.sentence import DISTRIBUTIONS
from pages.figures.matrix_blocks import cell_text
from pages.figures.softmax_head import (
    ALL,
    LABEL,
    NONE,
    WINNER,
    describe_head,
    describe_word,
    head_alt,
    head_figure,
    raised,
    word_alt,
    word_figure,
)
from pages.figures.softmax_head_chain import (
    STAGES,
    chain_alt,
    chain_figure,
    describe_stage,
    head_table,
    stage_lines,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    numbers,
    same,
    shown,
    validated,
)

A_2 = forward(EXAMPLE)[1].cell.a
CHAINS = {
    "usual": head_chain(HEAD_WEIGHTS, [A_2], HEAD_LABEL),
    "another label": head_chain(HEAD_WEIGHTS, [0.7], [0, 0, 1]),
    "saturated": head_chain([[-1000], [1000], [0]], [1], HEAD_LABEL),
    "sure": head_chain([[1000], [-1000], [0]], [1], HEAD_LABEL),
    "nearly sure": head_chain([[60], [0], [0]], [1], HEAD_LABEL),
    "flat": head_chain([[0], [0], [0]], [0], HEAD_LABEL),
}
every_chain = pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
CELLS = ((0, 0), (0, 1), (2, 1), (2, 2))


@every_look
@pytest.mark.parametrize("t", range(3))
def test_each_word_shows_its_distribution_and_where_it_is_from(t, look):
    bars = validated(word_figure(t, look))["data"][0]
    same(array(bars["x"]), DISTRIBUTIONS[t])
    assert sum("published" in note for note in bars["text"]) == (t == 0)
    assert sum("picked" in name for name in bars["y"]) == 1
    assert len(set(bars["marker"]["pattern"]["shape"])) == 2
    text = clean(describe_word(t))
    assert f"**“{('How', 'are', 'you')[t]}”**" in text
    assert after(text, "probable with **") == DISTRIBUTIONS[t].max()
    assert ("states this 0.6" in text) == (t == 0)
    clean(word_alt(t))


def test_the_last_word_completes_the_sentence():
    assert describe_word(2).endswith("**How are you**.")


@every_look
@every_chain
def test_probabilities_are_those_of_the_head(chain, look):
    bars = validated(head_figure(chain, look))["data"][0]
    same(array(bars["x"]), softmax(chain.W_y @ chain.a))
    text = clean(describe_head(chain))
    label = int(chain.y.argmax())
    assert after(text, "probability of **") == shown(chain.p[label])
    assert after(text, "cross-entropy is **") == shown(chain.error, 6)
    clean(head_alt(chain))


@every_look
@every_chain
@pytest.mark.parametrize("stage", STAGES)
def test_matrices_stand_where_rows_meet_columns(chain, stage, look):
    spec = validated(chain_figure(chain, stage, (0, 1), look))
    grid = spec["data"][0]["text"]
    at = STAGES.index(stage)
    places = {
        0: (np.s_[4:5], np.s_[0:3], chain.dp),
        1: (np.s_[0:3], np.s_[4:7], chain.jacobian),
        2: (np.s_[4:5], np.s_[4:7], chain.dz),
        3: (np.s_[0:3], np.s_[8:9], chain.W_y),
        4: (np.s_[4:5], np.s_[8:9], chain.da[None]),
    }
    for k, (rows, columns, values) in places.items():
        texts = [row[columns] for row in grid[rows]]
        expected = [
            [cell_text(v) if k <= at else "?" for v in row]
            for row in values.reshape(len(texts), -1).tolist()
        ]
        assert texts == expected
    assert spec["layout"]["shapes"]
    open_texts = chain_figure(chain, STAGES[-1], (0, 1), look, revealed=False).to_dict()["data"][0][
        "text"
    ]
    assert open_texts[4][4:] == ["?", "?", "?", "", "?"]


@every_chain
@pytest.mark.parametrize("cell", CELLS)
def test_every_stage_has_its_words_and_lines(chain, cell):
    i, j = cell
    for stage in STAGES:
        text = clean(describe_stage(chain, stage, cell))
        assert ("saturated" in text) == chain.is_saturated
        assert ("−1/Ŷ is infinite" in text) == chain.is_saturated
        clean(chain_alt(chain, stage, cell))
        assert all("nan" not in line for pair in stage_lines(chain, stage, cell) for line in pair)
    text = describe_stage(chain, "∂Ŷ/∂Z", cell)
    assert after(text, "at the rate **") == shown(chain.jacobian[i, j])
    text = describe_stage(chain, "∂E/∂a", cell)
    assert after(text, "receives **") == shown(chain.da.item(), 6)
    assert numbers(text)[:6] == [1, 3, 3, 3, 3, 1]
    clean(chain_alt(chain, STAGES[-1], cell, revealed=False))


def test_a_cell_is_written_out_by_its_place():
    chain = CHAINS["usual"]
    ((on, _),) = stage_lines(chain, "∂Ŷ/∂Z", (1, 1))
    ((off, numbers_off),) = stage_lines(chain, "∂Ŷ/∂Z", (0, 1))
    assert r"(1 - \hat y_2)" in on
    assert off.endswith(r"-\hat y_1\,\hat y_2")
    assert numbers_off.endswith("= -0.1151")


def test_signs_are_said_as_they_are():
    assert "at the label alone" in describe_stage(CHAINS["usual"], "∂E/∂Z", (0, 0))
    assert "nothing left" in describe_stage(CHAINS["nearly sure"], "∂E/∂Z", (0, 0))
    assert "−∞" in describe_stage(CHAINS["saturated"], "∂E/∂Ŷ", (0, 0))


def test_equal_probabilities_have_no_winner():
    assert "“are”, “How” and “you” are equally probable" in describe_head(CHAINS["flat"])
    tie = describe_head(head_chain([[0], [1], [1]], [1], HEAD_LABEL))
    assert "“How” and “you” are equally probable" in tie
    assert "the most probable word is “How”, not the label" in describe_head(CHAINS["usual"])


def test_the_product_is_named_once_it_is_shown():
    def words(stage, **more):
        spec = chain_figure(CHAINS["usual"], stage, (0, 1), LIGHT, **more).to_dict()
        return {note["text"] for note in spec["layout"]["annotations"]}

    assert "∂E/∂Z = Ŷ − y" in words("∂E/∂Z")
    assert "∂E/∂Z" in words("∂Ŷ/∂Z")
    assert "∂E/∂Z" in words("∂E/∂a", revealed=False)


def test_only_the_logit_of_the_label_rises():
    assert raised(CHAINS["usual"]) == LABEL
    assert raised(CHAINS["saturated"]) == LABEL
    assert raised(CHAINS["sure"]) == NONE
    assert len({LABEL, WINNER, ALL, NONE}) == 4


@every_chain
def test_the_table_has_a_row_per_word(chain):
    table = head_table(chain)
    assert [name.split()[0] for name in table["word"]] == list(WORDS)
    np.testing.assert_allclose(table["∂E/∂Z"], table["Ŷ"] - table["y"], atol=1e-15)
    np.testing.assert_allclose(table["∂E/∂W_y"], table["∂E/∂Z"] * chain.a[0], atol=1e-12)
