"""Chapter 5: dropout by hand, its gradient and its noise."""

from __future__ import annotations

from itertools import product

import numpy as np

from engine.layers import DROPOUT_FORMS, Dropout
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, INTEGERS, distinct, one, several
from quiz_bank.templates.latex import equals, number, signed, vector

DROP_RATES = (0.2, 0.25, 0.4, 0.6, 0.75, 0.8)


def dropout_gradient(rng: np.random.Generator) -> Variant:
    p, b = one(rng, DROP_RATES), one(rng, HALVES)
    a, v = several(rng, (0.4, 0.8, 1.2, 1.6, 2.0), 4), several(rng, INTEGERS, 4)
    kept = rng.permutation([1.0, 1.0, 1.0, float(rng.integers(2))] if p < 0.5 else [1.0, 1, 0, 0])
    kept = kept if not kept.all() else np.array([1.0, 0.0, 1.0, 1.0])
    y = one(rng, INTEGERS)

    def gradient(scale: float, back: Array = kept) -> Array:
        """By a, where kept units are multiplied by `scale` and `back` is the mask going back."""
        error = v @ (a * kept * scale) + b - y
        return Dropout(p).backward({}, back * scale, error * v)[0]

    def loss(a: Array) -> float:
        return float((v @ (a * kept) / (1 - p) + b - y) ** 2 / 2)

    z = float(v @ (a * kept) / (1 - p) + b)
    answer = gradient(1 / (1 - p))
    return Variant(
        prompt=rf"""A layer puts out $a = {vector(a)}$. In this training pass inverted dropout with
drop rate $p = {number(p)}$ has drawn the mask $r = {vector(kept)}$, where 1 means kept, and hands
on $\tilde a = r \odot a / (1 - p)$. The next unit computes $z = v^\top \tilde a + b$ with
$v = {vector(v)}$ and $b = {number(b)}$, and the loss is $E = \tfrac12 (z - y)^2$ with
$y = {number(y)}$.

Give the gradient of $E$ with respect to $a$.""",
        answer=answer,
        objective=loss,
        at=a,
        solution=rf"""Scale of the kept units: $1/(1 - p) = 1/{number(1 - p)} {
            equals(1 / (1 - p))
        }$.

Forward: $v^\top (r \odot a) = {number(v @ (a * kept))}$, so
$z = {number(v @ (a * kept))} / {number(1 - p)} {signed(b)} {equals(z)}$.

Error: $z - y {equals(z - y)}$.

Back: the way to $a_j$ is $v_j$, the mask and the same scale, so $\dfrac{{\partial E}}{{\partial
a_j}} = (z - y)\, v_j\, r_j / (1 - p)$. A dropped unit gets no gradient.

Together: $\nabla_a E \approx {vector(answer)}$.""",
        hints=(
            r"Forward first: only the kept units count, each divided by $1 - p$.",
            rf"Here $z - y {equals(z - y)}$.",
            r"Going back, the mask and the factor $1/(1 - p)$ come in once more.",
        ),
        wrong={
            "dropout_scale": gradient(1 / p),
            "dropout_unscaled": gradient(1.0),
            "mask_not_backward": gradient(1 / (1 - p), back=np.ones(4)),
        },
    )


def dropout_variance(rng: np.random.Generator) -> Variant:
    p = one(rng, DROP_RATES)
    a, v = several(rng, (0.5, 1.0, 1.5, 2.0), 3), distinct(rng, INTEGERS, 3)
    terms = v * a

    def variance(form: str, keep: float) -> float:
        """Of a sum of terms, each kept with probability `keep` and scaled as `form` does."""
        scale, _ = DROPOUT_FORMS[form](keep)
        return float(keep * (1 - keep) * scale**2 * np.sum(terms**2))

    masks = np.array(list(product((0.0, 1.0), repeat=3)))
    weights = np.prod(np.where(masks == 1, 1 - p, p), axis=1)

    def half_second_moment(t: Array) -> float:
        z = t * masks @ terms / (1 - p)
        return float(weights @ (z - weights @ z) ** 2 / 2)

    answer = variance("inverted", 1 - p)
    return Variant(
        prompt=rf"""In training a unit reads three activations $a = {vector(a)}$ through inverted
dropout with drop rate $p = {number(p)}$: each is set to 0 with probability $p$, independently, and
otherwise divided by $1 - p$. Its weights are $v = {vector(v)}$, so
$z = \sum_j v_j \tilde a_j$.

The mean of $z$ over the masks is the same as without dropout. What is its variance?""",
        answer=answer,
        objective=half_second_moment,
        at=np.array(1.0),
        key=lambda slope: float(slope),
        solution=rf"""A mask entry $r_j$ is 1 with probability $1 - p$, so its variance is
$p(1 - p)$. Divided by $1 - p$ it has the variance $\dfrac{{p(1 - p)}}{{(1 - p)^2}} =
\dfrac{{p}}{{1 - p}} {equals(p / (1 - p))}$.

The masks are independent, so the variances of the terms add up:
$\operatorname{{Var}}(z) = \dfrac{{p}}{{1 - p}} \sum_j (v_j a_j)^2$.

With $v \odot a = {vector(terms)}$ the sum is ${number(np.sum(terms**2))}$.

$\operatorname{{Var}}(z) = {number(p / (1 - p))} \cdot {number(np.sum(terms**2))} {equals(answer)}$.
For a linear model with squared error the mean of this noise acts like an L2 penalty.""",
        hints=(
            r"What is the variance of one mask entry, and of the entry divided by $1 - p$?",
            r"Variances of independent terms add up, and a constant comes in squared.",
            rf"One divided mask entry has the variance $p/(1 - p) {equals(p / (1 - p))}$.",
        ),
        wrong={
            "dropout_unscaled": variance("classic", 1 - p),
            "odds_swapped": variance("inverted", p),
            "square_of_sum": p / (1 - p) * float(terms.sum()) ** 2,
            "sd_for_variance": answer**0.5,
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="regularization/dropout-gradient",
        chapter=5,
        topic="regularization",
        title="A gradient through dropout",
        difficulty="medium",
        kind="vector",
        source="Srivastava et al. 2014; handbook chapter 5",
        seconds=210,
        make=dropout_gradient,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="regularization/dropout-variance",
        chapter=5,
        topic="regularization",
        title="The noise that dropout adds",
        difficulty="hard",
        kind="number",
        source="Srivastava et al. 2014, section 9.1; handbook chapter 5",
        seconds=240,
        make=dropout_variance,
        tags=frozenset({"complete"}),
    ),
)
