"""The corpus: how much of it, how it is split, and that it never changes by itself."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from hashlib import sha256

import pytest

from engine.translation.grammar import KINDS, Pair, corpus, sampler, splits
from engine.translation.grammar.holdout import held_out
from tests.engine.translation.grammar.corpus_words import PAIRS, uncapitalised, words

SPLITS = splits()
HELD_OUT = (*SPLITS.validation, *SPLITS.test)


# Of the default corpus: a change here asks for the shipped models to be trained again.
DIGEST = "054e3dbe5f8a3c43853f79f8a40a5a3697b563bf495198425307c16ba68a5d69"


def digest(pairs: tuple[Pair, ...]) -> str:
    text = "\n".join(f"{pair.german}\t{pair.english}\t{pair.kind}" for pair in pairs)
    return sha256(text.encode()).hexdigest()


def counts(side: str, pairs: tuple[Pair, ...]) -> Counter[str]:
    return Counter(
        word
        for pair in pairs
        for word in uncapitalised(getattr(pair, side))
        if word not in {".", ",", "?", "!"}
    )


def test_number_of_pairs() -> None:
    assert len(PAIRS) == len({pair.german for pair in PAIRS}) == 36_000
    assert len(SPLITS.train) > 30_000
    assert 1_000 <= len(SPLITS.validation) <= 2_500
    assert 2_500 <= len(SPLITS.test) <= 3_500


def test_german_to_english_is_a_function() -> None:
    seen: dict[tuple[str, ...], str] = {}
    for pair in (*PAIRS, *corpus(9_000, seed=1)):
        german = tuple(uncapitalised(pair.german))
        assert seen.setdefault(german, pair.english) == pair.english


def test_lengths() -> None:
    lengths = [len(words(pair.german)) for pair in PAIRS]
    assert min(lengths) <= 2
    assert max(lengths) <= 24
    assert sum(length >= 12 for length in lengths) >= 0.15 * len(lengths)
    assert 0.40 <= sum(length <= 8 for length in lengths) / len(lengths) <= 0.56


@pytest.mark.parametrize(("side", "least", "most"), [("german", 400, 520), ("english", 350, 450)])
def test_vocabulary(side: str, least: int, most: int) -> None:
    found = counts(side, PAIRS)
    assert least <= len(found) <= most
    rare = {word: count for word, count in found.items() if count < 15}
    assert not rare


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_occurs(kind: str) -> None:
    assert sum(pair.kind == kind for pair in PAIRS) >= 200
    assert KINDS[kind].label


def test_training_has_no_held_out_combination() -> None:
    trained = {combination for pair in SPLITS.train for combination in pair.combinations}
    assert all(set(pair.combinations) - trained for pair in HELD_OUT)


def test_validation_and_test_hold_out_different_combinations() -> None:
    found = {
        name: {c for pair in pairs for c in pair.combinations if held_out(c) != "train"}
        for name, pairs in SPLITS._asdict().items()
    }
    assert not found["train"]
    assert len(found["validation"]) >= 15
    assert len(found["test"]) >= 25
    assert not found["validation"] & found["test"]
    assert all(any(held_out(c) != "train" for c in pair.combinations) for pair in HELD_OUT)


def test_no_sentence_is_in_two_splits() -> None:
    germans = [pair.german for pairs in SPLITS for pair in pairs]
    assert len(germans) == len(set(germans))


@pytest.mark.parametrize("side", ["german", "english"])
def test_held_out_words_are_known_from_training(side: str) -> None:
    found = counts(side, SPLITS.train)
    for pair in HELD_OUT:
        for word in uncapitalised(getattr(pair, side)):
            assert word in {".", ",", "?", "!"} or found[word] >= 15, (word, pair)


def test_the_corpus_is_the_committed_one() -> None:
    assert digest(PAIRS) == DIGEST


def test_another_process_draws_the_same() -> None:
    code = (
        "from engine.translation.grammar import corpus; from hashlib import sha256;"
        "print(sha256(''.join(p.german + p.english for p in corpus(400, 3)).encode()).hexdigest())"
    )
    environment = {"PYTHONHASHSEED": "77"}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    here = "".join(p.german + p.english for p in corpus(400, 3))
    assert run.stdout.strip() == sha256(here.encode()).hexdigest()


def test_another_seed_draws_others() -> None:
    assert digest(corpus(400, 3)) != digest(corpus(400, 4))


def test_more_than_there_is_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampler, "ROUNDS", 0)
    with pytest.raises(ValueError, match="distinct sentences"):
        corpus(5, seed=99)
