"""English by rules of its own: third person, do-support, articles, word order, spelling."""

from __future__ import annotations

import itertools
import re

from tests.engine.translation.grammar.corpus_words import PAIRS, listed, uncapitalised

ADVERBS = {"always", "often", "sometimes", "never", "already", "not"}
PAST = listed(
    """
    was had did could arrived ate bought called came cooked drank forgot found gave got went
    helped hurt learned left listened looked played read saw shopped slept started stayed swam
    talked understood visited waited wanted watched worked wrote spoke knew met
    """
)
AUXILIARIES = listed("is was has does did can cannot may would could")
BASES = listed(
    """
    arrive ask be bring buy call come cook cost do drink eat find forget get give go have help
    hope hurt know learn leave like listen live look love need play rain read say see shop
    sleep snow speak start stay study swim talk think understand visit wait want watch work
    write
    """
)
PLACES = ("at home", "at school", "at the office", "in the garden", "in the kitchen")
PROGRESSIVE = re.compile(r"\b(am|is|are) (\w+ )?\w+ing\b(?<!morning)(?<!evening)")
DAYS = ("yesterday", "tomorrow", "every day", "tonight")


def test_form_of_sentences() -> None:
    for pair in PAIRS:
        for text in (pair.german, pair.english):
            assert re.fullmatch(r"[A-ZÄÖÜ][\w' ,]*[.?!]", text), text
            assert "  " not in text
            assert " ," not in text
            assert not re.search(r"\b(\w+) \1\b", text), text
        assert pair.german[-1] == pair.english[-1]
        assert "n't" not in pair.english


def test_third_person_singular() -> None:
    checked = 0
    for pair in PAIRS:
        row = uncapitalised(pair.english)
        for k, word in enumerate(row[:-1]):
            if word not in {"he", "she", "it"} or (k and row[k - 1] in AUXILIARIES | {"are", "am"}):
                continue
            verb = next((later for later in row[k + 1 :] if later not in ADVERBS), "")
            if verb in BASES - PAST or verb in {"are", "am", "have", "do"}:
                raise AssertionError(pair.english)
            checked += 1
    assert checked > 3_000


def test_do_support_takes_the_base_form() -> None:
    for pair in PAIRS:
        row = uncapitalised(pair.english)
        for k, word in enumerate(row[:-1]):
            if word in {"do", "does", "did"} and row[k + 1] == "not":
                verb = next(later for later in row[k + 2 :] if later not in ADVERBS)
                assert verb in BASES, pair.english


def test_modal_verbs_take_the_base_form() -> None:
    for pair in PAIRS:
        row = uncapitalised(pair.english)
        for k, word in enumerate(row[:-1]):
            if word in {"can", "cannot", "may"} and k and row[k - 1] not in {"."}:
                later = [w for w in row[k + 1 :] if w not in ADVERBS]
                if row[0] != word:
                    assert set(later[:6]) & BASES, pair.english


def test_a_and_an() -> None:
    for pair in PAIRS:
        row = uncapitalised(pair.english)
        for word, later in itertools.pairwise(row):
            if word in {"a", "an"}:
                assert (word == "an") == (later[0] in "aeio"), pair.english


def test_progressive_is_not_used_of_states_or_habits() -> None:
    states = {"knowing", "liking", "loving", "needing", "having", "understanding", "wanting"}
    habits = re.compile(r"\b(always|often|sometimes|never|every (day|morning|evening))\b")
    for pair in PAIRS:
        row = uncapitalised(pair.english)
        assert not set(row) & states, pair.english
        if habits.search(pair.english) and pair.kind in {"habit", "statement", "fronted"}:
            assert not PROGRESSIVE.search(pair.english), pair


def test_place_stands_before_time() -> None:
    for pair in PAIRS:
        if pair.kind not in {"statement", "perfect", "place"}:
            continue
        for place in PLACES:
            for day in DAYS:
                if pair.english.endswith(f"{place}."):
                    assert f"{day} {place}" not in pair.english, pair.english


def test_negation_is_on_both_sides() -> None:
    for pair in PAIRS:
        if pair.kind == "negation":
            german = re.search(r"\b(nicht|keine?n?)\b", pair.german)
            assert german, pair.german
            assert re.search(r"\b(not|cannot)\b", pair.english), pair.english
