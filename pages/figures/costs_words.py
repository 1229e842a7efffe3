"""What the pictures of the costs say, in sentences computed from the numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from engine.studies.sequence_costs import (
    FLOAT32,
    STATES,
    attention_kept_values,
    attention_parameters,
    attention_products,
    kept_values,
    overtaken_from,
    path_lengths,
    step_products,
    waiting_steps,
)
from pages.figures.base import counted, listed, number
from pages.figures.costs import CELLS, VIEWS, Plan, at_length

UNITS = ("bytes", "KB", "MB", "GB", "TB")


def ratio(plan: Plan, cell: str = "LSTM") -> float:
    """How many times the parameters of a plain RNN a cell has."""
    return plan.parameters(cell) / plan.parameters("RNN")


def times(factor: float) -> str:
    """A factor as an answer: 4 times."""
    return f"{number(factor, 4)} times"


def size_text(count: float) -> str:
    """A number of bytes in the unit that keeps it short; 1 KB is 1,000 bytes."""
    for unit in UNITS[:-1]:
        if count < 1000:
            return f"{number(count, 3)} {unit}"
        count /= 1000
    return f"{number(count, 3)} {UNITS[-1]}"


def _at(plan: Plan) -> str:
    batch = f" and a batch of {plan.batch:,}" if plan.batch > 1 else ""
    return f"At T = {plan.steps:,}{batch}"


def describe_parameters(plan: Plan) -> str:
    """All three counts and their ratios."""
    counts = [f"{cell} **{plan.parameters(cell):,}**" for cell in CELLS]
    layers = f" in each of {plan.stack.layers} layers" if plan.stack.layers > 1 else ""
    return (
        f"With {counted(plan.stack.d, 'input')} and {counted(plan.stack.h, 'unit')}{layers}: "
        f"{listed(counts)}. A GRU has **{times(ratio(plan, 'GRU'))}** and an LSTM "
        f"**{times(ratio(plan))}** the parameters of a plain RNN: every gate and the candidate "
        "have weights of their own."
    )


def describe_work(plan: Plan) -> str:
    """The products at the chosen length, and where attention overtakes the LSTM."""
    found = at_length(VIEWS["work"](plan), plan.steps)
    overtaken = overtaken_from(plan.stack, peepholes=plan.peepholes)
    return (
        f"{_at(plan)} the LSTM takes **{number(found['LSTM'], 3)}** multiplications and attention "
        f"**{number(found['Attention'], 3)}**; from T = {overtaken:,} on attention takes more. "
        "Recurrent work grows with T, that of attention in the end with T²."
    )


def describe_leading(plan: Plan) -> str:
    """Which of the two leading terms is smaller, and where they meet."""
    recurrent, attention = at_length(VIEWS["leading"](plan), plan.steps).values()
    factor, h = recurrent / attention, plan.stack.h
    if factor == 1:
        verdict = "the two are equal"
    elif factor > 1:
        verdict = f"the recurrent layer takes **{number(factor, 3)} times** as many"
    else:
        verdict = f"attention takes **{number(1 / factor, 3)} times** as many"
    return (
        f"The leading terms T H² and T² H cross **at T = H = {h:,}**. At T = {plan.steps:,} "
        f"{verdict}."
    )


def describe_waiting(plan: Plan) -> str:
    """The longest chain and the path, recurrent against attention."""
    chain, at_once = (int(v) for v in waiting_steps(plan.stack, plan.steps))
    path, direct = (int(v) for v in path_lengths(plan.steps))
    return (
        f"A step needs the state before, so **{counted(chain, 'step')}** of a recurrent network "
        f"follow one another, whatever the batch; in attention **{at_once:,}**, one per layer. "
        f"The path from x₁ to the last output of a layer is **{counted(path, 'step')}** long "
        f"against **{direct}**."
    )


def describe_memory(plan: Plan) -> str:
    """What is kept at the chosen length, and how much of it attention weights are."""
    found = at_length(VIEWS["memory"](plan), plan.steps)
    weights = plan.steps / (plan.steps + 5 * plan.stack.h)
    return (
        f"{_at(plan)} the backward pass needs **{size_text(found['RNN'])}** of an RNN, "
        f"**{size_text(found['GRU'])}** of a GRU, **{size_text(found['LSTM'])}** of an LSTM and "
        f"**{size_text(found['Attention'])}** of attention in float32. Of the last, {weights:.0%} "
        "are attention weights: T² per layer and sequence."
    )


DESCRIBE = {
    "parameters": describe_parameters,
    "work": describe_work,
    "leading": describe_leading,
    "waiting": describe_waiting,
    "memory": describe_memory,
}


def costs_alt(view: str, plan: Plan) -> str:
    """What kind of picture it is, and its sentence."""
    lead = {
        "parameters": "Bars of the parameters of RNN, GRU and LSTM, stacked by kind.",
        "work": "Multiplications against the length of the sequence on log axes.",
        "leading": "Two straight lines over the length of the sequence on log axes.",
        "waiting": "Steps in a row against the length of the sequence on log axes.",
        "memory": "Bytes kept against the length of the sequence on log axes.",
    }
    return f"{lead[view]} {DESCRIBE[view](plan).replace('*', '')}"


def costs_table(plan: Plan) -> pd.DataFrame:
    """A row per cell and one for attention, at the chosen length and batch."""
    stack, steps, n = plan.stack, plan.steps, plan.batch
    chain, at_once = waiting_steps(stack, steps)
    path, direct = path_lengths(steps)
    rows = [
        (
            cell,
            plan.parameters(cell),
            step_products(cell, stack, peepholes=plan.peepholes),
            n * steps * step_products(cell, stack, peepholes=plan.peepholes),
            int(chain),
            int(path),
            n * int(kept_values(cell, stack, steps)) * FLOAT32,
            n * STATES[cell] * stack.layers * stack.h * FLOAT32,
        )
        for cell in CELLS
    ]
    whole = int(attention_products(stack, steps))
    rows.append(
        (
            "Attention",
            attention_parameters(stack),
            whole // steps,
            n * whole,
            int(at_once),
            int(direct),
            n * int(attention_kept_values(stack, steps)) * FLOAT32,
            n * 2 * steps * stack.layers * stack.h * FLOAT32,
        )
    )
    return pd.DataFrame(
        rows,
        columns=[
            "layer",
            "parameters",
            "multiplications per step",
            "multiplications in all",
            "steps in a row",
            "path from x₁ to the end",
            "bytes for the backward pass",
            "bytes carried to the next step",
        ],
    )


def timing_table(plan: Plan, seconds: Mapping[str, float]) -> pd.DataFrame:
    """A row per cell: measured time, and time and multiplications as multiples of an RNN's."""
    products = [step_products(cell, plan.stack) for cell in CELLS]
    times_taken = [1e3 * seconds[cell] for cell in CELLS]
    return pd.DataFrame(
        {
            "cell": CELLS,
            "milliseconds": times_taken,
            "time ÷ RNN": [taken / times_taken[0] for taken in times_taken],
            "multiplications ÷ RNN": [count / products[0] for count in products],
        }
    )


def describe_timing(plan: Plan, seconds: Mapping[str, float]) -> str:
    """The LSTM's time beside its multiplications, both as multiples of an RNN's."""
    taken = seconds["LSTM"] / seconds["RNN"]
    counted_ratio = step_products("LSTM", plan.stack) / step_products("RNN", plan.stack)
    return (
        f"The LSTM took **{number(taken, 2)} times** as long as the RNN for "
        f"**{number(counted_ratio, 2)} times** the multiplications. Other work of this machine "
        "and the single operations of each step count in the first number, not in the second."
    )
