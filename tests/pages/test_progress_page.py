"""The progress page: every view of every kind of learner, what is next, and what it links to."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from pages.ui.answer_fields import SURE
from pages.ui.contents import PAGES
from pages.ui.progress_labs import ENTRIES, MISTAKE_LABS, TOPIC_LABS, lab_of
from pages.ui.progress_views import NAMES
from quiz_bank.loader import load_bank
from quiz_bank.misconceptions import MISCONCEPTIONS
from quiz_bank.progress import LOCAL, new_attempt, taken_back
from quiz_bank.progress.queue import DEFAULT_CAP
from quiz_bank.topics import TOPICS
from tests.pages.app import visit
from tests.pages.figures.reading import LOOKS, clean

BANK = tuple(load_bank())
NOW = datetime.now(UTC)
MISTAKES = ("no_sig", "loss_sign", "loss_factor2", "a_mistake_no_longer_known")
every_view = pytest.mark.parametrize("view", NAMES.values(), ids=NAMES)


def answer(k, *, question=BANK[0], days=1.0, right=True, **more):
    made = new_attempt(question.id, k, "1", "correct" if right else "incorrect", float(right))
    at = NOW - timedelta(days=days)
    return replace(made, id=str(uuid.UUID(int=k + 1)), at=at, seconds=60.0, **more)


def learned(count):
    """A learner of some months, who answers a few questions again and again."""
    rng = np.random.default_rng(count)
    for k in range(count):
        right = bool(rng.random() < 0.7)
        yield answer(
            k,
            question=BANK[k % 40],
            days=120 * (1 - k / count),
            right=right,
            rating=3 if right else 1,
            confidence=int(rng.integers(3, 11)) * 10 if k % 2 else None,
            misconception=None if right else MISTAKES[k % len(MISTAKES)],
        )


def opened(view, **query):
    return visit("progress", {"progress_view": view} | query)


def texts(app):
    return [m.value for m in app.markdown]


@every_view
def test_a_new_learner_reads_where_to_begin(view, progress):
    app = opened(view)
    assert not app.exception
    assert "Next: answer a first question" in texts(app)[1]
    assert "Nothing to show yet" in app.info[0].value
    assert not app.get("plotly_chart")


@every_view
@pytest.mark.parametrize("count", [1, 5, 240])
def test_every_view_of_a_learner(view, count, progress):
    progress.add(*learned(count))
    app = opened(view)
    assert not app.exception
    assert app.get("plotly_chart") or app.info
    for chart in app.get("plotly_chart"):
        clean(chart.proto.alt)
    assert "**" in texts(app)[2]


@every_view
def test_the_table_of_each_picture(view, progress):
    progress.add(*learned(240))
    drawers = ("mastery", "weeks", "recall", "ahead", "calibration", "mistakes")
    app = opened(view, **{f"progress_{name}_table": "true" for name in drawers})
    assert not app.exception
    assert len(app.dataframe) == len(app.get("plotly_chart")) >= 1


def test_each_confidence_that_can_be_chosen_has_a_point_of_its_own(progress):
    progress.add(*[answer(k, confidence=sure) for k, sure in enumerate(SURE * 3)])
    app = opened("Calibration", progress_calibration_table="true")
    table = app.dataframe[0].value
    assert table["answers"].tolist() == [3] * len(SURE)
    np.testing.assert_allclose(table["mean confidence"], np.array(SURE) / 100, rtol=1e-12)


def test_mastery_by_chapter(progress):
    progress.add(*learned(240))
    app = opened("Mastery", progress_rows="By chapter", progress_mastery_table="true")
    table = app.dataframe[0].value
    assert table["chapter"][0] == "1 · What is deep learning"
    assert table["questions"].sum() == len(BANK)


def test_only_the_chosen_view_is_computed(progress, monkeypatch):
    progress.add(*learned(60))
    monkeypatch.setattr("pages.ui.progress_data.recall_seen", None)
    monkeypatch.setattr("pages.ui.progress_data.weeks", None)
    monkeypatch.setattr("pages.ui.progress_data.calibration", None)
    assert not opened("Mastery").exception
    assert opened("Forgetting").exception


def test_an_answer_counts_at_once_and_no_longer_when_it_is_undone(progress):
    app = visit("progress")
    assert "first question" in texts(app)[1]
    made = answer(1)
    progress.add(made)
    assert any(
        text.startswith(f"**1** of {len(BANK)} questions known") for text in texts(app.run())
    )
    progress.add(taken_back(made))
    assert "first question" in texts(app.run())[1]


def test_what_is_due_comes_first(progress):
    progress.add(answer(1, days=90, rating=3), answer(2, question=BANK[1], days=90, rating=1))
    assert "Next: review 2 questions" in texts(visit("progress"))[1]


def test_no_more_is_told_to_review_than_review_asks_today(progress):
    progress.add(*[answer(k, question=q, days=90, rating=3) for k, q in enumerate(BANK[:40])])
    app = visit("progress")
    words = texts(app)[1]
    assert f"Next: review {DEFAULT_CAP} questions" in words
    assert words.endswith(f"{40 - DEFAULT_CAP} more are due after that.")
    done = [
        replace(answer(100 + k, question=q, rating=3, way="review"), at=datetime.now(UTC))
        for k, q in enumerate(BANK[:DEFAULT_CAP])
    ]
    progress.add(*done)
    words = texts(app.run())[1]
    assert "Nothing is left to review today" in words
    progress.add(taken_back(done[0]))
    assert "Next: review 1 question\n\nIt is due today" in texts(app.run())[1]


def test_a_mistake_that_was_put_right_is_not_next(progress):
    made = [answer(k, right=False, misconception="ce_double") for k in range(3)]
    progress.add(*made, answer(9, days=0.5))
    assert "one mistake" not in texts(visit("progress"))[1]
    progress.add(answer(10, days=0.1, right=False, misconception="ce_double"))
    assert "one mistake" in texts(visit("progress"))[1]


def test_a_mistake_that_leads_nowhere_is_not_next(progress):
    old = [answer(k, right=False, misconception="a_mistake_no_longer_known") for k in range(3)]
    gone = [answer(k, right=False, misconception="ce_double") for k in range(3, 6)]
    progress.add(*old, *[replace(one, question_id="old/gone") for one in gone])
    assert "one mistake" not in texts(visit("progress"))[1]


def test_a_mistake_made_often_leads_to_its_lab(progress):
    progress.add(*[answer(k, right=False, misconception="ce_double") for k in range(3)])
    app = visit("progress")
    words = texts(app)[1]
    assert "look at one mistake" in words
    assert MISCONCEPTIONS["ce_double"].feedback in words
    link = app.get("page_link")[0].proto
    assert (link.page, link.query_string) == ("foundations", "open=Softmax")


def test_without_mistakes_the_weakest_topic_is_next(progress):
    progress.add(answer(1), answer(2, question=BANK[-1], right=False))
    app = visit("progress")
    topic = min({BANK[0].topic, BANK[-1].topic}, key=lambda t: t != BANK[-1].topic)
    assert f"Next: {TOPICS[topic].title}" in texts(app)[1]
    assert "topic=" in app.get("page_link")[0].proto.query_string


def test_mistakes_are_told_with_their_sentence_and_a_way_to_see_why(progress):
    progress.add(*learned(240))
    app = opened("Misconceptions")
    told = "\n".join(texts(app))
    for key in MISTAKES[:3]:
        assert MISCONCEPTIONS[key].feedback in told
    assert "A mistake no longer known" in told
    assert sum("open=" in link.proto.query_string for link in app.get("page_link")) >= 3


def test_every_lab_that_a_mistake_leads_to_is_there():
    assert set(MISTAKE_LABS.values()) | set(TOPIC_LABS.values()) <= ENTRIES.keys()
    assert MISTAKE_LABS.keys() <= MISCONCEPTIONS.keys()
    assert TOPIC_LABS.keys() <= TOPICS.keys()
    for lab, entry in ENTRIES.items():
        assert PAGES[entry.slug].labs[lab]


def test_a_mistake_without_a_lab_of_its_own_leads_to_its_topic():
    assert lab_of("ce_double", "learning") == "softmax"
    assert lab_of("pairs_twice", "learning") == TOPIC_LABS["learning"]
    assert lab_of("kl_sign", "vae") is None
    assert lab_of("old_slip", None) is None


def test_the_files_to_take_along(progress):
    progress.add(answer(1))
    app = visit("progress")
    labels = {button.proto.label for button in app.get("download_button")}
    assert {"Download answers (CSV)", "Download cards (Anki)"} <= labels


def test_a_question_that_left_the_bank_does_no_harm(progress):
    gone = replace(answer(1, misconception="no_sig", right=False), question_id="old/gone")
    progress.add(replace(gone, rating=1))
    for view in NAMES.values():
        assert not opened(view).exception
    assert len(progress.attempts(LOCAL)) == 1


@pytest.mark.parametrize("theme", LOOKS)
def test_pictures_follow_the_theme(theme, progress):
    progress.add(*learned(60))
    app = visit("progress", theme=theme)
    assert LOOKS[theme].text in app.get("plotly_chart")[0].proto.spec


def test_other_links_are_answered_with_the_first_view(progress):
    progress.add(*learned(20))
    for value in ("", "nothing", "<script>", "Mastery,Forgetting"):
        app = opened(value, progress_rows=value)
        assert not app.exception
        assert app.get("plotly_chart")
