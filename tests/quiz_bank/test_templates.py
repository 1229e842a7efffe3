"""Every template's key against central differences, its slips, its words, and its grading."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.gradcheck import numerical_gradient
from quiz_bank.certify import certified, certified_variants, variant_of
from quiz_bank.grading import grade_formula
from quiz_bank.grading.judge import grade
from quiz_bank.grading.staged import true_values
from quiz_bank.loader import load_bank
from quiz_bank.misconceptions import MISCONCEPTIONS
from quiz_bank.model import NUMERIC_KINDS, Option, Stage
from quiz_bank.proofs import unproved
from quiz_bank.templates.latex import factor, matrix, number, signed, vector

SEEDS = range(50)
TEMPLATES = [question for question in load_bank() if question.is_template]
NUMERIC = [question for question in TEMPLATES if question.kind in NUMERIC_KINDS]
FORMULAS = [question for question in TEMPLATES if question.kind == "formula"]
PICTURES = [question for question in TEMPLATES if question.kind == "picture"]
STAGED = [question for question in TEMPLATES if question.kind == "staged"]


def by_id(questions):
    return pytest.mark.parametrize("question", questions, ids=lambda question: question.id)


def typed(value) -> str:
    """An answer as a learner types it: six significant digits."""
    if np.ndim(value) == 0:
        return f"{value:.6g}"
    return "[" + ", ".join(typed(entry) for entry in value) + "]"


def shown(value) -> str:
    return {0: number, 1: vector, 2: matrix}[np.ndim(value)](value)


@by_id(tuple(load_bank()))
def test_key_is_proved_by_central_differences_or_by_grading_it(question):
    for seed in SEEDS:
        assert not unproved(question, variant_of(question, seed)), f"seed {seed}"


@by_id(NUMERIC)
def test_objective_is_not_linear_in_the_answer(question):
    """A linear objective could hold the key itself and so prove nothing."""
    for seed in SEEDS:
        variant = variant_of(question, seed)
        rng, shape = np.random.default_rng(seed), variant.at.shape
        moved = variant.at + rng.uniform(0.5, 1.5, shape) * rng.choice([-1, 1], shape)
        here, there = (numerical_gradient(variant.objective, at) for at in (variant.at, moved))
        size = np.abs([here, there]).max()
        assert np.abs(here - there).max() > min(1e-6, 1e-2 * size), f"seed {seed}"


@by_id(TEMPLATES)
def test_one_seed_draws_one_variant(question):
    first, again = variant_of(question, 7), variant_of(question, 7)
    assert (first.prompt, first.solution, first.hints) == (
        again.prompt,
        again.solution,
        again.hints,
    )
    prompts = {variant_of(question, seed).prompt for seed in SEEDS}
    assert len(prompts) >= 12, "too few different questions"


@by_id(TEMPLATES)
def test_at_least_three_in_five_seeds_are_certified(question):
    usable = sum(certified(question, seed) for seed in SEEDS)
    assert usable >= 0.6 * len(SEEDS)


@by_id([question for question in TEMPLATES if question.chapter not in (2, 4)])
def test_newer_templates_lose_few_seeds(question):
    assert sum(certified(question, seed) for seed in range(100)) >= 80


DISPLAYED = re.compile(r"^\$\$\n(.+?)\n\$\$$", flags=re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"\$(.+?)\$", flags=re.DOTALL)
LIST_OR_HEADING = re.compile(r"\s*([-+*>#]|\d+[.)])(\s|$)|\s*=+\s*$")
ODD_NUMBER = re.compile(r"[+-] [+-]|--|\.\d{9}|-0(?![.\d])|\de-?\d|nan|inf\b|array")


def words_of(part: Option | Stage) -> str:
    """What a learner reads of an option, or of a stage in one line."""
    if isinstance(part, Option):
        return part.feedback
    return f"${part.symbol}$: {part.prompt}. {part.solution}"


def texts_of(question):
    """The words of 50 variants, code in backticks left out."""
    for seed in SEEDS:
        variant = variant_of(question, seed)
        parts = variant.answer if isinstance(variant.answer, tuple) else ()
        words = (words_of(part) for part in parts)
        for text in (variant.prompt, variant.solution, *variant.hints, *words):
            yield re.sub(r"`[^`]*`", "code", text)


@by_id(TEMPLATES)
def test_words_are_clean_markdown(question):
    for text in texts_of(question):
        flowing = DISPLAYED.sub("", text)
        assert "$$" not in flowing, f"a displayed formula needs lines of its own: {text}"
        assert flowing.count("$") % 2 == 0, text
        for line in flowing.splitlines():
            assert not LIST_OR_HEADING.match(line), f"begins a list or heading: {line}"
        words = INLINE.sub("", flowing)
        assert not re.search(r"[{}\\_^<*`]|None|nan\b|inf\b|float64", words), words


@by_id(TEMPLATES)
def test_formulas_hold_clean_numbers_and_closed_braces(question):
    for text in texts_of(question):
        inline = INLINE.findall(DISPLAYED.sub("", text))
        assert not any("\n" in formula for formula in inline), "Streamlit misses such formulas"
        for formula in DISPLAYED.findall(text) + inline:
            assert not ODD_NUMBER.search(formula), formula
            assert formula.count("{") == formula.count("}"), formula
            assert formula.count(r"\left") - formula.count(r"\leftarrow") == (
                formula.count(r"\right") - formula.count(r"\rightarrow")
            ), formula


@by_id(NUMERIC)
def test_solution_ends_in_the_answer_and_the_answer_is_graded_right(question):
    for seed in SEEDS:
        variant = variant_of(question, seed)
        final = shown(variant.answer)
        assert final in variant.solution.split("\n\n")[-1], f"seed {seed}: {final}"
        assert grade(question, variant, typed(variant.answer)).verdict == "correct", f"seed {seed}"
        as_shown = np.vectorize(lambda x: float(f"{x:.5g}"))(variant.answer)
        assert grade(question, variant, typed(as_shown)).verdict == "correct", f"seed {seed}"


@by_id(FORMULAS)
def test_solution_ends_in_the_formula_and_the_formula_is_graded_right(question):
    for seed in SEEDS:
        variant = variant_of(question, seed)
        assert variant.solution.endswith(f"`{variant.answer.reference}`")
        assert grade(question, variant, variant.answer.reference).verdict == "correct"


@by_id(NUMERIC + FORMULAS)
def test_each_slip_is_diagnosed_as_itself(question):
    for _, seed in zip(range(20), certified_variants(question), strict=False):
        variant = variant_of(question, seed)
        assert variant.wrong
        for key, value in variant.wrong.items():
            assert key in MISCONCEPTIONS
            response = value if question.kind == "formula" else typed(value)
            graded = grade(question, variant, response)
            assert graded.verdict in ("incorrect", "partial"), f"seed {seed}: {key}"
            assert graded.misconception == key, f"seed {seed}: {key}"
            assert graded.feedback


@by_id(STAGED)
def test_objective_of_stages_is_not_linear(question):
    """A linear objective could hold the key itself and so prove nothing."""
    for seed in SEEDS:
        variant = variant_of(question, seed)
        here, there = (
            np.asarray(variant.key(numerical_gradient(variant.objective, at)))
            for at in (variant.at, variant.at + 0.7)
        )
        assert np.abs(here - there).max() > 1e-3, f"seed {seed}"


@by_id(STAGED)
def test_solution_works_every_stage_and_its_values_are_graded_right(question):
    for seed in SEEDS:
        variant = variant_of(question, seed)
        values = true_values(variant.answer)
        for stage in variant.answer:
            assert stage.solution in variant.solution
            assert stage.solution.endswith(f"{number(values[stage.name])}$."), f"seed {seed}"
        for digits in (".6g", ".5g"):
            graded = grade(question, variant, [f"{value:{digits}}" for value in values.values()])
            assert (graded.verdict, graded.score) == ("correct", 1.0), f"seed {seed}"


@by_id(STAGED)
def test_each_slip_of_a_stage_is_diagnosed_and_marked_once(question):
    for _, seed in zip(range(20), certified_variants(question), strict=False):
        variant = variant_of(question, seed)
        for place, stage in enumerate(variant.answer):
            for key, rule in stage.wrong.items():
                own: dict[str, float] = {}
                for step in variant.answer:
                    own[step.name] = rule(own) if step is stage else step.rule(own)
                graded = grade(question, variant, [f"{value:.12g}" for value in own.values()])
                verdicts = [found.verdict for found in graded.stages]
                assert verdicts.count("incorrect") == 1, f"seed {seed}: {stage.name} {key}"
                assert verdicts[place] == "incorrect"
                assert graded.misconception == key, f"seed {seed}: {stage.name} {key}"
                assert graded.score == 1 - 1 / len(variant.answer)
                assert key in MISCONCEPTIONS
                assert graded.feedback


@by_id(FORMULAS)
def test_slips_of_formulas_differ_from_the_reference(question):
    for seed in SEEDS:
        variant = variant_of(question, seed)
        answer = variant.answer
        for text in variant.wrong.values():
            verdict = grade_formula(
                text,
                reference=answer.reference,
                variables=answer.variables,
                positive=answer.positive,
                unit_interval=answer.unit_interval,
            ).verdict
            assert verdict == "different", text


@pytest.mark.parametrize(
    ("value", "as_number", "as_factor", "as_signed"),
    [
        (0.5, "0.5", "0.5", "+ 0.5"),
        (-2.0, "-2", "(-2)", "- 2"),
        (-0.0, "0", "0", "+ 0"),
        (1 / 3, "0.33333", "0.33333", "+ 0.33333"),
        (-1.5e-7, r"-1.5 \times 10^{-7}", r"(-1.5 \times 10^{-7})", r"- 1.5 \times 10^{-7}"),
        (np.float64(12), "12", "12", "+ 12"),
    ],
)
def test_numbers_as_latex(value, as_number, as_factor, as_signed):
    assert (number(value), factor(value), signed(value)) == (as_number, as_factor, as_signed)


def test_arrays_as_latex():
    assert vector([1.0, -0.5]) == r"(1,\ -0.5)"
    assert matrix([[1, 2], [3, -4]]) == r"\begin{bmatrix} 1 & 2 \\ 3 & -4 \end{bmatrix}"
