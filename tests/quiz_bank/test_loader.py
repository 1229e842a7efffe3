"""The loader: what the bank holds, and how it reports mistakes with file and line."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from operator import ge

import numpy as np
import pytest

from quiz_bank.loader import PROSE_FOLDER, BankError, gather, load_bank
from quiz_bank.model import DIFFICULTIES, PROSE_KINDS, Rubric
from quiz_bank.topics import TOPICS

GOOD = '''[[question]]
id = "basics/example"
chapter = 2
topic = "basics"
title = "An example"
difficulty = "easy"
kind = "choice"
tags = ["complete"]
source = "Nobody 2000"
seconds = 60
hints = ["Think."]
prompt = """
Which?
[[question]]
kind = "inside a text, so no key"
"""
solution = "The first."

[[question.options]]
text = "Right"
correct = true
[[question.options]]
text = "Wrong"
feedback = "No."
[[question.options]]
text = "Wrong as well"
feedback = "No, neither."
'''
ORDER = """
[[question]]
id = "basics/in-order"
chapter = 2
topic = "basics"
title = "In order"
difficulty = "easy"
kind = "order"
tags = ["complete"]
source = "Nobody 2000"
seconds = 60
hints = ["Think."]
prompt = "Order."
solution = "So."
items = ["a", "b", "c"]
before = [[0, 2], [1, 2]]
"""


LINES = '''
[[question]]
id = "basics/lines"
chapter = 2
topic = "basics"
title = "Lines"
difficulty = "easy"
kind = "wrong line"
tags = ["complete"]
source = "Nobody 2000"
seconds = 60
hints = ["Think."]
prompt = """
Which?

```python
a = 1  # line 1
b = 2      # line 2
c = 3  # line 3
```
"""
solution = "The second."

[[question.options]]
text = "Line 1"
feedback = "No."
[[question.options]]
text = "Line 2"
correct = true
[[question.options]]
text = "Line 3"
feedback = "No."
'''


WORDS = """
[[question]]
id = "basics/in-words"
chapter = 2
topic = "basics"
title = "In words"
difficulty = "easy"
kind = "own words"
tags = ["complete"]
source = "Nobody 2000"
seconds = 60
hints = ["Think."]
prompt = "Say it."
solution = "So."
points = [POINTS]
"""


LEAST = {  # items by topic: easy, medium, hard
    "learning": (4, 9, 2),
    "basics": (6, 4, 2),
    "backprop": (5, 10, 6),
    "losses": (4, 6, 2),
    "optimizers": (4, 10, 4),
    "regularization": (4, 7, 2),
    "normalization": (2, 6, 1),
    "vanishing": (3, 7, 3),
    "exploding": (4, 8, 1),
    "lstm": (5, 13, 10),
    "recurrent": (4, 5, 3),
    "gru": (2, 3, 1),
    "seq2seq": (9, 13, 3),
    "attention": (6, 12, 5),
    "embeddings": (4, 5, 3),
}


def load(folder, **files: str):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_bank(folder)


def mistakes(folder, **files: str) -> tuple[str, ...]:
    with pytest.raises(BankError) as caught:
        load(folder, **files)
    return caught.value.mistakes


def line(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_bank_covers_its_chapters():
    bank = load_bank()
    assert len(bank) >= 50
    assert sum(question.is_template for question in bank) >= 24
    counts = Counter((question.topic, question.difficulty) for question in bank)
    for topic, numbers in LEAST.items():
        found = [counts[topic, level] for level in DIFFICULTIES]
        assert all(map(ge, found, numbers)), f"{topic}: {found}"


def test_ids_are_unique_and_found():
    bank = load_bank()
    assert len({question.id for question in bank}) == len(bank)
    for question in bank:
        assert bank[question.id] is question
        assert question.chapter == TOPICS[question.topic].chapter
        assert question.id.startswith(f"{question.topic}/")
    with pytest.raises(KeyError, match="no question"):
        bank["basics/never-written"]


def test_titles_are_unique():
    """Pages and links name a question by its title."""
    repeated = Counter(question.title for question in load_bank())
    assert [title for title, count in repeated.items() if count > 1] == []


def test_bank_is_read_once_and_in_order():
    bank = load_bank()
    assert load_bank() is bank
    ranks = [
        (q.chapter, list(TOPICS).index(q.topic), DIFFICULTIES.index(q.difficulty)) for q in bank
    ]
    assert ranks == sorted(ranks)


def test_prose_alone_loads_from_its_folder():
    assert {q.kind for q in load_bank(PROSE_FOLDER)} == set(PROSE_KINDS)


def test_good_files_load(tmp_path):
    bank = load(tmp_path, one=GOOD, two=ORDER)
    assert [question.id for question in bank] == ["basics/example", "basics/in-order"]
    assert "inside a text" in bank["basics/example"].make(np.random.default_rng(0)).prompt


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ('"basics/example"', '"basics/Example One"', "id =", "topic/kebab-name"),
        ('"basics/example"', '"losses/example"', "id =", "begin with basics/"),
        ("chapter = 2", "chapter = 99", "chapter =", "one of 1, 2, 3"),
        ("chapter = 2", "chapter = 4", "chapter =", "belongs to chapter 2"),
        ('topic = "basics"', 'topic = "cooking"', "topic =", "one of learning, basics"),
        ('"easy"', '"trivial"', "difficulty =", "one of easy, medium, hard"),
        ('kind = "choice"', 'kind = "essay"', 'kind = "essay"', "one of number"),
        ('kind = "choice"', 'kind = "number"', 'kind = "number"', "needs a template"),
        ('kind = "choice"', 'kind = "order"', "[[question]]", "items: expected a list"),
        ('["complete"]', '["urgent"]', "tags =", "complete, essential"),
        ('["complete"]', '"complete"', "tags =", "complete, essential"),
        ("seconds = 60", 'seconds = "60"', "seconds =", "whole seconds"),
        ("seconds = 60", "seconds = true", "seconds =", "whole seconds"),
        ("seconds = 60", "seconds = 1", "seconds =", "10 to 1800"),
        ('"The first."', '" "', "solution =", "not empty"),
        ('source = "Nobody 2000"\n', "", "[[question]]", "source: is missing"),
        ('["Think."]', '["a", "b", "c", "d"]', "hints =", "1 to 3 texts"),
        ('["Think."]', "[]", "hints =", "1 to 3 texts"),
        ('["Think."]', "[1]", "hints =", "list of texts"),
        ('hints = ["Think."]\n', "", "[[question]]", "hints: is missing"),
        ("seconds = 60", 'seconds = 60\nanser = "x"', "anser =", "not a known key"),
        ("seconds = 60", 'seconds = 60\nitems = ["x"]', "items =", "not a known key"),
        ("correct = true", "correct = false", "[[question]]", "exactly one right option"),
        ("correct = true", 'correct = "yes"', 'correct = "yes"', "true or false"),
        ('feedback = "No."', "correct = true", "[[question]]", "got 2 right of 3"),
        (
            'feedback = "No."\n',
            "",
            '[[question.options]]\ntext = "Wrong"\n',
            "feedback: is missing",
        ),
        ('feedback = "No."', 'feedback = ""', 'feedback = ""', "not empty"),
        ('feedback = "No."', 'feedback = "No."\nhint = "x"', 'hint = "x"', "not a known key"),
        ('"Wrong as well"', '"Right"', "[[question]]", "texts differ"),
    ],
)
def test_a_mistake_is_reported_at_its_line(tmp_path, old, new, at, says):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = mistakes(tmp_path, bad=text)
    assert any(says in mistake for mistake in found), found
    (mistake,) = (mistake for mistake in found if says in mistake)
    assert mistake.startswith(f"bad.toml:{line(text, at)}: ")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('["a", "b", "c"]', '["a", "b"]', "3 to 8 texts"),
        ('["a", "b", "c"]', '["a", "b", "b"]', "texts that differ"),
        ("[[0, 2], [1, 2]]", "[[0, 3]]", "before: expected pairs"),
        ("[[0, 2], [1, 2]]", "[[2, 0]]", "before: expected pairs"),
        ("[[0, 2], [1, 2]]", "[0, 1]", "before: expected pairs"),
        ("[[0, 2], [1, 2]]", "[[0, true]]", "before: expected pairs"),
    ],
)
def test_orders_are_checked(tmp_path, old, new, says):
    assert old in ORDER
    text = ORDER.replace(old, new)
    (mistake,) = mistakes(tmp_path, bad=text)
    assert says in mistake
    assert mistake.startswith(f"bad.toml:{line(text, new)}: basics/in-order: ")


def test_a_listing_loads(tmp_path):
    (question,) = load(tmp_path, one=LINES)
    options = question.make(np.random.default_rng(0)).answer
    assert [option.text for option in options] == ["Line 1", "Line 2", "Line 3"]


def test_points_of_own_words_are_checked(tmp_path):
    good = WORDS.replace("[POINTS]", '["a", "b", "c"]')
    (question,) = load(tmp_path, one=good)
    assert question.make(np.random.default_rng(0)).answer == Rubric(("a", "b", "c"))
    for points, says in (("[]", "3 to 6"), ('["a", "b"]', "3 to 6"), ('["a", "a", "b"]', "differ")):
        (mistake,) = mistakes(tmp_path / points, one=WORDS.replace("[POINTS]", points))
        assert says in mistake
        assert mistake.startswith(f"one.toml:{line(good, 'points =')}: ")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# line 3\n", "# line 4\n", "expected a listing with lines that end"),
        ("c = 3  # line 3\n", "", "expected the options Line 1 to Line 2"),
        ('text = "Line 3"', 'text = "Line three"', "expected the options Line 1 to Line 3"),
        ('feedback = "No."\n[[', "correct = true\n[[", "exactly one right option, got 2"),
    ],
)
def test_listings_are_checked(tmp_path, old, new, says):
    assert old in LINES
    (mistake,) = mistakes(tmp_path, bad=LINES.replace(old, new, 1))
    assert says in mistake


def test_all_mistakes_of_all_files_come_at_once(tmp_path):
    first = GOOD.replace('"easy"', '"soft"').replace("seconds = 60", "seconds = 0") + ORDER.replace(
        "chapter = 2", "chapter = 5"
    )
    found = mistakes(tmp_path, first=first, second="[[question]\n", third="x = 1\n")
    assert [mistake.split(": ")[0] for mistake in found] == [
        f"first.toml:{line(first, 'difficulty =')}",
        f"first.toml:{line(first, 'seconds =')}",
        f"first.toml:{line(first, 'chapter = 5')}",
        "second.toml:1",
        "third.toml:1",
        "third.toml:1",
    ]


def test_second_question_is_found_behind_a_text_that_looks_like_a_table(tmp_path):
    text = GOOD + ORDER.replace("seconds = 60", "seconds = -1")
    (mistake,) = mistakes(tmp_path, bad=text)
    assert mistake.startswith(f"bad.toml:{line(text, 'seconds = -1')}: basics/in-order: seconds: ")


def test_syntax_errors_name_their_line(tmp_path):
    (mistake,) = mistakes(tmp_path, bad=GOOD.replace("seconds = 60", "seconds = = 60"))
    assert mistake.startswith(f"bad.toml:{line(GOOD, 'seconds')}: not valid TOML")


def test_a_text_that_never_ends_is_reported_at_the_end(tmp_path):
    text = 'title = """never closed\n\n'
    (mistake,) = mistakes(tmp_path, bad=text)
    assert mistake.startswith("bad.toml:3: not valid TOML")


def test_wrong_encoding_names_its_line(tmp_path):
    (tmp_path / "bad.toml").write_bytes(b"# fine\n# caf\xe9\n")
    (mistake,) = mistakes(tmp_path)
    assert mistake.startswith("bad.toml:2: not UTF-8")


def test_an_empty_folder_is_a_mistake(tmp_path):
    assert mistakes(tmp_path) == (f"{tmp_path.name}: no question found",)


def test_an_id_used_twice_names_both_places(tmp_path):
    again = GOOD.replace("An example", "Another example")
    (mistake,) = mistakes(tmp_path, one=GOOD, two="\n" + again)
    assert mistake == "two.toml:2: basics/example: id: already used at one.toml:1"


def good_template():
    return load_bank()["basics/sigmoid-neuron-slope"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"topic": "cooking"}, "topic: expected one of"),
        ({"seconds": 0}, "seconds: expected whole seconds"),
        ({"tags": frozenset()}, "tags: expected one of"),
        ({"kind": "choice"}, "kind: a template cannot be choice"),
    ],
)
def test_the_fields_of_templates_are_checked(tmp_path, changes, says):
    question = replace(good_template(), **changes)
    with pytest.raises(BankError) as caught:
        gather(tmp_path, {"templates/bad.py": (question,)})
    (mistake,) = caught.value.mistakes
    assert mistake.startswith(f"templates/bad.py: {question.id}: {says}")


def test_a_template_used_twice_in_one_file_is_found(tmp_path):
    good = good_template()
    with pytest.raises(BankError, match="already used at templates/same"):
        gather(tmp_path, {"templates/same.py": (good, good)})
