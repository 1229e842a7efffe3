"""Chapter 5: batch norm and layer norm, forward, backward and in their running statistics."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from engine.layers import BatchNorm, LayerNorm, Pass, Statistics
from engine.layers.normalization import Normalized
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, one, several
from quiz_bank.templates.latex import equals, factor, matrix, number, signed, vector

TRAINING = Pass(training=True)
FOURS = np.array(list(combinations_with_replacement(range(-6, 12), 4)), dtype=float)
SEVERAL = (np.diff(FOURS) > 0).sum(axis=1) > 1  # three different values at least
WHOLE = FOURS[SEVERAL & (FOURS.mean(axis=1) % 1 == 0)]


def _of_variance(*variances: float) -> Array:
    return np.asarray(WHOLE[np.isin(np.round(WHOLE.var(axis=1), 9), variances)])


WHOLE_SD = {sd: _of_variance(sd**2) for sd in (3.0, 5.0)}
THIRDS = _of_variance(1.5, 4.5, 6.0, 7.5, 9.0, 12.0)  # times 4/3 they are short numbers too


def _row(rng: np.random.Generator, rows: Array) -> Array:
    return rng.permutation(rows[rng.integers(len(rows))])


def _sd_sum(x: Array, axis: int) -> float:
    """The sum of the standard deviations, times the count: its slope by x is the normalized x."""
    centered = x - x.mean(axis=axis, keepdims=True)
    return float(x.shape[axis] * np.sqrt((centered**2).mean(axis=axis)).sum())


def batch_norm_column(rng: np.random.Generator) -> Variant:
    sd = one(rng, tuple(WHOLE_SD))
    x = _row(rng, WHOLE_SD[sd])
    gamma, beta = one(rng, (-3.0, -2.0, 0.5, 2.0, 3.0)), one(rng, HALVES)
    layer = BatchNorm(1, epsilon=0.0)
    p = {"gamma": np.array([gamma]), "beta": np.array([beta])}
    y, cache = layer.forward(p, x[:, None], TRAINING)
    x_hat, answer = cache.x_hat[:, 0], y[:, 0]
    mean, m = float(x.mean()), len(x)
    return Variant(
        prompt=rf"""In training one unit has the pre-activations $x = {vector(x)}$ for a batch of
$m = {m}$ examples. Batch norm with $\gamma = {number(gamma)}$ and $\beta = {number(beta)}$ is
applied; leave out the small $\epsilon$.

What are its {m} outputs $y$?""",
        answer=answer,
        objective=lambda x: gamma * _sd_sum(x, 0) + beta * float(x.sum()),
        at=x,
        solution=rf"""Mean: $\mu = {number(mean)}$. Variance, over $m$:
$\sigma^2 = {number(sd**2)}$, so $\sigma = {number(sd)}$.

Normalized: $\hat x = (x - {factor(mean)}) / {number(sd)} \approx {vector(x_hat)}$.

Scaled and shifted: $y = {number(gamma)}\,\hat x {signed(beta)} \approx {vector(answer)}$. So the
outputs have mean $\beta$ and standard deviation $\lvert \gamma \rvert$, not 0 and 1.""",
        hints=(
            r"In order: mean, variance over $m$, normalized values, scale and shift.",
            rf"Here $\mu = {number(mean)}$ and $\sigma^2 = {number(sd**2)}$.",
        ),
        wrong={
            "bn_var": gamma * x_hat * np.sqrt((m - 1) / m) + beta,
            "variance_not_root": gamma * x_hat / sd + beta,
            "affine_left_out": x_hat,
        },
    )


def layer_norm_rows(rng: np.random.Generator) -> Variant:
    sds = rng.permutation(list(WHOLE_SD))
    x = np.array([_row(rng, WHOLE_SD[sd]) for sd in sds])
    plain = {"gamma": np.ones(4), "beta": np.zeros(4)}
    answer, _ = LayerNorm(4, epsilon=0.0).forward(plain, x)
    over_examples, _ = BatchNorm(4).forward(plain, x, TRAINING)
    means = x.mean(axis=1)
    return Variant(
        prompt=rf"""Two examples with four features each, one in each row:
$$
X = {matrix(x)}.
$$

Layer norm is applied with $\gamma = 1$ and $\beta = 0$ for all features, without the small
$\epsilon$. What is its output?""",
        answer=answer,
        objective=lambda x: _sd_sum(x, 1),
        at=x,
        solution=rf"""Each row has a mean and a variance of its own. Means: ${vector(means)}$.
Variances, over the four features: ${vector(sds**2)}$, so the standard deviations are
${vector(sds)}$.

Subtract the mean of the row and divide by its standard deviation:

$\hat X \approx {matrix(answer)}$""",
        hints=(
            r"Does layer norm run over the features of an example, or over the examples?",
            rf"The means of the rows are ${vector(means)}$.",
        ),
        wrong={
            "norm_other_axis": over_examples,
            "bn_var": answer * np.sqrt(3 / 4),
            "variance_not_root": answer / sds[:, None],
        },
    )


def running_statistics(rng: np.random.Generator) -> Variant:
    x, q = _row(rng, THIRDS), one(rng, (0.1, 0.2, 0.3))
    old = Statistics(np.array([one(rng, HALVES)]), np.array([one(rng, (1.0, 2.0, 3.0, 5.0))]))
    p = {"gamma": np.ones(1), "beta": np.zeros(1)}
    m, mean, biased = len(x), float(x.mean()), float(x.var())
    unbiased = biased * m / (m - 1)

    def moved(q: float) -> Array:
        layer = BatchNorm(1, momentum=q)
        _, cache = layer.forward(p, x[:, None], TRAINING)
        return np.concatenate(layer.remember(old, cache))

    def half_square(shift: Array) -> float:
        new = np.array([np.mean(x), np.var(x, ddof=1)])
        return float(np.sum(((1 - q) * np.concatenate(old) + q * new + shift) ** 2) / 2)

    answer = moved(q)
    old_mean, old_variance = np.concatenate(old)
    return Variant(
        prompt=rf"""For one unit batch norm remembers the running mean ${number(old_mean)}$ and the
running variance ${number(old_variance)}$. A training batch has the values $x = {vector(x)}$. As in
PyTorch, each running value becomes $(1 - q)$ times itself plus $q$ times the value of the batch,
with $q = {number(q)}$, and the batch variance that is remembered is the unbiased one.

Give the vector (new running mean, new running variance).""",
        answer=answer,
        objective=half_square,
        at=np.zeros(2),
        solution=rf"""Batch mean: ${number(mean)}$. Sum of squared deviations: ${
            number(m * biased)
        }$, so the unbiased variance is ${number(m * biased)} / {m - 1} = {number(unbiased)}$.

Running mean: ${number(1 - q)} \cdot {factor(old_mean)} + {number(q)} \cdot {factor(mean)}
{equals(answer[0])}$.

Running variance: ${number(1 - q)} \cdot {number(old_variance)} + {number(q)} \cdot
{number(unbiased)} {equals(answer[1])}$.

Together: ${vector(answer)}$. The batch itself was normalized with the biased variance
${number(biased)}$; the running values are for test time.""",
        hints=(
            rf"The unbiased variance divides the squared deviations by $m - 1 = {m - 1}$.",
            rf"The batch has mean ${number(mean)}$ and unbiased variance ${number(unbiased)}$.",
        ),
        wrong={
            "running_biased": answer - [0, q * (unbiased - biased)],
            "momentum_swapped": moved(1 - q),
        },
    )


def batch_norm_backward(rng: np.random.Generator) -> Variant:
    sd = one(rng, tuple(WHOLE_SD))
    x, gamma = _row(rng, WHOLE_SD[sd]), one(rng, (2.0, 3.0, 4.0, 5.0))
    dy = several(rng, (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0), 4)
    layer, p = BatchNorm(1, epsilon=0.0), {"gamma": np.array([gamma]), "beta": np.zeros(1)}
    _, cache = layer.forward(p, x[:, None], TRAINING)
    answer = layer.backward(p, cache, dy[:, None])[0][:, 0]
    fixed = Normalized(cache.x_hat, cache.sd, None)
    x_hat = cache.x_hat[:, 0]

    def loss(x: Array) -> float:
        return float(dy @ (gamma * (x - np.mean(x)) / np.std(x)))

    return Variant(
        prompt=rf"""In training batch norm (without $\epsilon$, with $\gamma = {number(gamma)}$)
turned the values $x = {vector(x)}$ of one unit into $y = \gamma \hat x + \beta$. The gradient of
the loss that arrives at $y$ is $dy = {vector(dy)}$.

What is the gradient with respect to $x$, through the batch mean and the batch variance as well?""",
        answer=answer,
        objective=loss,
        at=x,
        solution=rf"""Forward: $\mu = {number(x.mean())}$, $\sigma = {number(sd)}$ and
$\hat x \approx {vector(x_hat)}$.

The mean and the variance depend on every $x_i$, which takes two parts away from $dy$: its mean, and
what lies along $\hat x$:
$dx = \dfrac{{\gamma}}{{\sigma}} \left( dy - \dfrac1m \sum_j dy_j - \hat x\, \dfrac1m \sum_j dy_j
\hat x_j \right)$.

Here $\dfrac1m \sum_j dy_j = {number(dy.mean())}$ and
$\dfrac1m \sum_j dy_j \hat x_j {equals((dy * x_hat).mean())}$.

With $\gamma / \sigma {equals(gamma / sd)}$: $dx \approx {vector(answer)}$. Its sum is 0, because
adding a constant to all of $x$ changes nothing.""",
        hints=(
            r"The direct way gives $\gamma\, dy / \sigma$. What do mean and variance add?",
            r"Two parts are taken away from $dy$: its mean, and $\hat x$ times the mean of"
            r" $dy \odot \hat x$.",
            rf"The mean of $dy \odot \hat x$ is ${number((dy * x_hat).mean())}$.",
        ),
        wrong={
            "bn_through_stats": layer.backward(p, fixed, dy[:, None])[0][:, 0],
            "bn_mean_path_only": gamma / sd * (dy - dy.mean()),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="normalization/batch-norm-column",
        chapter=5,
        topic="normalization",
        title="Batch norm by hand",
        difficulty="easy",
        kind="vector",
        source="Ioffe & Szegedy 2015, algorithm 1; handbook chapter 5",
        seconds=150,
        make=batch_norm_column,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="normalization/layer-norm-rows",
        chapter=5,
        topic="normalization",
        title="Layer norm of two examples",
        difficulty="medium",
        kind="matrix",
        source="Ba, Kiros & Hinton 2016; handbook chapter 5",
        seconds=210,
        make=layer_norm_rows,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="normalization/running-statistics",
        chapter=5,
        topic="normalization",
        title="What batch norm remembers",
        difficulty="medium",
        kind="vector",
        source="Ioffe & Szegedy 2015, section 3.1; handbook chapter 5",
        seconds=180,
        make=running_statistics,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="normalization/batch-norm-backward",
        chapter=5,
        topic="normalization",
        title="A gradient through batch norm",
        difficulty="hard",
        kind="vector",
        source="Ioffe & Szegedy 2015, section 3; handbook chapter 5",
        seconds=420,
        make=batch_norm_backward,
        tags=frozenset({"complete"}),
    ),
)
