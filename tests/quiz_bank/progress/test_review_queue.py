"""The day's reviews: spaced, capped, and nothing lost; decks; what is coming and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fsrs import Rating
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz_bank.certify import draw
from quiz_bank.essentials import ESSENTIALS
from quiz_bank.loader import load_bank
from quiz_bank.model import Question, Rubric, Variant
from quiz_bank.progress.outlook import (
    RATINGS,
    begin_of_day,
    coming,
    days_ahead,
    outlook,
    wait_in_words,
)
from quiz_bank.progress.queue import (
    AHEAD,
    MOST_CAP,
    deck_of,
    furthest,
    is_known,
    next_due,
    plan_today,
    subject_words,
)
from quiz_bank.progress.records import CardState
from quiz_bank.progress.repeats import MOST_VARIANTS, next_variant
from quiz_bank.progress.schedule import review

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
TOPICS = ("losses", "optimizers", "lstm", "gan")


def make_question(topic: str, name: str) -> Question:
    variant = Variant("Say it.", Rubric(("a", "b", "c")), "So.")
    return Question(
        id=f"{topic}/{name}",
        chapter=3,
        topic=topic,
        title=name,
        difficulty="easy",
        kind="own words",
        source="nobody",
        seconds=60,
        make=lambda rng: variant,
    )


def make_card(question: Question, minutes: float, step: int | None = None) -> CardState:
    """A card that has been due for so many minutes."""
    return CardState(question.id, NOW - timedelta(minutes=minutes), {"step": step})


@st.composite
def days(draw):
    """Cards of questions, those reviewed today in order, and a cap."""
    spread = draw(st.lists(st.tuples(st.sampled_from(TOPICS), waits), max_size=40))
    questions = [make_question(topic, f"q{k}") for k, (topic, _) in enumerate(spread)]
    steps = draw(st.lists(st.sampled_from([None, 0, 1]), min_size=40, max_size=40))
    cards = [
        make_card(q, wait, step)
        for q, (_, wait), step in zip(questions, spread, steps, strict=False)
    ]
    done = draw(st.lists(st.sampled_from([q.id for q in questions] or ["gone/q"]), max_size=15))
    return questions, cards, done, draw(st.integers(1, MOST_CAP))


waits = st.integers(-10_000, 100_000) | st.integers(-25, 5)


def due_ids(cards) -> set[str]:
    return {card.question_id for card in cards if card.due <= NOW}


@given(days())
def test_nothing_is_lost_and_nothing_comes_twice(day):
    questions, cards, done, cap = day
    today = plan_today(cards, done, questions, NOW, cap)
    asked = [q.id for q in today.queue]
    left = {q.id for q in today.left}
    assert len(asked) == len(set(asked))
    assert due_ids(cards) <= left | set(asked)
    assert not left & set(asked)
    assert left <= due_ids(cards)
    soon = set(asked) - due_ids(cards)
    assert soon <= set(done)
    by_id = {card.question_id: card for card in cards}
    assert all(NOW < by_id[i].due <= NOW + AHEAD and by_id[i].fsrs["step"] == 0 for i in soon)
    assert today.done == len(set(done) - set(asked))
    assert today.total == len(set(done) | set(asked))


@given(days())
def test_the_cap_counts_what_was_reviewed_today(day):
    questions, cards, done, cap = day
    today = plan_today(cards, done, questions, NOW, cap)
    fresh = {q.id for q in today.queue} - set(done)
    allowed = max(0, cap - len(set(done)))
    assert len(fresh) == min(allowed, len(due_ids(cards) - set(done)))
    assert not {q.id for q in today.left} & set(done)


@given(days())
def test_never_two_of_a_topic_while_another_one_is_due(day):
    questions, cards, done, _ = day
    cards = [card for card in cards if card.question_id not in done]
    today = plan_today(cards, [], questions, NOW, MOST_CAP)
    for k in range(1, len(today.queue)):
        rest = {q.topic for q in (*today.queue[k:], *today.left)}
        if today.queue[k].topic == today.queue[k - 1].topic:
            assert rest == {today.queue[k].topic}


@given(days())
def test_a_smaller_cap_is_the_beginning_of_a_larger_one(day):
    questions, cards, _, cap = day
    whole = plan_today(cards, [], questions, NOW, 10_000).queue
    assert plan_today(cards, [], questions, NOW, cap).queue == whole[:cap]


@given(days())
def test_within_a_topic_the_longest_overdue_comes_first(day):
    questions, cards, _, cap = day
    due = {card.question_id: card.due for card in cards}
    today = plan_today(cards, [], questions, NOW, cap)
    for topic in TOPICS:
        own = [due[q.id] for q in (*today.queue, *today.left) if q.topic == topic]
        assert own == sorted(own)


@settings(max_examples=50)
@given(days())
def test_a_backlog_is_worked_off_at_the_pace_of_the_cap(day):
    questions, cards, _, cap = day
    backlog, waiting = due_ids(cards), list(cards)
    days_needed = 0
    while backlog:
        queue = plan_today(waiting, [], questions, NOW, cap).queue
        assert len(queue) == min(cap, len(backlog))
        asked = {q.id for q in queue}
        backlog -= asked
        waiting = [card for card in waiting if card.question_id not in asked]
        days_needed += 1
    assert days_needed == -(-len(due_ids(cards)) // cap)


def test_the_topic_reviewed_last_is_not_asked_again_at_once():
    first, second = make_question("losses", "a"), make_question("lstm", "b")
    earlier = make_question("losses", "c")
    cards = [make_card(first, 100), make_card(second, 10)]
    queue = plan_today(cards, [earlier.id], [first, second, earlier], NOW).queue
    assert [q.id for q in queue] == ["lstm/b", "losses/a"]


def test_a_subject_is_spaced_across_topics():
    last = make_question("losses", "dropout-in-words")
    sibling = make_question("optimizers", "dropout-train-test")
    other = make_question("lstm", "gates")
    assert furthest([sibling, other], last) is other
    assert furthest([sibling, make_question("losses", "gates")], last) is sibling


def test_words_and_items_of_an_essential_subject_are_siblings():
    bank = load_bank()
    adam = make_question(*ESSENTIALS["Adam"].split("/"))
    others = [q for q in bank if "adam" in subject_words(q) and q.kind != "own words"]
    assert others
    assert all(subject_words(q) & subject_words(adam) == {"adam"} for q in others)


def test_a_miss_comes_back_at_the_end_of_the_day_and_not_before_what_is_due():
    missed, due = make_question("losses", "a"), make_question("losses", "b")
    cards = [make_card(missed, -8, step=0), make_card(due, 5)]
    today = plan_today(cards, [missed.id], [missed, due], NOW)
    assert [q.id for q in today.queue] == [due.id, missed.id]
    assert (today.done, today.total) == (0, 2)
    known = plan_today([make_card(missed, -8, step=1)], [missed.id], [missed], NOW)
    assert (known.queue, known.done, known.total) == ((), 1, 1)


def test_questions_that_left_the_bank_are_not_asked():
    gone = make_question("losses", "a")
    assert plan_today([make_card(gone, 5)], [], [], NOW).queue == ()


@given(days())
def test_a_deck_has_due_cards_first_then_new_ones_in_order(day):
    questions, cards, _, _ = day
    new = [make_question("gan", f"new{k}") for k in range(3)]
    deck = deck_of(cards, [new[0], *questions, *new[1:]], NOW)
    due = {card.question_id: card.due for card in cards}
    assert {q.id for q in deck.due} == due_ids(cards)
    assert [due[q.id] for q in deck.due] == sorted(due[q.id] for q in deck.due)
    assert list(deck.new) == new
    assert all(NOW < due[q.id] <= NOW + AHEAD for q in deck.soon)
    assert len(deck.queue) == len({q.id for q in deck.queue})
    assert deck.known == sum(card.fsrs["step"] is None for card in cards)
    following = next_due(cards, questions, NOW)
    assert following == min((moment for moment in due.values() if moment > NOW), default=None)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_known_is_a_last_interval_of_a_day_or_more(ratings):
    at = [NOW + timedelta(days=k) for k in range(len(ratings))]
    card = review("losses/a", list(zip(at, ratings, strict=True)), fuzz=False)
    assert is_known(card) == (card.due - at[-1] >= timedelta(days=1))


@given(st.lists(st.integers(1, 4), max_size=5), st.booleans())
def test_the_outlook_is_what_the_schedule_does(make_attempt_module, ratings, fuzz):
    history = [make_attempt_module(k, rating=r) for k, r in enumerate(ratings)]
    at = NOW + timedelta(days=30)
    dues = outlook("losses/gradient", history, at, fuzz)
    reviews = [(a.at, a.rating) for a in history]
    for rating in RATINGS:
        assert dues[rating] == review("losses/gradient", [*reviews, (at, rating)], fuzz).due
        assert dues[rating] > at
    if not fuzz:
        assert dues[1] < dues[3] <= dues[4]


@pytest.fixture(scope="module")
def make_attempt_module(request):
    return request.getfixturevalue("make_attempt")


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=10), "10 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=9), "9 days"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_waits_are_said_in_their_largest_unit(wait, words):
    assert wait_in_words(wait) == words


ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/Sao_Paulo")


@pytest.mark.parametrize("zone", ZONES)
@given(at=st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_a_day_begins_at_the_learners_midnight(zone, at):
    local = ZoneInfo(zone)
    begin = begin_of_day(at, local)
    assert begin <= at
    assert begin.astimezone(local).date() == at.astimezone(local).date()
    assert (begin - timedelta(seconds=1)).astimezone(local).date() < at.astimezone(local).date()


@given(st.lists(st.integers(-100, 2500), max_size=30), st.integers(1, 12), st.integers(0, 6))
def test_what_is_coming_counts_every_card_once(hours, weeks, shift):
    now = NOW + timedelta(days=shift)
    cards = [CardState(f"gan/q{k}", now + timedelta(hours=h), {}) for k, h in enumerate(hours)]
    counts = coming(cards, now, UTC, weeks)
    assert min(counts) == now.date()
    assert max(counts).weekday() == 6
    assert len(counts) == 7 * weeks - now.weekday()
    inside = [card for card in cards if card.due.date() <= max(counts)]
    assert sum(counts.values()) == len(inside)
    assert counts[now.date()] == sum(card.due.date() <= now.date() for card in cards)


def test_a_day_is_the_learners_own():
    card = CardState("gan/q", datetime(2026, 3, 4, 23, 30, tzinfo=UTC), {})
    counts = coming([card], NOW, ZoneInfo("Europe/Berlin"), 1)
    assert counts == {date(2026, 3, d): d == 5 for d in range(4, 9)}
    assert list(counts) == days_ahead(date(2026, 3, 4), 1)


TEMPLATE = next(q for q in load_bank() if q.kind == "number")
SEEDS = [draw(TEMPLATE, n)[0] for n in range(6)]


def answered(make_attempt, *pairs):
    """Attempts at these variants with these ratings, in order."""
    return [
        make_attempt(k, question_id=TEMPLATE.id, seed=SEEDS[n], rating=rating)
        for k, (n, rating) in enumerate(pairs)
    ]


@pytest.mark.parametrize(
    ("pairs", "wanted"),
    [
        ([], (0, False)),
        ([(0, 3)], (1, False)),
        ([(0, 3), (1, 3)], (2, False)),
        ([(0, 1)], (0, True)),
        ([(0, 3), (1, 1)], (1, True)),
        ([(0, 1), (0, 2)], (1, False)),
        ([(0, 1), (0, 1)], (1, False)),
        ([(2, 3)], (1, False)),
        ([(1, 3)], (2, False)),
    ],
)
def test_a_miss_comes_once_more_and_then_fresh_numbers(make_attempt, pairs, wanted):
    assert next_variant(TEMPLATE, answered(make_attempt, *pairs)) == wanted


def test_a_second_try_is_no_sitting_of_its_own(make_attempt):
    wrong, again = answered(make_attempt, (1, 1), (1, None))
    again = replace(again, tries=2)
    assert next_variant(TEMPLATE, [wrong, again]) == (1, True)
    mended = replace(again, rating=int(Rating.Hard))
    assert next_variant(TEMPLATE, [wrong, mended])[1] is False


def test_own_words_are_asked_without_their_answer(make_attempt):
    words = make_question("losses", "a")
    missed = make_attempt(0, question_id=words.id, seed=0, rating=1)
    assert next_variant(words, [missed]) == (1, False)


def test_after_very_many_variants_the_numbers_stay_small(make_attempt):
    words = make_question("losses", "a")
    many = [make_attempt(k, question_id=words.id, seed=k) for k in range(200)]
    assert 0 <= next_variant(words, many)[0] < MOST_VARIANTS
