"""Practice, Home and Check yourself: every question is graded and kept, whatever is typed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pages.ui.answer_fields import LETTERS
from pages.ui.contents import CONTENTS
from quiz_bank.certify import draw
from quiz_bank.grading.judge import grade
from quiz_bank.grading.staged import true_values
from quiz_bank.loader import load_bank
from quiz_bank.model import KINDS, Question
from quiz_bank.progress import LOCAL, export, open_store
from tests.pages.app import visit

BANK = tuple(load_bank())
ONE_PICK = {"choice", "picture", "wrong line"}
TYPED = {"number", "vector", "matrix", "formula", "staged", "order"}
OWN_WORDS = [q for q in BANK if q.kind == "own words"]
GRADED = [q for q in BANK if q.kind != "own words"]
EACH_KIND = [next(q for q in GRADED if q.kind == kind) for kind in KINDS if kind != "own words"]

SCRAWLS = {
    "long": "9" * 10_000,
    "deep": "(" * 5_000,
    "matrix of a book": "[" + "1, " * 5_000 + "1]",
    "words": "I do not know",
    "another alphabet": "пять ६ 五 خمسة 🤷",
    "right to left": "\u202e123\u202c",
    "control characters": "1\x00\x1b[2J\ud7ff",
    "markup": "<script>alert(1)</script> **bold** $x$ ${1+1}",
    "latex": r"\frac{1}{0} \input{/etc/passwd} \def\x{\x\x}\x",
    "code": "__import__('os').system('true')",
    "tower": "9**9**9**9",
    "not a number": "nan",
    "infinite": "1e999",
    "blank": " \t\n ",
}


def practice(question: Question):
    return visit("practice", {"question": question.title})


def listed(values: np.ndarray) -> str:
    return json.dumps(np.asarray(values).tolist())


def letters(app, question: Question, items: tuple[str, ...]) -> str:
    """The right order in the letters that stand before the items on the page."""
    lines = "\n".join(m.value for m in app.markdown).splitlines()
    found = (line.removeprefix("- **").partition("** · ") for line in lines if "** · " in line)
    places = {item: letter for letter, _, item in found if letter in LETTERS}
    return " ".join(places[item] for item in items)


def fill_in(app, question: Question, *, right: bool) -> None:
    """Puts a right answer, or a readable wrong one, into the question's fields."""
    _, variant = draw(question, 0)
    answer = variant.answer
    if question.kind in ONE_PICK:
        place = next(k for k, o in enumerate(answer) if o.correct is right)
        app.radio[0].set_value(app.radio[0].options[place])
    elif question.kind == "choices":
        for box, option in zip(app.checkbox, answer, strict=True):
            box.set_value(option.correct is right)
    elif question.kind == "order":
        order = letters(app, question, answer.items).split()
        app.text_input[0].set_value(" ".join(order if right else order[::-1]))
    elif question.kind == "formula":
        app.text_input[0].set_value(answer.reference if right else f"{answer.reference} + 17")
    elif question.kind == "staged":
        values = true_values(answer).values()
        for field, value in zip(app.text_input, values, strict=True):
            field.set_value(repr(value if right else 17 + 3 * abs(value)))
    elif question.kind == "number":
        app.text_input[0].set_value(repr(float(answer) + (0 if right else 17)))
    else:
        field = (app.text_area or app.text_input)[0]
        field.set_value(listed(np.asarray(answer) + (0 if right else 17)))


WRONG_LINES = [q for q in BANK if q.kind == "wrong line"]


@pytest.mark.parametrize("question", WRONG_LINES, ids=lambda q: q.id)
def test_each_line_to_choose_has_its_code(question, progress):
    prompt = draw(question, 0)[1].prompt.splitlines()
    for number, label in enumerate(practice(question).radio[0].options, start=1):
        name, _, code = label.partition(" · ")
        assert name == f"Line {number}"
        (line,) = (line for line in prompt if line.endswith(f"# line {number}"))
        assert code.strip("`") == line.partition("#")[0].strip()


def check(app):
    return app.button(key="practice_check").click().run()


@pytest.mark.parametrize("question", GRADED, ids=lambda q: q.id)
def test_the_right_answer_is_right_and_kept(question, progress):
    app = practice(question).run()
    assert app.header[0].value == question.title
    fill_in(app, question, right=True)
    check(app.run())
    assert not app.exception
    assert len(app.success) == 1
    assert any("Worked solution" in m.value for m in app.markdown)
    assert progress.best_scores(LOCAL) == {question.id: 1.0}


@pytest.mark.parametrize("question", OWN_WORDS[::10], ids=lambda q: q.id)
def test_own_words_are_ticked_by_the_learner(question, progress):
    app = practice(question)
    variant = draw(question, 0)[1]
    app.text_area[0].set_value(SCRAWLS["markup"]).run()
    assert variant.solution not in "\n".join(m.value for m in app.markdown)
    app.button(key="practice_reveal").click().run()
    assert not app.exception
    assert variant.solution in "\n".join(m.value for m in app.markdown)
    assert [text.value for text in app.text] == [SCRAWLS["markup"]]
    for box in app.checkbox:
        box.check()
    app.run()
    total = len(variant.answer.points)
    assert f"**{total} of {total} points**" in [m.value for m in app.markdown]
    app.button(key="practice_grade").click().run()
    assert not app.exception
    assert len(app.success) == 1
    (kept,) = progress.attempts(LOCAL)
    assert (kept.score, kept.rating, kept.way) == (1.0, 3, "practice")
    assert kept.response == SCRAWLS["markup"]


@pytest.mark.parametrize("scrawl", SCRAWLS.values(), ids=SCRAWLS)
def test_any_own_words_are_shown_as_they_are(scrawl, progress):
    app = practice(OWN_WORDS[0])
    app.text_area[0].set_value(scrawl[:1000]).run()
    app.button(key="practice_reveal").click().run()
    app.button(key="practice_grade").click().run()
    assert not app.exception
    assert [text.value for text in app.text] == [scrawl[:1000].strip()] * bool(scrawl.strip())
    (kept,) = progress.attempts(LOCAL)
    assert (kept.verdict, kept.score, kept.rating) == ("incorrect", 0.0, 1)


@pytest.mark.parametrize("question", EACH_KIND, ids=lambda q: q.kind)
def test_how_sure_the_learner_was_is_kept_with_the_first_try(question, progress):
    app = practice(question)
    fill_in(app, question, right=False)
    app.pills[0].set_value(90)
    check(app.run())
    assert not app.pills
    fill_in(app, question, right=True)
    check(app.run())
    assert [a.confidence for a in progress.attempts(LOCAL)] == [90, None]


@pytest.mark.parametrize("question", EACH_KIND, ids=lambda q: q.kind)
def test_a_wrong_answer_is_kept_once_and_may_be_mended(question, progress):
    app = practice(question)
    fill_in(app, question, right=False)
    check(check(app.run()))
    assert not app.exception
    assert not app.success
    assert [a.verdict for a in progress.attempts(LOCAL)] in (["incorrect"], ["partial"])
    fill_in(app, question, right=True)
    check(app.run())
    assert app.success
    assert [a.verdict for a in progress.attempts(LOCAL)][-1] == "correct"


STAGED = [q for q in BANK if q.kind == "staged"]


@pytest.mark.parametrize("question", STAGED, ids=lambda q: q.id)
def test_each_stage_has_its_field_and_says_what_it_understood(question, progress):
    app = practice(question)
    stages = draw(question, 0)[1].answer
    assert len(app.text_input) == len(stages)
    for field, stage in zip(app.text_input, stages, strict=True):
        assert stage.prompt in field.label
        assert f"${stage.symbol}$" in field.label
    app.text_input[0].set_value("1/3")
    app.text_input[1].set_value("1,5")
    lines = [m.value for m in app.run().markdown]
    assert "Understood as 0.3333" in lines
    assert any("1.5 or 15" in line for line in lines)


def stage_lines(app) -> list[str]:
    return [m.value for m in app.markdown if m.value.startswith(":material/") and "·" in m.value]


@pytest.mark.parametrize("question", STAGED, ids=lambda q: q.id)
def test_one_slip_is_marked_once_and_carried_on(question, progress):
    app = practice(question)
    stages, own = draw(question, 0)[1].answer, {}
    for field, stage in zip(app.text_input, stages, strict=True):
        own[stage.name] = -stage.rule(own) if stage is stages[0] else stage.rule(own)
        field.set_value(repr(own[stage.name]))
    check(app.run())
    assert not app.exception
    assert [len(app.warning), len(app.error), len(app.success)] == [1, 0, 0]
    words = [line.split("**")[1].split(" · ")[1] for line in stage_lines(app)]
    assert words[0] == "wrong"
    assert set(words[1:]) <= {"right", "right from your own"}
    assert "right from your own" in words
    (attempt,) = progress.attempts(LOCAL)
    assert (attempt.verdict, attempt.misconception) == ("partial", "loss_sign")
    assert attempt.score == pytest.approx(1 - 1 / len(stages))
    assert grade(question, draw(question, 0)[1], attempt.response).score == attempt.score


def test_a_blank_stage_is_said_and_the_rest_is_graded(progress):
    question = STAGED[0]
    app = practice(question)
    values = list(true_values(draw(question, 0)[1].answer).values())
    for field, value in zip(app.text_input[1:], values[1:], strict=True):
        field.set_value(repr(value))
    check(app.run())
    assert "1 is blank" in app.warning[0].value
    assert "blank" in stage_lines(app)[0]
    assert [a.verdict for a in progress.attempts(LOCAL)] == ["partial"]


@pytest.mark.parametrize("scrawl", SCRAWLS.values(), ids=SCRAWLS)
@pytest.mark.parametrize("kind", sorted(TYPED))
def test_whatever_is_typed_is_answered_in_words(kind, scrawl, progress):
    app = practice(next(q for q in BANK if q.kind == kind))
    (app.text_area or app.text_input)[0].set_value(scrawl)
    check(app.run())
    assert not app.exception
    assert len(app.success) == 0
    assert len(app.warning) + len(app.error) == 1
    if app.warning and kind != "staged":
        assert not any(app.warning[0].value in m.value for m in app.markdown)  # said once


@pytest.mark.parametrize("question", EACH_KIND, ids=lambda q: q.kind)
def test_no_answer_is_not_an_attempt(question, progress):
    app = check(practice(question))
    assert [warning.value for warning in app.warning] == ["Give an answer first."]
    assert list(progress.attempts(LOCAL)) == []


@pytest.mark.parametrize("question", EACH_KIND, ids=lambda q: q.kind)
def test_hints_come_one_at_a_time_and_then_the_solution(question, progress):
    app = practice(question)
    hints = draw(question, 0)[1].hints
    for shown in range(1, len(hints) + 1):
        app.button(key="practice_hint").click().run()
        assert [info.value for info in app.info] == list(hints[:shown])
    assert "practice_hint" not in {button.key for button in app.button}
    app.button(key="practice_solution").click().run()
    assert any("Worked solution" in m.value for m in app.markdown)
    assert [a.verdict for a in progress.attempts(LOCAL)] == ["shown"]
    fill_in(app, question, right=True)
    check(app.run())
    assert [a.verdict for a in progress.attempts(LOCAL)] == ["shown"]


@pytest.mark.parametrize("question", [q for q in EACH_KIND if q.is_template], ids=lambda q: q.kind)
def test_another_one_draws_other_numbers(question, progress):
    app = practice(question)
    before = {m.value for m in app.markdown}
    app.button(key="practice_another").click().run()
    assert not app.exception
    assert draw(question, 1)[1].prompt in {m.value for m in app.markdown} - before


VARIANTS = {"3": 3, "59": 59, "60": 0, "999": 0, "-1": 0, "03": 0, "x": 0, "": 0, "٣": 0}


@pytest.mark.parametrize(("asked", "number"), VARIANTS.items(), ids=VARIANTS)
def test_a_link_leads_to_its_variant_or_to_the_first(asked, number, progress):
    question = next(q for q in BANK if q.kind == "number" and q.is_template)
    app = visit("practice", {"question": question.title, "variant": asked})
    assert not app.exception
    assert draw(question, number)[1].prompt in [m.value for m in app.markdown]


def test_after_the_last_variant_the_first_one_comes_again(progress):
    question = next(q for q in BANK if q.kind == "number" and q.is_template)
    app = visit("practice", {"question": question.title, "variant": "59"})
    app.button(key="practice_another").click().run()
    assert not app.exception
    assert draw(question, 0)[1].prompt in [m.value for m in app.markdown]


def test_home_begins_with_the_cards_before_the_first_answer(progress):
    labels = [link.label for link in visit("home").page_link]
    assert "Begin with the essential 50" in labels
    answer_one(progress)
    labels = [link.label for link in visit("home").page_link]
    assert "Begin with the essential 50" not in labels


def test_every_filter_leads_to_a_question_or_says_that_none_fits(progress):
    app = visit("practice")
    for key in ("chapter", "topic", "difficulty", "kind"):
        for option in app.selectbox(key=key).options:
            app.selectbox(key=key).set_value(option).run()
            assert not app.exception
            assert app.header
        app.selectbox(key=key).set_value("Any").run()
    app.selectbox(key="chapter").set_value("2").run()
    app.selectbox(key="topic").set_value("Optimizers").run()
    assert [info.value for info in app.info] == [
        "No question fits all of these. Set one of them back to Any."
    ]


def test_next_goes_through_all_questions_that_fit(progress):
    app = visit("practice", {"chapter": "4"})
    wanted = [q.title for q in BANK if q.chapter == 4]
    seen = [app.selectbox(key="question").value]
    for _ in wanted[1:]:
        app.button(key="next").click().run()
        seen.append(app.selectbox(key="question").value)
    assert not app.exception
    assert sorted(seen) == sorted(wanted)


@pytest.mark.parametrize("page", [entry for entry in CONTENTS if entry.labs])
def test_check_yourself_goes_through_the_topics(page, progress):
    app = visit(page.slug)
    for question in [q for q in BANK if q.topic in page.topics]:
        assert not app.exception
        assert any(f"**{question.title}**" in m.value for m in app.markdown)
        app.button(key=f"check_{page.slug}_next").click().run()


def test_home_counts_what_is_right_and_leads_back(progress):
    assert not visit("home").exception
    question = next(q for q in BANK if q.kind == "choice")
    app = practice(question)
    fill_in(app, question, right=True)
    check(app.run())
    home = visit("home")
    assert [link.label for link in home.page_link if question.title in link.label]
    topics = next(entry.topics for entry in CONTENTS if question.topic in entry.topics)
    total = sum(q.topic in topics for q in BANK)
    assert f"1 of {total} right" in [bar.text for bar in home.get("progress")]


def newer(path: Path) -> None:
    open_store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE gradient_gym_schema SET version = 999")
    connection.close()


SPOILED: dict[str, Callable[[Path], object]] = {
    "newer": newer,
    "damaged": lambda path: path.write_bytes(b"not a database" * 1000),
    "folder": Path.mkdir,
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_file_that_cannot_be_used_is_said_and_left_alone(spoil, tmp_path, keep_progress_in):
    file = tmp_path / "progress.db"
    spoil(file)
    before = file.is_file() and file.read_bytes()
    keep_progress_in(file)
    question = EACH_KIND[0]
    app = practice(question)
    fill_in(app, question, right=True)
    check(app.run())
    assert not app.exception
    assert app.success
    assert "not being saved" in app.warning[0].value
    home = visit("home")
    assert not home.exception
    assert "not being saved" in home.warning[0].value
    assert before == (file.is_file() and file.read_bytes())


def damaged_backups(backup: bytes) -> dict[str, bytes]:
    return {
        "truncated": backup[: len(backup) // 2],
        "another version": json.dumps(json.loads(backup) | {"version": 999}).encode(),
        "not json": b"\x89PNG\r\n",
        "another json": b"[1, 2, 3]",
        "deep": b"[" * 100_000,
        "empty": b"",
    }


@pytest.mark.parametrize("name", damaged_backups(b"{}"))
def test_a_damaged_backup_is_refused_and_nothing_is_lost(name, progress):
    answer_one(progress)
    upload(damaged_backups(backup_of(progress))[name], lambda app: app.error)
    assert len(list(progress.attempts(LOCAL))) == 1


def test_a_backup_comes_back(progress, keep_progress_in, tmp_path):
    answer_one(progress)
    backup = backup_of(progress)
    empty = keep_progress_in(tmp_path / "new.db")
    app = upload(backup, lambda app: app.success)
    assert app.success[0].value.startswith("1 ")
    assert len(list(empty.attempts(LOCAL))) == 1


def answer_one(progress) -> None:
    question = EACH_KIND[0]
    app = practice(question)
    fill_in(app, question, right=True)
    check(app.run())
    assert progress.best_scores(LOCAL) == {question.id: 1.0}


def backup_of(progress) -> bytes:
    return export(progress, LOCAL)


def upload(content: bytes, expected: Callable):
    app = visit("home")
    app.file_uploader[0].set_value(("progress.json", content, "application/json")).run()
    assert not app.exception
    assert len(expected(app)) == 1
    return app
