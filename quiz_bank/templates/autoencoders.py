"""Chapter 9: what an autoencoder costs, what its bottleneck loses, and its gradient."""

from __future__ import annotations

import numpy as np

from engine.generative import Autoencoder
from engine.generative.pca import least_errors
from engine.network import mlp
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, INTEGERS, distinct, keeps_digits, one, several, until
from quiz_bank.templates.latex import equals, matrix, number, signed, vector


def parameters(rng: np.random.Generator) -> Variant:
    d = int(one(rng, (10, 12, 15, 16, 20)))
    h, k = int(one(rng, (6, 7, 8, 9))), int(one(rng, (2, 3, 4)))
    n = int(rng.integers(40, 100))
    encoder, decoder = mlp((d, h, k)), mlp((k, h, d))
    answer = float(Autoencoder(encoder, decoder).size)
    weights = 2 * (d * h + h * k)
    return Variant(
        prompt=rf"""An autoencoder takes examples of {d} numbers through dense layers of {h}, {k},
{h} and {d} units; the codes are the {k} numbers in the middle. Every layer has biases, and no
weights are shared. It is trained on {n} examples.

How many parameters does it have?""",
        answer=answer,
        objective=lambda x: float(x**2 * (weights + h + k + h + d) / 2),
        at=np.array(1.0),
        solution=rf"""Encoder: ${d} \cdot {h} + {h} = {d * h + h}$ and ${h} \cdot {k} + {k} =
{h * k + k}$.

Decoder: ${k} \cdot {h} + {h} = {k * h + h}$ and ${h} \cdot {d} + {d} = {h * d + d}$.

Together {number(answer)}. The number of examples does not count.""",
        hints=(
            "Four dense layers, each with a weight for every pair of input and output.",
            rf"The encoder alone has {encoder.size} parameters.",
        ),
        wrong={
            "no_biases": float(weights),
            "decoder_not_counted": float(encoder.size),
            "weights_tied_unasked": float(Autoencoder(encoder, decoder, weights_tied=True).size),
        },
    )


def _covariance(rng: np.random.Generator) -> tuple[Array, int]:
    """Two features that go together and one of its own, and the width of the bottleneck."""
    b = one(rng, (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0))
    a, c = abs(b) + one(rng, (1.0, 2.0, 3.0, 4.0)), one(rng, (2.0, 3.0, 4.0, 5.0, 6.0, 7.0))
    return np.array([[a, b, 0.0], [b, a, 0.0], [0.0, 0.0, c]]), int(one(rng, (1, 2)))


def _points(S: Array) -> Array:
    """Six points (6, 3) with mean 0 and this covariance."""
    half = np.sqrt(3) * np.linalg.cholesky(S).T
    return np.concatenate([half, -half])


def bottleneck_error(rng: np.random.Generator) -> Variant:
    def good(drawn: tuple[Array, int]) -> bool:
        """Whether what is kept and what is lost, and axes and features, can be told apart."""
        (a, b, c), k = (drawn[0][0, 0], abs(drawn[0][0, 1]), drawn[0][2, 2]), drawn[1]
        spread = np.sort([a + b, a - b, c])
        lost, kept = spread[: 3 - k].sum(), spread[3 - k :].sum()
        features, first = np.sort([a, a, c])[: 3 - k].sum(), spread[k:].sum()
        others = kept, kept / 2, features, features / 2, first / 2
        return len(set(spread)) == 3 and kept != features and lost not in others

    S, k = until(lambda: _covariance(rng), good)
    x = _points(S)
    left, spread = least_errors(x), np.linalg.eigvalsh(S)[::-1]
    answer = float(left[k])
    U, singular, Vt = np.linalg.svd(x, full_matrices=False)
    residual = x - (U[:, :k] * singular[:k]) @ Vt[:k]
    features = np.sort(np.diag(S))
    a, b, c = S[0, 0], S[0, 1], S[2, 2]
    units = "unit" if k == 1 else "units"
    kept = "the first principal axis" if k == 1 else f"the first {k} principal axes"
    return Variant(
        prompt=rf"""Data with mean 0 have three features and the covariance
$$
{matrix(S)}.
$$
A linear autoencoder with a bottleneck of {k} {units} is trained to the lowest mean of
$\lVert x - \hat x \rVert^2$ over the data.

Which error is left?""",
        answer=answer,
        objective=lambda t: float(np.mean(np.sum((t * residual) ** 2, axis=1)) / 2),
        at=np.array(1.0),
        solution=rf"""A linear autoencoder can do no better than the projection on {kept}. The
error is the sum of the other eigenvalues of the covariance.

The block of the first two features has the eigenvalues
${number(a)} {signed(b)} = {number(a + b)}$, along $(1, 1)$, and
${number(a)} {signed(-b)} = {number(a - b)}$, along $(1, -1)$; the third feature
adds {number(c)}. In order: ${vector(spread)}$.

What is left out: {number(answer)}.""",
        hints=(
            "What is the best linear reconstruction from so few numbers?",
            rf"A block with {number(a)} on and {number(b)} off the diagonal has the eigenvalues"
            rf" ${number(a)} \pm {number(abs(b))}$.",
            "The directions with the largest eigenvalues are kept.",
        ),
        wrong={
            "kept_for_lost": float(spread.sum() - answer),
            "variances_of_features": float(features[: 3 - k].sum()),
            "first_axes_dropped": float(np.sort(spread)[::-1][: 3 - k].sum()),
            "error_per_feature": answer / 3,
        },
    )


def _tied(x: Array, w: Array) -> Array:
    """The gradient of half the squared error with respect to the shared weights w (d,)."""
    d = len(x)
    model = Autoencoder(mlp((d, 1)), mlp((1, d)), weights_tied=True)
    theta = np.concatenate([w, np.zeros(1 + d)])
    return model.value_and_gradient(theta, x[None])[1][:d]


def tied_gradient(rng: np.random.Generator) -> Variant:
    def parts(x: Array, w: Array) -> tuple[float, Array]:
        return float(w @ x), (w @ x) * w - x

    def good(drawn: tuple[Array, Array]) -> bool:
        z, e = parts(*drawn)
        x, w = drawn
        terms = [[z * e[i], (e @ w) * x[i]] for i in range(len(x))]
        shown = np.append(terms, np.sum(terms, axis=1))  # all of these exact in five digits
        exact = not any("approx" in equals(value) for value in shown)
        return bool(z and e.all() and e @ w) and exact and all(map(keeps_digits, terms))

    x, w = until(lambda: (several(rng, INTEGERS, 2), distinct(rng, HALVES, 2)), good)
    z, e = parts(x, w)
    answer = _tied(x, w)
    return Variant(
        prompt=rf"""A linear autoencoder with one unit uses the same weights both ways: the code of
$x$ is $z = w^\top x$, the reconstruction is $\hat x = z\,w$, and the loss is
$E = \tfrac12 \lVert \hat x - x \rVert^2$. Here $x = {vector(x)}$ and $w = {vector(w)}$.

Give $\nabla_w E$.""",
        answer=answer,
        objective=lambda u: float(np.sum(((u @ x) * u - x) ** 2) / 2),
        at=w,
        solution=rf"""Forward: $z {equals(z)}$, and the error is $e = z\,w - x = {vector(e)}$.

Through the decoder: $z\,e = {vector(z * e)}$.

Through the code: $\dfrac{{\partial E}}{{\partial z}} = e^\top w {equals(e @ w)}$, times $x$:
${vector((e @ w) * x)}$.

Shared weights collect both: ${vector(answer)}$.""",
        hints=(
            "The weights are used twice: add what comes back on both ways.",
            rf"The code is {number(z)}, and $\hat x - x = {vector(e)}$.",
            rf"Through the decoder alone comes $z (\hat x - x) = {vector(z * e)}$.",
        ),
        wrong={
            "encoder_path_left_out": z * e,
            "decoder_path_left_out": (e @ w) * x,
            "code_error_by_weights": z * e + (e @ x) * x,
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="autoencoders/parameters",
        chapter=9,
        topic="autoencoders",
        title="Parameters of an autoencoder",
        difficulty="easy",
        kind="number",
        source="Hinton & Salakhutdinov 2006; handbook chapter 9",
        seconds=90,
        make=parameters,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="autoencoders/bottleneck-error",
        chapter=9,
        topic="autoencoders",
        title="What a linear bottleneck loses",
        difficulty="medium",
        kind="number",
        source="Baldi & Hornik 1989, section 3",
        seconds=150,
        make=bottleneck_error,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="autoencoders/tied-gradient",
        chapter=9,
        topic="autoencoders",
        title="Gradient of tied weights",
        difficulty="hard",
        kind="vector",
        source="Vincent et al. 2010, section 2.2",
        seconds=240,
        make=tied_gradient,
        tags=frozenset({"complete"}),
    ),
)
