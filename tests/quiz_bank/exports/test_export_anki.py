"""The Anki package: notes, formulas and escaping as Anki reads them, and ids that stay."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile

import pytest

from quiz_bank.exports.anki import MODEL_ID, deck, deck_id, exported, sides
from quiz_bank.exports.anki_text import anki_html, anki_line
from quiz_bank.loader import load_bank
from quiz_bank.model import PROSE_KINDS
from quiz_bank.topics import TOPICS

MARKED = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]|<pre>.*?</pre>|<code>.*?</code>", re.DOTALL)
TAGS = {"b", "strong", "em", "p", "ul", "ol", "li", "pre", "code"}


def opened(package, path):
    """The package's collection, as Anki opens it."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        path.write_bytes(archive.read("collection.anki2"))
    return sqlite3.connect(path)


@pytest.fixture
def collection(bank, tmp_path):
    connection = opened(deck(exported(bank)), tmp_path / "collection.anki2")
    yield connection
    connection.close()


def notes(collection):
    return {row[0]: row[1:] for row in collection.execute("SELECT guid, flds, tags FROM notes")}


def test_a_note_and_a_card_for_each_question(collection, bank):
    assert len(notes(collection)) == len(bank) == 4
    assert collection.execute("SELECT count(*) FROM cards").fetchone() == (4,)


def test_a_deck_per_topic(collection):
    (decks,) = collection.execute("SELECT decks FROM col").fetchone()
    names = {int(key): value["name"] for key, value in json.loads(decks).items()}
    for topic in ("losses", "optimizers"):
        assert names[deck_id(topic)] == f"Gradient Gym::{TOPICS[topic].title}"
    placed = dict(collection.execute("SELECT did, count(*) FROM cards GROUP BY did"))
    assert placed == {deck_id("losses"): 2, deck_id("optimizers"): 2}


def test_tags_say_which_set_a_question_is_of(collection):
    assert sorted(tags.strip() for _, tags in notes(collection).values()) == [
        "complete",
        "complete",
        "essential",
        "essential",
    ]


def test_ids_stay_so_that_importing_again_updates(bank, tmp_path):
    first, second = (
        opened(deck(exported(bank)), tmp_path / name) for name in ("first.anki2", "second.anki2")
    )
    assert notes(first) == notes(second)
    for collection in (first, second):
        assert set(collection.execute("SELECT mid FROM notes")) == {(MODEL_ID,)}
        collection.close()


def test_the_ids_of_topics_differ_and_never_change():
    assert len({deck_id(topic) for topic in TOPICS}) == len(TOPICS)
    assert deck_id("losses") == 1_798_170_625


def test_everything_else_is_escaped(bank):
    front, back, source = sides(bank["losses/hostile"])
    assert r"\(a &lt; b\)" in front
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt; <strong>bold</strong> or <code>x &lt; y</code>"
        in front
    )
    assert "2 * 3 * 4" in front
    assert "A title with &lt;b&gt;tags&lt;/b&gt; &amp; more" in front
    assert r"\[\sum_i p_i = 1\] and <em>so</em> on." in back
    assert r"See &lt;u&gt;there&lt;/u&gt;: \(x\)." in back
    assert source == "Source: Bridle 1990, &lt;i&gt;section&lt;/i&gt; 2"


def test_a_choice_names_the_right_letter(bank):
    front, back, _ = sides(bank["losses/hostile"])
    options = re.findall(r"<li>(.*?)</li>", front)
    right = "ABC"[options.index(r"Yes, \(p \le 1\)")]
    assert back.startswith(f"<p><b>{right}</b></p>")


def test_a_listing_keeps_its_lines(bank):
    front, back, _ = sides(bank["optimizers/listing"])
    (listing,) = re.findall(r"<pre>(.*?)</pre>", front, re.DOTALL)
    assert listing.splitlines()[2] == 'if t &lt; 3: print("$m$")      # line 3'
    assert "<ol" not in front
    assert back.startswith("<p><b>Line 2</b></p><ul><li><b>Line 1</b>: That is the running mean.")


def test_an_order_is_told_in_its_letters(bank):
    front, back, _ = sides(bank["optimizers/order"])
    items = re.findall(r"<li>(.*?)</li>", front)
    (letters,) = re.findall(r"<b>([A-D ]+)</b>", back)
    told = [items["ABCD".index(letter)] for letter in letters.split()]
    assert told == ["the gradient", "the moments", "the correction", "the step"]


def test_own_words_have_the_rubric_before_the_model_answer(bank):
    front, back, _ = sides(bank["losses/words"])
    assert "<li>" not in front
    assert re.findall(r"<li>(.*?)</li>", back)[1] == r"says that \(L \ge 0\) is usual"
    assert back.endswith("<p>A number that says how wrong the network is.</p>")


def test_paragraphs_and_lists():
    text = "First line\ngoes on.\n\n- one\n  and more\n- two\n\n1. a\n2. b"
    assert " ".join(anki_html(text).split()) == (
        "<p>First line goes on.</p> <ul> <li>one and more</li> <li>two</li> </ul> "
        "<ol> <li>a</li> <li>b</li> </ol>"
    )


@pytest.mark.parametrize("text", ["", "$", "$$", "**", "`", "```", "$a", "\\$5", "a$b", "*", "<"])
def test_unfinished_markup_is_shown_as_it_stands(text):
    assert anki_line(text) == {"\\$5": "$5", "<": "&lt;"}.get(text, text)
    anki_html(text)


def test_the_whole_bank_leaves_no_markup_behind():
    questions = exported(load_bank())
    assert len(questions) >= 97
    assert {question.kind for question in questions} <= set(PROSE_KINDS)
    for question in questions:
        for side in sides(question):
            bare = MARKED.sub("", side)
            assert not re.search(r"[$`]|\*\*", bare), question.id
            found = re.findall(r"</?([a-z]+)(?: type=\"A\")?>", bare)
            assert bare.count("<") == len(found), question.id
            assert set(found) <= TAGS
