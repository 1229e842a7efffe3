"""Review: what is due is asked, graded, rated and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pages.ui.review_session import rated_today
from quiz_bank.certify import draw
from quiz_bank.loader import load_bank
from quiz_bank.progress import LOCAL, new_attempt
from quiz_bank.progress.queue import plan_today
from tests.pages.app import visit

BANK = tuple(load_bank())
NUMBERS = [q for q in BANK if q.kind == "number"]
WORDS = [q for q in BANK if q.kind == "own words"]


def met(store, question, days: float, rating: int = 3, number: int = 0, **changes) -> None:
    """Keeps an attempt made so many days ago."""
    seed = draw(question, number)[0]
    score = 1.0 if rating > 1 else 0.0
    verdict = "correct" if score else "incorrect"
    attempt = new_attempt(question.id, seed, "", verdict, score, learner=LOCAL)
    at = datetime.now(UTC) - timedelta(days=days)
    assert store.add(replace(attempt, at=at, rating=rating, **changes)).problem is None


def due(store, *questions) -> None:
    """Makes the questions due, the first one first."""
    for k, question in enumerate(questions):
        met(store, question, 30 - k)


def some_due(store, count: int):
    """Questions with a number of different topics, due in this order."""
    by_topic = {q.topic: q for q in reversed(NUMBERS)}
    questions = list(by_topic.values())[:count]
    due(store, *questions)
    return questions


def answer(app, question, number: int, right: bool = True):
    value = float(draw(question, number)[1].answer) + (0 if right else 17)
    app.text_input[0].set_value(repr(value)).run()
    return app.button(key="review_check").click().run()


def bars(app) -> list[str]:
    return [bar.text for bar in app.get("progress")]


def words(app) -> str:
    return "\n".join(m.value for m in app.markdown)


def keys(app) -> set[str]:
    return {button.key for button in app.button}


def test_before_the_first_answer_it_says_what_to_do(progress):
    app = visit("review")
    assert not app.exception
    assert app.header[0].value == "Nothing to review yet"
    assert [link.label for link in app.page_link] == ["Practice", "Q&A cards"]
    assert not app.get("plotly_chart")
    assert not app.button


def test_when_nothing_is_due_it_says_when_the_next_one_is(progress):
    met(progress, NUMBERS[0], 0.001, rating=4)
    app = visit("review")
    assert not app.exception
    assert app.header[0].value == "Nothing is due now"
    assert "The next review is due in" in words(app)
    assert "No question" not in words(app)


def test_two_reviews_in_a_row_with_fresh_numbers(progress):
    first, second = some_due(progress, 2)
    app = visit("review")
    assert not app.exception
    assert app.header[0].value == first.title
    assert bars(app) == ["**0 of 2** today"]
    assert "review_next" not in keys(app)
    answer(app, first, 1)
    assert not app.exception
    assert len(app.success) == 1
    assert bars(app) == ["**1 of 2** today"]
    kept = progress.attempts(LOCAL, [first.id])[-1]
    assert (kept.way, kept.seed, kept.rating) == ("review", draw(first, 1)[0], 3)
    app.button(key="review_next").click().run()
    assert app.header[0].value == second.title
    answer(app, second, 1)
    app.button(key="review_next").click().run()
    assert app.header[0].value == "Done for today"
    assert bars(app) == ["**2 of 2** today"]
    assert not progress.due(LOCAL, datetime.now(UTC))


def test_the_last_rating_is_taken_back(progress):
    first, second = some_due(progress, 2)
    app = visit("review")
    assert "review_undo" not in keys(app)
    answer(app, first, 1)
    app.button(key="review_next").click().run()
    assert app.header[0].value == second.title
    app.button(key="review_undo").click().run()
    assert not app.exception
    assert app.header[0].value == first.title
    assert app.text_input[0].value == ""
    assert bars(app) == ["**0 of 2** today"]
    assert first.id in progress.due(LOCAL, datetime.now(UTC))
    assert "review_undo" not in keys(app)
    answer(app, first, 1, right=False)
    assert [a.rating for a in progress.attempts(LOCAL, [first.id])] == [3, 1]


def test_undo_is_still_there_in_a_new_session(progress):
    first, _ = some_due(progress, 2)
    answer(visit("review"), first, 1)
    app = visit("review")
    app.button(key="review_undo").click().run()
    assert len(progress.attempts(LOCAL, [first.id])) == 1


def test_a_miss_comes_once_more_with_its_explanation_and_then_with_new_numbers(progress):
    (question,) = some_due(progress, 1)
    app = visit("review")
    answer(app, question, 1, right=False)
    assert not app.success
    app.button(key="review_next").click().run()
    assert app.header[0].value == question.title
    assert "You missed this one." in words(app)
    assert draw(question, 1)[1].solution in words(app)
    assert not {"review_solution", "review_hint"} & keys(app)
    assert not app.pills  # how sure one is says nothing beside the solution
    answer(app, question, 1)
    first, missed, mended = progress.attempts(LOCAL, [question.id])
    assert missed.seed == mended.seed != first.seed
    assert (missed.rating, mended.rating) == (1, 2)
    app.button(key="review_next").click().run()
    if app.header[0].value == question.title:
        assert "You missed this one." not in words(app)
        assert draw(question, 2)[1].prompt in words(app)


def test_a_missed_question_without_numbers_does_not_promise_new_ones(progress):
    question = next(q for q in BANK if q.kind == "choice" and not q.is_template)
    met(progress, question, 1, rating=1)
    app = visit("review")
    assert "next time it comes without the explanation" in words(app)
    assert "other numbers" not in words(app)


def test_the_cap_leaves_the_rest_for_tomorrow(progress):
    some_due(progress, 9)
    app = visit("review", {"review_cap": "5"})
    assert bars(app) == ["**0 of 5** today"]
    assert "4 more are due. They come tomorrow." in words(app)
    app.slider(key="review_cap").set_value(100).run()
    assert bars(app) == ["**0 of 9** today"]
    assert "more are due" not in words(app)


def test_a_long_backlog_is_spread(progress):
    due(progress, *NUMBERS[:14])
    app = visit("review", {"review_cap": "5"})
    assert "9 more are due. They come on the next days, 5 a day, the oldest first." in words(app)


def test_when_the_cap_is_reached_it_says_so(progress):
    some_due(progress, 7)
    app = visit("review", {"review_cap": "5"})
    for _ in range(5):
        question = next(q for q in BANK if q.title == app.header[0].value)
        answer(app, question, 1)
        app.button(key="review_next").click().run()
    assert app.header[0].value == "Done for today"
    assert "today's 5 reviews" in words(app)
    assert bars(app) == ["**5 of 5** today"]


def test_own_words_are_rated_by_the_learner(progress):
    question = WORDS[0]
    met(progress, question, 30, rating=4)
    app = visit("review")
    assert app.header[0].value == question.title
    app.button(key="review_reveal").click().run()
    labels = {b.key: b.label for b in app.button if "rate" in (b.key or "")}
    assert list(labels) == [f"review_rate_{k}" for k in (1, 2, 3, 4)]
    app.button(key="review_rate_2").click().run()
    assert not app.exception
    kept = progress.attempts(LOCAL, [question.id])[-1]
    assert (kept.rating, kept.way, kept.score) == (2, "review", 0.0)
    card = progress.cards(LOCAL)[0]
    assert f"{(card.due - kept.at).days} day" in labels["review_rate_2"]


def test_the_calendar_counts_what_is_due(progress):
    some_due(progress, 3)
    app = visit("review", {"review_table": "true"})
    assert not app.exception
    assert "**3** by midnight, **3** within seven days, **3** until" in words(app)
    table = app.dataframe[0].value
    assert table["reviews due"].sum() == 3
    assert table["reviews due"].iloc[0] == 3


@pytest.mark.parametrize("cap", ["0", "-1", "1000", "x", ""])
def test_any_cap_in_a_link_is_bounded(cap, progress):
    some_due(progress, 2)
    app = visit("review", {"review_cap": cap})
    assert not app.exception
    assert 5 <= app.slider(key="review_cap").value <= 100


def test_a_question_answered_elsewhere_leaves_the_table(progress):
    first, second = some_due(progress, 2)
    app = visit("review")
    assert app.header[0].value == first.title
    met(progress, first, 0, rating=4)
    app.run()
    assert app.header[0].value == second.title


def test_reviews_of_another_way_do_not_count(progress):
    question = NUMBERS[0]
    met(progress, question, 0, way="practice")
    met(progress, NUMBERS[1], 0, way="review")
    rated = rated_today("review", progress.cards(LOCAL))
    assert [a.question_id for a in rated] == [NUMBERS[1].id]
    ids = [a.question_id for a in rated]
    assert plan_today(progress.cards(LOCAL), ids, BANK, datetime.now(UTC)).done == 1
