"""Q&A cards: think, reveal, tick, rate; what was written is shown as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quiz_bank.certify import draw
from quiz_bank.essentials import ESSENTIALS
from quiz_bank.loader import load_bank
from quiz_bank.progress import LOCAL
from quiz_bank.topics import TOPICS
from tests.pages.app import visit

WORDS = [q for q in load_bank() if q.kind == "own words"]
KNOWN = {q.id: q for q in WORDS}
ESSENTIAL = [KNOWN[name] for name in ESSENTIALS.values() if name in KNOWN]
FEW = [q for q in ESSENTIAL if q.topic == "exploding"]
FEW_QUERY = {"card_topic": TOPICS["exploding"].title}
HOSTILE = "<script>alert(1)</script> **bold** $x^2$ :red[x] [a](javascript:1)"


def words(app) -> str:
    return "\n".join(m.value for m in app.markdown)


def rate(app, rating: int):
    app.button(key="cards_reveal").click().run()
    return app.button(key=f"cards_rate_{rating}").click().run()


def keys(app) -> set[str]:
    return {button.key for button in app.button}


def test_a_card_from_the_question_to_the_rating(progress):
    app = visit("cards")
    assert not app.exception
    question = ESSENTIAL[0]
    variant = draw(question, 0)[1]
    points = variant.answer.points
    assert app.header[0].value == question.title
    assert variant.solution not in words(app)
    assert not app.checkbox
    app.text_area[0].set_value(HOSTILE).run()
    app.button(key="cards_reveal").click().run()
    assert not app.exception
    assert variant.solution in words(app)
    assert [t.value for t in app.text] == [HOSTILE]
    assert HOSTILE not in words(app)
    assert [box.label for box in app.checkbox] == list(points)
    app.checkbox[0].check().run()
    app.checkbox[1].check().run()
    assert f"**2 of {len(points)} points**" in words(app)
    labels = [b.label.split(" · ")[0] for b in app.button if "rate" in (b.key or "")]
    assert labels == ["Again", "Hard", "Good", "Easy"]
    app.button(key="cards_rate_4").click().run()
    assert not app.exception
    (kept,) = progress.attempts(LOCAL)
    assert (kept.way, kept.rating, kept.verdict, kept.response) == (
        "cards",
        4,
        "partial",
        HOSTILE,
    )
    assert kept.score == pytest.approx(2 / len(points))
    assert app.header[0].value == ESSENTIAL[1].title
    assert f"**1 of {len(ESSENTIAL)}** known" in [bar.text for bar in app.get("progress")]


def test_each_button_says_when_the_card_comes_back(progress):
    for rating in (1, 2, 3, 4):
        app = visit("cards")
        app.button(key="cards_reveal").click().run()
        label = app.button(key=f"cards_rate_{rating}").label
        question_id = next(q.id for q in WORDS if q.title == app.header[0].value)
        app.button(key=f"cards_rate_{rating}").click().run()
        card = next(c for c in progress.cards(LOCAL) if c.question_id == question_id)
        (kept,) = progress.attempts(LOCAL, [question_id])
        wait = card.due - kept.at
        if wait.days:
            assert f"{wait.days} day" in label
            assert f"{card.due.day} {card.due:%b}" in label
        else:
            assert f"{round(wait.total_seconds() / 60)} minute" in label


def test_nothing_written_is_fine_and_nothing_ticked_is_a_score(progress):
    app = rate(visit("cards"), 1)
    assert not app.exception
    (kept,) = progress.attempts(LOCAL)
    assert (kept.response, kept.score, kept.rating, kept.confidence) == ("", 0.0, 1, None)


def test_how_sure_the_learner_is_is_kept(progress):
    app = visit("cards")
    app.button_group[0].set_value(75).run()
    rate(app, 3)
    (kept,) = progress.attempts(LOCAL)
    assert kept.confidence == 75


def test_the_last_rating_is_taken_back(progress):
    app = visit("cards")
    first = app.header[0].value
    assert "cards_undo" not in keys(app)
    rate(app, 4)
    assert app.header[0].value != first
    app.button(key="cards_undo").click().run()
    assert not app.exception
    assert app.header[0].value == first
    assert "cards_reveal" in keys(app)
    assert not progress.attempts(LOCAL)
    assert not progress.cards(LOCAL)


def test_a_card_rated_in_two_tabs_counts_once(progress):
    one, other = visit("cards"), visit("cards")
    assert one.header[0].value == other.header[0].value
    for app in (one, other):
        app.button(key="cards_reveal").click().run()
    one.button(key="cards_rate_3").click().run()
    other.button(key="cards_rate_4").click().run()
    assert not other.exception
    assert [a.rating for a in progress.attempts(LOCAL)] == [3]
    assert other.header[0].value == one.header[0].value == ESSENTIAL[1].title


def test_new_cards_come_in_the_order_of_the_subjects(progress):
    app = visit("cards")
    for question in ESSENTIAL[:4]:
        assert app.header[0].value == question.title
        rate(app, 4)


def test_a_skipped_card_comes_last(progress):
    app = visit("cards", FEW_QUERY)
    app.button(key="cards_skip").click().run()
    assert app.header[0].value == FEW[1].title
    assert not progress.attempts(LOCAL)
    for _ in FEW[1:]:
        rate(app, 4)
    assert app.header[0].value == FEW[0].title


def test_a_missed_card_comes_back_at_the_end(progress):
    app = visit("cards", FEW_QUERY)
    rate(app, 1)
    for _ in FEW[1:]:
        assert app.header[0].value != FEW[0].title
        rate(app, 4)
    assert app.header[0].value == FEW[0].title
    rate(app, 4)
    assert app.header[0].value == "Nothing is left for now"
    assert "The next one is due in" in words(app)
    assert not progress.due(LOCAL, datetime.now(UTC))


@pytest.mark.parametrize("name", ["The essential 50", "Beyond the 50", "The complete set"])
def test_every_set_and_topic_leads_to_a_card_or_says_why_not(name, progress):
    app = visit("cards", {"card_set": name})
    assert not app.exception
    for topic in app.selectbox(key="card_topic").options:
        app.selectbox(key="card_topic").set_value(topic).run()
        assert not app.exception
        assert app.header or app.info
        if app.header and topic != "Any":
            question = next(q for q in WORDS if q.title == app.header[0].value)
            assert TOPICS[question.topic].title == topic


def test_a_topic_that_the_set_lacks_falls_back(progress):
    app = visit("cards", {"card_topic": "No such topic"})
    assert not app.exception
    assert app.header
