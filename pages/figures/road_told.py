"""What each step of the road comes to: a sentence, three figures and formulas of these facts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from engine.by_hand.rnn import BLOCKS, parameter_count
from pages.figures.base import counted, number
from pages.figures.bleu import bleu
from pages.figures.road_facts import Facts, Told
from pages.figures.update_rules import latex_number


def landscape(facts: Facts) -> Told:
    """More sentences than a table of them could hold."""
    V, s, pairs = facts.known[0], facts.tokens, facts.shipped.record["pairs"]
    ways = number(float(V) ** s, 3)
    return Told(
        f"Out of {V:,} German tokens there are **{ways}** strings of {s}; the model has "
        f"seen **{pairs:,}** pairs. No table holds all of them: it has to generalize.",
        {"German tokens": f"{V:,}", "Strings of this length": ways, "Pairs seen": f"{pairs:,}"},
        [(r"\text{strings of } s \text{ of } V \text{ tokens}:\ V^s", _power(V, s))],
    )


def _power(V: int, s: int) -> str:
    return rf"{V}^{{{s}}} = {latex_number(float(V) ** s)}"


def architectures(facts: Facts) -> Told:
    """What three cells of the decoder's size cost."""
    model = facts.shipped.translator.model
    d, h = model.embedding, model.hidden
    sizes = {name: parameter_count(name, d, h) for name in BLOCKS}
    said = ", ".join(f"{name} **{size:,}**" for name, size in sizes.items())
    return Told(
        f"A cell of {h} units that reads {d} numbers has so many parameters: {said}. The model "
        f"uses {len(model.encoder.cells) + model.layers} LSTM cells, "
        f"{'with' if model.attention else 'without'} attention.",
        {name: f"{size:,}" for name, size in sizes.items()},
        [
            (
                rf"\text{{{name}}}:\ g\,(dh + h^2 + h)",
                rf"{BLOCKS[name]} \cdot ({d}\cdot {h} + {h}^2 + {h}) = {_tex(size)}",
            )
            for name, size in sizes.items()
        ],
    )


def forward(facts: Facts) -> Told:
    """The loss of the reference."""
    loss = facts.checked.loss
    target = facts.shipped.translator.target
    t = len(target.encode(facts.shipped.translator.read(facts.row.reference).tokens)) + 1
    return Told(
        f"From {counted(facts.tokens, 'German token')} to {t} English ones, the end included: the "
        f"reference has a mean cross-entropy of **{number(loss, 3)}**, a probability of "
        f"**{number(math.exp(-loss), 3)}** per token.",
        {"Tokens read": f"{facts.tokens}", "Tokens scored": f"{t}", "Loss": number(loss, 3)},
        [
            (
                r"E = -\tfrac1t \sum_k \ln p(y_k \mid y_{<k}, x)",
                rf"\tfrac{{1}}{{{t}}} \cdot {latex_number(t * loss)} = {latex_number(loss)}",
            )
        ],
    )


def backward(facts: Facts) -> Told:
    """All derivatives of that loss, some of them checked."""
    found, size = facts.checked, facts.shipped.translator.model.size
    length = math.sqrt(float(found.gradient @ found.gradient))
    error = number(found.check.error, 2)
    return Told(
        f"One backward pass gives **{size:,}** derivatives. The largest of each of the "
        f"{len(found.parts)} parts is at most **{error}** away from its central difference.",
        {"Derivatives": f"{size:,}", "Norm": number(length, 3), "Largest error": error},
        [(r"\lVert \nabla_\theta E \rVert", latex_number(length))],
    )


def prototype(facts: Facts) -> Told:
    """The parts of the model and their sizes."""
    model, parts = facts.shipped.translator.model, facts.parts
    cells = sum(n for name, n in parts.items() if name.startswith(("encoder", "decoder")))
    words = parts["source embedding"] + parts["target embedding"]
    listing = "; ".join(f"{name} {n:,}" for name, n in parts.items())
    lines = [
        (rf"\text{{{name}}}", rf"{_shapes(model.shapes[name])} = {_tex(n)}")
        for name, n in parts.items()
    ]
    return Told(
        f"It has **{model.size:,}** parameters: {listing}. **{cells / model.size:.0%}** of them "
        "are in LSTM cells.",
        {
            "Parameters": f"{model.size:,}",
            "In LSTM cells": f"{cells:,}",
            "In word vectors": f"{words:,}",
        },
        [*lines, (r"\text{all}", rf"{_sum(list(parts.values()))} = {_tex(model.size)}")],
    )


def _shapes(shapes: Mapping[str, tuple[int, ...]]) -> str:
    """The sizes of the arrays of a part, as products in LaTeX."""
    return " + ".join(r" \cdot ".join(map(str, shape)) for shape in shapes.values())


def _sum(terms: Sequence[int]) -> str:
    """A sum in LaTeX, two terms in a line, as a phone has room for."""
    pairs = [" + ".join(map(_tex, terms[k : k + 2])) for k in range(0, len(terms), 2)]
    return r" \\ & \quad + ".join(pairs)


def training(facts: Facts) -> Told:
    """How the weights came about."""
    record = facts.shipped.record
    epochs, steps, loss = record["epochs"], record["steps"], record["held-out loss"]
    return Told(
        f"Trained on {record['pairs']:,} pairs: {counted(epochs, 'epoch')}, **{steps:,}** updates "
        f"in {record['seconds']:,} s. The lowest held-out loss is **{number(loss, 3)}**, "
        f"a perplexity of **{number(math.exp(loss), 3)}**.",
        {"Epochs": f"{epochs}", "Updates": f"{steps:,}", "Held-out loss": number(loss, 3)},
        [
            (
                r"\text{updates} = \text{epochs} \cdot \text{batches}",
                rf"{epochs} \cdot {_tex(steps // epochs)} = {_tex(steps)}",
            ),
            (
                r"\text{perplexity} = e^E",
                rf"e^{{{latex_number(loss)}}} = {latex_number(math.exp(loss))}",
            ),
        ],
    )


def inference(facts: Facts) -> Told:
    """The greedy translation and how sure it is."""
    decoded, translator = facts.decoded, facts.shipped.translator
    chances = [float(step.probabilities[step.id]) for step in decoded.steps]
    least = min(range(len(chances)), key=chances.__getitem__)
    word = translator.target.words[decoded.steps[least].id].strip("<>")
    p = math.exp(decoded.log_probability)
    return Told(
        f"The most probable word each time: “{translator.write(decoded.ids)}”, in all with "
        f"probability **{number(p, 3)}**. Least sure is “{word}” with "
        f"**{number(chances[least], 3)}**.",
        {
            "Tokens chosen": f"{len(chances)}",
            "Probability": number(p, 3),
            "Least sure": number(chances[least], 3),
        },
        [
            (
                r"p(y \mid x) = \prod_k p(y_k \mid y_{<k}, x) = e^{\sum_k \ln p_k}",
                rf"e^{{{latex_number(decoded.log_probability)}}} = {latex_number(p)}",
            )
        ],
    )


def application(facts: Facts) -> Told:
    """How good the model is on sentences with combinations of words that it has not seen."""
    tested = facts.shipped.tested
    right, n = sum(row.output == row.reference for row in tested), len(tested)
    score = bleu([row.output for row in tested], [row.reference for row in tested])
    sides = "{:,} German and {:,} English".format(*facts.known)
    return Told(
        f"It knows {sides} tokens. Of {n:,} held-out sentences, each with words that it has never "
        f"seen together, **{right / n:.1%}** are exactly right; BLEU is **{score:.1f}**.",
        {
            "Held-out sentences": f"{n:,}",
            "Exactly right": f"{right / n:.1%}",
            "BLEU": f"{score:.1f}",
        },
        [
            (
                r"\text{share exactly right}",
                rf"\frac{{{_tex(right)}}}{{{_tex(n)}}} = {latex_number(right / n)}",
            )
        ],
    )


def _tex(count: int) -> str:
    """A whole number in LaTeX with its thousands apart."""
    return f"{count:,}".replace(",", "{,}")


FACTS: tuple[Callable[[Facts], Told], ...] = (
    landscape,
    architectures,
    forward,
    backward,
    prototype,
    training,
    inference,
    application,
)
"""In the order of STOPS."""
