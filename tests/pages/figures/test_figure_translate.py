"""The translation lab's numbers, pictures and captions, on small models with random weights."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.activations import softmax
from engine.seq2seq import END, UNKNOWN, Seq2Seq
from engine.seq2seq.beam import beam_search, path
from engine.seq2seq.decoding import encode, greedy, sample
from engine.translation.translator import Translator
from engine.translation.vocabulary import Vocabulary
from engine.translation.words import split
from pages.figures.translate import (
    LONGEST_NAME,
    Decoding,
    drawn,
    placed,
    search,
    source_names,
    translate,
)
from pages.figures.translate_attention import (
    attention_figure,
    block,
    percent,
    vector_figure,
)
from pages.figures.translate_beam import DROPPED, beam_figure, spread
from pages.figures.translate_beam_words import beam_alt, describe_beam
from pages.figures.translate_encoder import (
    STATES,
    UNITS,
    changes,
    chosen_units,
    encoder_figure,
    values,
)
from pages.figures.translate_formulas import (
    SCORES,
    attention_lines,
    largest_error,
    places_table,
    sentence_lines,
    word_lines,
    words_table,
    work_out,
)
from pages.figures.translate_player import (
    FORMER,
    LEAST,
    player_figure,
)
from pages.figures.translate_runners_up import RUNNERS_UP, runners_up_figure, share
from pages.figures.translate_table import beam_table, encoder_table, steps_table, vector_table
from pages.figures.translate_words import (
    attention_alt,
    describe_attention,
    describe_encoder,
    describe_step,
    describe_vector,
    encoder_alt,
    jumps,
    player_alt,
    question,
    runners_up_alt,
    vector_alt,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    shown,
    validated,
)

GERMAN = ["Wie geht es dir ?", "Ich lese die Zeitung und die Briefe .", "Der Hund schläft ."]
ENGLISH = ["How are you ?", "I read the newspaper and the letters .", "The dog is sleeping ."]
TEXT = "Ich lese die Zeitung und die Briefe."
KINDS = ("dot", "general", "additive", None)
every_kind = pytest.mark.parametrize("kind", KINDS)


def translator(kind, hidden=32, seed=3, spread=4.0):
    """A small model whose random weights are large enough for clear choices."""
    source, target = (Vocabulary.of([split(text) for text in side]) for side in (GERMAN, ENGLISH))
    model = Seq2Seq(
        len(source), len(target), 8, hidden, bidirectional=kind != "dot", attention=kind
    )
    theta = spread * model.initialize(np.random.default_rng(seed))
    model.unpack(theta)["b_y"][END] = -1
    return Translator(model, theta, source, target)


TRANSLATORS = {kind: translator(kind) for kind in KINDS}
MADE = {kind: translate(found, TEXT, Decoding()) for kind, found in TRANSLATORS.items()}
OTHERS = {
    "unknown": translate(TRANSLATORS["general"], "Ich <b>Katze</b> 😀 $x$ schläft", Decoding()),
    "one word": translate(TRANSLATORS["general"], "Hund", Decoding()),
    "sampled": translate(TRANSLATORS["general"], TEXT, Decoding("sample", temperature=2, seed=5)),
    "beam": translate(TRANSLATORS["general"], TEXT, Decoding("beam", 3)),
    "long": translate(TRANSLATORS["general"], "Hund " * 40, Decoding()),
}
ALL = MADE | OTHERS
every_text = pytest.mark.parametrize("made", ALL.values(), ids=map(str, ALL))
with_attention = pytest.mark.parametrize(
    "made",
    [made for made in ALL.values() if made.weights is not None],
    ids=[str(name) for name, made in ALL.items() if made.weights is not None],
)


@every_kind
def test_the_steps_are_those_of_greedy_decoding(kind):
    made, found = MADE[kind], TRANSLATORS[kind]
    decoded = greedy(found.model, found.theta, made.reading.ids)
    assert made.ids == (*decoded.ids, END)[: len(decoded.steps)]
    assert made.ended == decoded.ended
    assert made.log_probability == pytest.approx(decoded.log_probability, rel=1e-10)
    for t, step in enumerate(decoded.steps):
        np.testing.assert_allclose(made.probabilities[t], step.probabilities, atol=1e-12)
        if kind is not None:
            np.testing.assert_allclose(made.weights[t], step.attention, atol=1e-12)
    assert (made.weights is None) == (kind is None)
    assert made.english == found.translate(TEXT)


def test_sampling_and_beam_are_those_of_the_engine():
    found, ids = TRANSLATORS["general"], MADE["general"].reading.ids
    drawn_words = sample(found.model, found.theta, ids, 2, np.random.default_rng(5))
    made = OTHERS["sampled"]
    assert made.ids[: len(drawn_words.ids)] == drawn_words.ids
    np.testing.assert_allclose(made.probabilities, softmax(made.logits / 2))
    best = beam_search(found.model, found.theta, ids, 3, 0.6).hypotheses[0]
    assert OTHERS["beam"].ids[: len(best.ids)] == best.ids
    assert OTHERS["beam"].log_probability == pytest.approx(best.log_probability, rel=1e-9)


@every_text
def test_the_written_word_is_among_the_best(made):
    for t in range(len(made.ids)):
        best = made.best(t, 5)
        assert made.ids[t] in best
        assert len(set(best)) == 5
        p = made.probabilities[t][best]
        assert (np.diff(p[:-1]) <= 0).all()


@every_text
@every_look
def test_the_player_shows_the_words_so_far(made, look):
    for t in {1, len(made.ids)}:
        spec = validated(player_figure(made, t, look))
        texts = [trace for trace in spec["data"] if trace.get("mode") == "text"]
        german, weights, english, chances = texts
        assert len(german["text"]) == len(made.source)
        assert sum("unknown" in text for text in german["text"]) == len(made.unknown)
        assert english["text"][: t - 1] == [drawn(word) for word in made.words[: t - 1]]
        assert english["text"][t - 1] == f"<b>{drawn(made.words[t - 1])}</b>"
        assert set(english["text"][t:]) <= {"·"}
        assert chances["text"] == [share(p) for p in made.chances[:t]]
        bars = [trace for trace in spec["data"] if trace["type"] == "bar"]
        if made.weights is None:
            assert not any(weights["text"])
        else:
            row = made.weights[t - 1]
            np.testing.assert_allclose(array(bars[0]["x"]), -3.4 * row, rtol=1e-6, atol=1e-7)
            lines = [trace for trace in spec["data"] if trace.get("mode") == "lines"]
            assert len(lines) == 1 + (row >= LEAST).sum()
            former = (made.weights[: t - 1] >= FORMER).sum()
            assert len(lines[0]["x"]) == 3 * former
            assert lines[0]["line"]["dash"] == "dot"
        clean(player_alt(made, t))


@every_text
@every_look
def test_runners_up_are_the_most_probable_words(made, look):
    for t in {1, len(made.ids)}:
        spec = validated(runners_up_figure(made, t, look))
        (bars,) = spec["data"]
        best = made.best(t - 1, RUNNERS_UP)
        np.testing.assert_allclose(
            array(bars["x"]), made.probabilities[t - 1][best], rtol=1e-6, atol=1e-30
        )
        assert sum(shape != "" for shape in bars["marker"]["pattern"]["shape"]) == 1
        assert sum("<b>" in name for name in spec["layout"]["yaxis"]["ticktext"]) == 1
        text = clean(describe_step(made, t))
        assert f"Word {t} of {len(made.ids)}" in text
        assert ("at temperature 2" in text) == (made.decoding.kind == "sample")
        clean(runners_up_alt(made, t, RUNNERS_UP))


def test_a_share_is_0_or_1_only_when_it_is():
    told = {0: "0", 1e-9: "<0.01", 0.005: "0.01", 0.5: "0.50", 0.994: "0.99", 0.999: ">0.99"}
    assert {p: share(p) for p in told} == told
    assert share(1) == "1.00"
    assert [percent(w) for w in (0, 0.004, 0.005, 0.996, 1)] == ["", "", "0", "100", "100"]


@with_attention
@every_look
def test_the_heat_map_has_the_weights(made, look):
    t = len(made.ids)
    spec = validated(attention_figure(made, t, look))
    (heat,) = spec["data"]
    z = array(heat["z"])
    np.testing.assert_allclose(z, made.weights, rtol=1e-6, atol=1e-30)
    np.testing.assert_allclose(z.sum(axis=1), 1, rtol=1e-6)
    assert spec["layout"]["xaxis"]["ticktext"] == source_names(made)
    assert spec["layout"]["yaxis"]["ticktext"] == [drawn(word) for word in made.words]
    (frame,) = spec["layout"]["shapes"]
    assert (frame["y0"], frame["y1"]) == (t - 1.5, t - 0.5)
    text = clean(describe_attention(made, t))
    best = made.weights[t - 1].max()
    if best < 0.995:
        assert after(text, "with a weight of **") == pytest.approx(best, abs=0.0051)
    sharp = (made.weights.max(axis=1) >= 0.5).sum()
    assert f"**{sharp} of {len(made.ids)} row" in text
    assert ("never goes back" in text) == (jumps(made) == 0)
    clean(attention_alt(made, t))


def test_jumps_count_where_the_strongest_weight_goes_left():
    made = MADE["general"]
    places = made.weights.argmax(axis=1)[: len(made.ids) - made.ended]
    assert jumps(made) == sum(b < a for a, b in pairwise(places))
    assert jumps(MADE[None]) == 0


@every_look
def test_without_attention_the_last_state_is_shown(look):
    made = MADE[None]
    spec = validated(vector_figure(made, look))
    z = array(spec["data"][0]["z"])
    h, c = (part[-1, 0] for part in made.memory.state)
    np.testing.assert_allclose(z[:2].ravel(), h, rtol=1e-6)
    np.testing.assert_allclose(z[3:].ravel(), c, rtol=1e-6)
    text = clean(describe_vector(made))
    assert f"**{h.size}** numbers h and **{c.size}** numbers c" in text
    assert after(text, "‖h‖ = **") == shown(np.linalg.norm(h), 3)
    assert after(text, "‖c‖ = **") == shown(np.linalg.norm(c), 3)
    clean(vector_alt(made))
    notes = player_figure(made, 1, look).to_dict()["layout"]["annotations"]
    assert any(f"{2 * h.size}<br>numbers" in note["text"] for note in notes)
    assert np.isnan(block(np.ones(17))).sum() == 15


@every_text
@every_look
@pytest.mark.parametrize("state", STATES)
def test_the_encoder_shows_the_units_that_range_furthest(made, state, look):
    found = getattr(encode_states(made), state)
    spec = validated(encoder_figure(made, state, look))
    units = chosen_units(made, state)
    order = [k for part in units.values() for k in part]
    assert len(order) == len(set(order)) == min(UNITS, found.shape[1])
    np.testing.assert_allclose(array(spec["data"][0]["z"]), found[:, order].T, rtol=1e-5, atol=1e-7)
    ranges = np.ptp(found, axis=0)
    for part, chosen in zip(parts(made), units.values(), strict=True):
        left_out = sorted(set(range(part.start, part.stop)) - set(chosen))
        assert not left_out or ranges[chosen].min() >= ranges[left_out].max() - 1e-12
    text = clean(describe_encoder(made, state))
    assert f"**{len(order)} of {found.shape[1]}**" in text
    clean(encoder_alt(made, state))


def encode_states(made):
    found = made.translator
    return encode(found.model, found.theta, made.reading.ids)


def parts(made):
    d = made.states.hidden.shape[1]
    halves = (slice(0, d // 2), slice(d // 2, d))
    return halves if made.translator.model.bidirectional else (slice(0, d),)


def test_changes_are_norms_in_reading_order():
    made = MADE["general"]
    found, d = values(made, "cell"), 16
    moved = changes(made, "cell")
    assert moved["forward"][0] == pytest.approx(np.linalg.norm(found[0, :d]))
    assert moved["forward"][2] == pytest.approx(np.linalg.norm(found[2, :d] - found[1, :d]))
    assert moved["backward"][-1] == pytest.approx(np.linalg.norm(found[-1, d:]))
    assert moved["backward"][2] == pytest.approx(np.linalg.norm(found[2, d:] - found[3, d:]))
    assert list(changes(MADE["dot"], "hidden")) == ["forward"]
    text = describe_encoder(made, "cell")
    assert after(text.partition("reading forward")[2], "(by **") == shown(moved["forward"].max(), 3)


@pytest.mark.parametrize("width", [1, 4, 8])
@every_look
def test_the_tree_has_every_word_of_the_search(width, look):
    found, made = TRANSLATORS["general"], MADE["general"]
    beam = search(found, made.reading.ids, width, 0.6)
    places = spread(beam.nodes)
    assert len(set(places)) == len(beam.nodes)
    for k, node in enumerate(beam.nodes):
        assert places[k][1] == node.step + 1
        assert 0 < places[k][0] < 1
    spec = validated(beam_figure(beam, found.target, look))
    kept = sum(node.kept for node in beam.nodes)
    boxes = spec["layout"]["annotations"]
    assert len(boxes) == 1 + kept
    best = path(beam.nodes, beam.hypotheses[0].node)
    assert sum(box["borderwidth"] > 1 for box in boxes) == len(best)
    assert sum("#" in box["text"] for box in boxes) == len(beam.hypotheses)
    ends = {"best translation": len(best), "kept": kept - len(best)}
    ends["dropped"] = len(beam.nodes) - kept
    lines = [trace for trace in spec["data"] if trace["mode"] == "lines"]
    for name, count in ends.items():
        assert sum(len(line["x"]) for line in lines if line["name"] == name) == 3 * count
    assert {line["line"]["dash"] for line in lines if line["name"] == "dropped"} == {"dot"}
    symbols = spec["data"][-1]["marker"]["symbol"]
    assert symbols.count("x") == len(beam.nodes) - kept
    clean(beam_alt(beam, found.target))
    table = beam_table(beam, found.target)
    assert len(table) == len(beam.nodes)
    assert table["kept"].sum() == kept


def test_children_lie_in_the_order_of_their_parents():
    beam = search(TRANSLATORS["general"], MADE["general"].reading.ids, 4, 0.6)
    places = spread(beam.nodes)
    for step in range(1, 1 + max(node.step for node in beam.nodes)):
        level = sorted(
            (k for k, n in enumerate(beam.nodes) if n.step == step), key=places.__getitem__
        )
        above = [places[beam.nodes[k].parent][0] for k in level]
        assert above == sorted(above)
    assert DROPPED < 1


def test_the_beam_is_told_with_its_translations():
    found, made = TRANSLATORS["general"], OTHERS["beam"]
    beam = search(found, made.reading.ids, 3, 0.6)
    text = describe_beam(beam, made, MADE["general"])
    kept = sum(node.kept for node in beam.nodes)
    assert f"A beam of width 3: **{kept} words** kept; " in text
    assert f" dropped, the best {len(beam.nodes) - kept} are drawn. " in text
    for k, hypothesis in enumerate(beam.hypotheses, 1):
        line = text.split("\n")[k + 1]
        assert line.startswith(f"{k}. ")
        assert after(line, "score ") == shown(hypothesis.score)
        assert after(line, "log-probability ") == shown(hypothesis.log_probability)
    same = MADE["general"].ids[:-1] == beam.hypotheses[0].ids
    assert ("writes the same" in text) == same


@every_text
def test_a_step_worked_out_again_is_the_models(made):
    for t in {1, len(made.ids)}:
        step = work_out(made, t)
        assert largest_error(made, t, step) < 1e-12
        lines = [*word_lines(made, t, step), *sentence_lines(made)]
        if step.looked is not None:
            assert step.looked.weights.sum() == pytest.approx(1, abs=1e-12)
            lines += attention_lines(made, step.looked, step.vector)
            table = places_table(made, t, step.looked)
            np.testing.assert_allclose(table["weight α"], table["in the model"], atol=1e-12)
        assert all("nan" not in part and "inf" not in part for line in lines for part in line)
        table = words_table(made, t, step)
        np.testing.assert_allclose(table["probability p"], table["in the model"], atol=1e-12)


def test_every_score_has_its_formula():
    assert set(SCORES) == {kind for kind in KINDS if kind}


def test_the_score_is_the_one_of_the_beam():
    made = OTHERS["beam"]
    beam = search(made.translator, made.reading.ids, 3, 0.6)
    (_, numbers) = sentence_lines(made)[1]
    assert float(numbers.rpartition("= ")[2]) == shown(beam.hypotheses[0].score)


@every_text
def test_the_prediction_has_one_right_option(made):
    asked, options, right = question(made)
    assert options.count(right) == 1
    assert len(set(options)) == len(options)
    assert asked.endswith("?")
    if made.weights is not None:
        t = min(2, len(made.ids))
        assert right == placed(made)[int(made.weights[t - 1].argmax())]
    else:
        assert right == made.words[1]


@every_text
def test_tables_have_the_numbers(made):
    table = steps_table(made)
    assert table["word"].tolist() == list(made.words)
    np.testing.assert_allclose(table["probability"], made.chances)
    weights = table[[name for name in table if name.startswith("weight of")]].to_numpy()
    if made.weights is None:
        assert weights.shape[1] == 0
    else:
        np.testing.assert_allclose(weights, made.weights)
    assert len(encoder_table(made, "hidden")) == min(UNITS, made.states.hidden.shape[1])
    assert len(vector_table(made)) == made.states.hidden.shape[1]


def test_words_are_drawn_without_markup_and_short():
    assert drawn("<b>&") == "&lt;b&gt;&amp;"
    assert len(drawn("x" * 99)) == LONGEST_NAME
    names = source_names(OTHERS["unknown"])
    assert any("&lt;" in name for name in names)
    assert (OTHERS["unknown"].reading.ids == UNKNOWN).sum() == len(OTHERS["unknown"].unknown)


def test_words_that_come_again_have_their_places():
    names = placed(MADE["general"])
    assert names[2] == "die (3)"
    assert names[5] == "die (6)"
    assert names[0] == "Ich"
    assert len(set(names)) == len(names)


def test_an_output_without_end_is_cut():
    found = translator("general")
    found.model.unpack(found.theta)["b_y"][END] = -1e3
    made = translate(found, TEXT, Decoding())
    assert not made.ended
    assert len(made.ids) == 40
    validated(player_figure(made, 40, LIGHT))
    validated(attention_figure(made, 40, LIGHT))
