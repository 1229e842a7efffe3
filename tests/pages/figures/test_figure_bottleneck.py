"""The bottleneck lab's pictures and captions, against counts of a few made-up translations."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.studies.translation_scores import LEVEL, MEASURES, RIGHT, SENTENCES
from engine.translation.shipped import HeldOut
from pages.figures.bleu import bleu
from pages.figures.bottleneck import TITLES, kept_figure, score_figure
from pages.figures.bottleneck_data import (
    FEW,
    LONG,
    NAMES,
    SHORT,
    by_length,
    compare,
    score,
    select,
    word_count,
)
from pages.figures.bottleneck_words import (
    BORDERS,
    PREDICTIONS,
    describe_again,
    describe_kept,
    describe_scores,
    describe_sentence,
    kept_alt,
    marked,
    outcome,
    plain,
    scores_alt,
    scores_table,
)
from tests.pages.figures.reading import LIGHT, after, clean, every_look, named, numbers, validated

WORDS = ("we", "see", "the", "old", "man", "and", "his", "dog", "at", "home", "now", "too", "there")


def text(words):
    return " ".join(words).capitalize() + "."


def spoiled(reference, wrong, rng):
    """The words of a sentence, about so many of them wrong."""
    return text([w if rng.random() > wrong else "house" for w in reference[:-1].lower().split()])


def made(wrong=(0.3, 0.02), sentences=120):
    """Sentences of 2 to 13 words by two models with such shares of wrong words."""
    rng = np.random.default_rng(0)
    tested = {name: [] for name in NAMES}
    for k in range(sentences):
        reference = text(rng.permutation(WORDS)[: 2 + k % 12])
        german, kind = text(["ja"] * (2 + k % 12)), "ab"[k % 3 == 0]
        for name, share in zip(NAMES, wrong, strict=True):
            output = spoiled(reference, share, rng)
            tested[name].append(HeldOut(german, reference, output, kind))
    return compare(tested)


COMPARED = made()
every_measure = pytest.mark.parametrize("measure", MEASURES)


def test_sentences_are_counted_side_by_side():
    assert len(COMPARED) == 120
    assert COMPARED.counts.shape == (120, 2, 12)
    assert (COMPARED.counts[..., SENTENCES] == 1).all()
    for k, pair in enumerate(COMPARED.outputs):
        for model, output in enumerate(pair):
            assert COMPARED.counts[k, model, RIGHT] == (output == COMPARED.references[k])
    assert COMPARED.lengths.tolist() == [2 + k % 12 for k in range(120)]


def test_only_sentences_that_both_have_are_compared():
    both, one = HeldOut("Ja.", "Yes.", "Yes.", "a"), HeldOut("Nein.", "No.", "No.", "a")
    found = compare(dict(zip(NAMES, ([one, both], [both]), strict=True)))
    assert found.german == ("Ja.",)
    assert len(compare(dict(zip(NAMES, ([one], [both]), strict=True)))) == 0


def test_punctuation_is_no_word():
    assert word_count("Ja, das ist es!") == 4
    assert word_count("Er kommt um 8 Uhr.") == 5


def test_a_choice_is_of_a_kind_sorted_and_always_the_same():
    few = select(COMPARED, "a", 20)
    assert len(few) == 20
    assert set(few.kinds) == {"a"}
    assert (np.diff(few.lengths) >= 0).all()
    assert few.german == select(COMPARED, "a", 20).german
    assert len(select(COMPARED, None, None)) == 120
    assert len(select(COMPARED, "none such", 10)) == 0


@every_measure
def test_scores_are_those_of_the_sentences_of_each_group(measure):
    groups, scores = by_length(COMPARED, 15, measure)
    assert scores.sentences.sum() == len(COMPARED)
    for g, (first, last) in enumerate(groups):
        inside = [k for k, n in enumerate(COMPARED.lengths) if first <= n <= last]
        assert scores.sentences[g] == len(inside)
        for model in range(2):
            pairs = [(COMPARED.outputs[k][model], COMPARED.references[k]) for k in inside]
            if measure == "bleu":
                expected = bleu(*zip(*pairs, strict=True))
                assert scores.values[g, model] == pytest.approx(expected, abs=1e-6)
            if measure == "right":
                assert scores.values[g, model] == 100 * np.mean([a == b for a, b in pairs])
    assert (scores.ends[0] <= scores.ends[1]).all()
    np.testing.assert_allclose(scores.difference, scores.values[:, 1] - scores.values[:, 0])


@every_look
@every_measure
def test_the_picture_has_a_line_per_model_and_the_sentences(measure, look):
    groups, scores = by_length(COMPARED, 15, measure)
    spec = validated(score_figure(groups, scores, measure, look))
    for k, name in enumerate(NAMES.values()):
        line = named(spec, name)
        np.testing.assert_allclose(line["y"], scores.values[:, k])
        low = np.array(line["y"]) - line["error_y"]["arrayminus"]
        np.testing.assert_allclose(low, np.minimum(scores.ends[0, :, k], scores.values[:, k]))
    looks = [(t["line"]["dash"], t["marker"]["symbol"]) for t in spec["data"][:2]]
    assert len({dash for dash, _ in looks}) == len({marker for _, marker in looks}) == 2
    assert spec["data"][2]["y"] == scores.sentences.tolist()
    assert spec["layout"]["yaxis"]["title"]["text"] == TITLES[measure]
    assert spec["layout"]["yaxis"]["range"][0] <= scores.ends.min()


@every_measure
def test_the_last_points_say_their_values(measure):
    groups, scores = by_length(COMPARED, 15, measure)
    spec = validated(score_figure(groups, scores, measure, LIGHT))
    for k, line in enumerate(spec["data"][:2]):
        assert line["text"] == [""] * (len(groups) - 1) + [f"{scores.values[-1, k]:.1f}"]


def test_few_sentences_have_no_interval():
    few = COMPARED.take(range(FEW - 1))
    groups, scores = by_length(few, FEW, "bleu")
    spec = validated(score_figure(groups, scores, "bleu", LIGHT))
    assert not any(line["error_y"]["visible"] for line in spec["data"][:2])
    assert "Too few sentences for an interval." in describe_scores(few, groups, scores, "bleu")


@every_measure
def test_the_differences_in_the_caption_add_up(measure):
    groups, scores = by_length(COMPARED, 15, measure)
    words = clean(describe_scores(COMPARED, groups, scores, measure))
    for part in words.split("At ")[1:] + words.split("Up to ")[1:]:
        without, with_ = (float(v) for v in re.findall(r"\*\*([\d.]+)%?\*\*", part)[:2])
        gap = float(re.search(r"with: ([\d.]+)", part)[1])
        assert gap == pytest.approx(abs(with_ - without), abs=1e-6)


def test_unrevealed_only_the_sentences_are_drawn():
    groups, scores = by_length(COMPARED, 15, "bleu")
    spec = validated(score_figure(groups, scores, "bleu", LIGHT, revealed=False))
    nothing, bars = spec["data"]
    assert nothing["y"] == [None]
    assert bars["y"] == scores.sentences.tolist()
    assert spec["layout"]["yaxis"]["range"] == [-4, 104]


def test_without_sentences_there_are_axes():
    nothing = select(COMPARED, "none such", None)
    groups, scores = by_length(nothing, 5, "bleu")
    validated(score_figure(groups, scores, "bleu", LIGHT))
    assert clean(describe_scores(nothing, groups, scores, "bleu")).startswith("No held-out")
    assert len(scores_table(nothing, groups)) == 0


@every_measure
def test_the_caption_says_what_long_and_short_sentences_come_to(measure):
    groups, scores = by_length(COMPARED, 15, measure)
    words = clean(describe_scores(COMPARED, groups, scores, measure))
    found = score(COMPARED, [(LONG, 13), (2, SHORT)], measure)
    start = f"At {LONG} words and more ({found.sentences[0]} sentences): **"
    assert words.startswith(start)
    assert after(words, start) == pytest.approx(found.values[0, 0], abs=0.051)
    assert after(words, "without attention, **") == pytest.approx(found.values[0, 1], abs=0.051)
    low, high = found.sure[:, 0]
    assert (
        after(words, f"The {LEVEL:.0%} interval of the difference: ")
        == pytest.approx(abs(low), abs=0.051)
        or low < 0
    )
    assert ("do not tell the models apart" in words) == (low <= 0 <= high)
    assert f"Up to {SHORT} words ({found.sentences[1]} sentences): **" in words
    clean(scores_alt(COMPARED, groups, scores, measure))


def test_the_caption_without_long_sentences_is_of_all():
    middle = COMPARED.take([k for k, n in enumerate(COMPARED.lengths) if 7 <= n <= 9])
    groups, scores = by_length(middle, 5, "bleu")
    words = clean(describe_scores(middle, groups, scores, "bleu"))
    assert words.startswith(f"At 7–9 words ({len(middle)} sentences)")


def test_equal_models_are_said_to_be_equal():
    same = COMPARED.take(range(len(COMPARED)))
    same.counts[:, 0] = same.counts[:, 1]
    groups, scores = by_length(same, 15, "bleu")
    words = clean(describe_scores(same, groups, scores, "bleu"))
    assert "as much" in words
    assert "do not tell the models apart" in words
    assert outcome(same) == PREDICTIONS[1]


@pytest.mark.parametrize("wrong", [(0.0, 0.5), (0.0, 0.0), (0.05, 0.0), (0.4, 0.0), (0.9, 0.0)])
def test_the_outcome_is_the_range_of_the_difference(wrong):
    compared = made(wrong)
    (difference,) = score(compared, [(LONG, 13)], "bleu").difference
    place = PREDICTIONS.index(outcome(compared))
    assert ([-np.inf, *BORDERS][place]) <= difference < [*BORDERS, np.inf][place]


def test_every_measure_is_in_the_table():
    groups, _ = by_length(COMPARED, 15, "bleu")
    table = scores_table(COMPARED, groups)
    assert len(table) == len(groups)
    assert table["sentences"].sum() == len(COMPARED)
    assert len(table.columns) == 2 + len(MEASURES) * 2 * 3


def test_what_differs_is_marked():
    assert marked("I see a dog.", "I see the dog.") == r"I see **\[a\]** ~~the~~ dog\."
    assert marked("I see the dog.", "I see the dog.") == r"I see the dog\."
    assert marked("I see.", "I see it.") == r"I see ~~it~~\."
    assert marked("", "Yes.") == r"~~Yes\.~~"
    assert "**" not in marked("<unknown> costs $5*", "<unknown> costs $5*")
    assert plain("a*b_<c>") == r"a\*b\_\<c\>"


def test_a_sentence_is_described():
    said = clean(describe_sentence("I see a dog.", "I see the dog.", 42.3, 256))
    assert said.startswith("Not as the reference")
    assert numbers(said)[-2:] == [42.3, 256]
    assert describe_sentence("Yes.", "Yes.", 100, 256).startswith("Exactly right")


@every_look
def test_what_the_state_keeps_is_drawn_and_told(look):
    moved = np.array([[0.1, 0.5, 0.3], [0.2, 0.1, 0.6]])
    words = ("Ich", "sehe", "dich")
    spec = validated(kept_figure(words, moved, look))
    np.testing.assert_allclose([t["y"] for t in spec["data"]], 100 * moved)
    said = clean(describe_kept(words, moved))
    assert "without attention least for “Ich” (**10%**" in said
    assert "most for “dich” (**60%**" in said
    assert "**" not in clean(kept_alt(words, moved))


def test_translating_again_is_told():
    said = clean(describe_again(40, {"bottleneck": 39, "attention": 40}, 0.8))
    assert "39 without attention and 40 with attention" in said
    assert after(said, "**; ") == 10
