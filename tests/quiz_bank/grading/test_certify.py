"""A seed is used only when its wrong answers can be told apart."""

from itertools import islice

import numpy as np
import pytest

from quiz_bank.certify import (
    MAX_MISSES,
    CertificationError,
    certified,
    certified_variants,
    draw,
    variant_of,
)
from quiz_bank.model import Formula, Option, Question, Stage, Variant


def question(make, kind="number"):
    return Question(
        id="test/certify",
        chapter=2,
        topic="test",
        title="Test",
        difficulty="easy",
        kind=kind,
        source="test",
        seconds=30,
        make=make,
    )


def fixed(answer, kind="number", **wrong):
    return question(lambda rng: Variant("?", answer, "", wrong=wrong), kind)


def sometimes(rng):
    x = rng.integers(0, 4)
    return Variant("?", 1.0, "", wrong={"no_sig": 1.0 if x == 0 else 1.0 + x / 8})


FORMULA = Formula("x^2", ("x",), "x^3/3", "x")


def staged(**wrong):
    """Two stages, 2 and three times the first; the wrong rules belong to the second."""
    rules = {key: (lambda v, factor=factor: factor * v["a"]) for key, factor in wrong.items()}
    stages = Stage("a", "a", "", lambda v: 2.0), Stage("b", "b", "", lambda v: 3 * v["a"], rules)
    return fixed(stages, "staged")


GOOD = [
    staged(),
    staged(no_sig=5.0, no_mean=1.0),
    fixed(1.0),
    fixed(1.0, no_sig=1.5, no_mean=3.0),
    fixed(1.0, no_sig=1.0041),
    fixed(1.0, loss_sign=-1.0, loss_factor2=2.0),
    fixed(1.0, rounded_early=1.002),
    fixed(0.0, no_sig=1.0),
    fixed(np.array([1.0, 2.0]), "vector", no_sig=np.array([1.0, 2.5])),
    fixed(np.array([[1.0, 2.0], [2.0, 1.0]]), "matrix", no_sig=np.ones((2, 2))),
    fixed(FORMULA, "formula", no_sig="x^3", sig_plus="x^2+1"),
    fixed((Option("a", correct=True),), "choice"),
]
BAD = {
    "equals the truth": fixed(1.0, no_sig=1.0),
    "within three tolerances": fixed(1.0, no_sig=1.0029),
    "two coincide": fixed(1.0, no_sig=1.5, no_mean=1.5),
    "two lie within three tolerances": fixed(1.0, no_sig=1.5, no_mean=1.504),
    "one is the sign": fixed(1.0, no_sig=-1.0),
    "one is twice": fixed(1.0, no_mean=2.0),
    "one is half": fixed(1.0, mean_over_time=0.5),
    "one is the transpose": fixed(
        np.array([[1.0, 2.0], [3.0, 4.0]]), "matrix", no_sig=np.array([[1.0, 3.0], [2.0, 4.0]])
    ),
    "answer not finite": fixed(np.nan),
    "wrong vector equals the truth": fixed(
        np.array([1.0, 2.0]), "vector", no_sig=np.array([1.0, 2.0])
    ),
    "wrong formula equals the truth": fixed(FORMULA, "formula", no_sig="x*x"),
    "two formulas coincide": fixed(FORMULA, "formula", no_sig="x^3", sig_plus="x*x*x"),
    "a stage equals the truth": staged(no_sig=3.005),
    "two slips of a stage coincide": staged(no_sig=5.0, no_mean=5.01),
    "a stage with the sign": staged(no_sig=-3.0),
    "a stage that is not finite": fixed(
        (Stage("a", "a", "", lambda v: 0.0), Stage("b", "b", "", lambda v: 1 / v["a"])), "staged"
    ),
    "formula with the sign": fixed(FORMULA, "formula", no_sig="-x^2"),
}


@pytest.mark.parametrize("good", GOOD, ids=range(len(GOOD)))
def test_certified(good):
    assert certified(good, 0)


@pytest.mark.parametrize("why", BAD)
def test_not_certified(why):
    assert not certified(BAD[why], 0)


def test_only_certified_seeds_are_listed():
    seeds = list(islice(certified_variants(question(sometimes)), 20))
    assert seeds == [seed for seed in range(seeds[-1] + 1) if certified(question(sometimes), seed)]
    assert len(seeds) < seeds[-1] + 1


@pytest.mark.parametrize("n", [0, 1, 7])
def test_draw_gives_the_nth_certified_seed(n):
    seed, variant = draw(question(sometimes), n)
    assert seed == next(islice(certified_variants(question(sometimes)), n, None))
    assert variant.wrong == variant_of(question(sometimes), seed).wrong


def test_a_question_without_certified_seeds_is_an_error_that_says_why():
    with pytest.raises(CertificationError, match=f"test/certify.*{MAX_MISSES}.*no_mean"):
        draw(BAD["two coincide"], 0)
