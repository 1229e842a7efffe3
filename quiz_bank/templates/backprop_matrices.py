"""Chapter 3: gradients of whole weight matrices and of a batch of pre-activations.

Data are rows: y = x W + b, so W has one row for each input and one column for each output.
"""

from __future__ import annotations

import numpy as np

from engine.activations import Elementwise
from engine.layers import Dense
from engine.network import mlp
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, INTEGERS, RATES, SMALL, distinct, one, several
from quiz_bank.templates.latex import equals, matrix, number, vector
from quiz_bank.templates.slips import ERROR_SLIPS, RELU, TANH, TANH_SLIPS, ErrorRule, error


def weight_outer_product(rng: np.random.Generator) -> Variant:
    x, W = distinct(rng, (-2.0, -1.0, 1.0, 2.0, 3.0), 3), several(rng, HALVES, 3, 2)
    p = x @ W
    y = p + several(rng, HALVES, 2)
    rate = one(rng, RATES)
    layer = Dense(3, 2)

    def gradient(rule: ErrorRule = error) -> Array:
        views = {"W": W, "b": np.zeros(2)}
        return layer.backward(views, x[None], rule(p, y)[None])[1]["W"]

    return Variant(
        prompt=rf"""A linear layer maps the row $x = {vector(x)}$ to $\hat y = x W$ with
$$
W = {matrix(W)}.
$$
The target is $y = {vector(y)}$ and the loss is
$E = \tfrac12 \lVert \hat y - y \rVert^2$; the learning rate is $\eta = {number(rate)}$.

Give the gradient $\dfrac{{\partial E}}{{\partial W}}$, a matrix shaped like $W$.""",
        answer=gradient(),
        objective=lambda W: float(np.sum((x @ W - y) ** 2) / 2),
        at=W,
        solution=rf"""Prediction: $\hat y = xW = {vector(p)}$.

Error: $\delta = \hat y - y = {vector(p - y)}$.

The weight from input $i$ to output $j$ has the gradient $x_i\,\delta_j$:
$$
\frac{{\partial E}}{{\partial W}} = x^\top \delta = {matrix(gradient())}.
$$""",
        hints=(
            r"First the error $\delta = \hat y - y$, a row of two numbers.",
            r"Entry $(i, j)$ is $x_i\,\delta_j$: an outer product.",
            rf"$\delta = {vector(p - y)}$.",
        ),
        wrong={key: gradient(slip) for key, slip in ERROR_SLIPS.items()}
        | {"transposed": gradient().T, "new_weight_given": W - rate * gradient()},
    )


def batch_weights(rng: np.random.Generator) -> Variant:
    m = 4
    X, W = several(rng, INTEGERS, m, 2), several(rng, HALVES, 2, 2)
    P = X @ W
    Y = P + several(rng, INTEGERS, m, 2)
    layer = Dense(2, 2)

    def gradient(rule: ErrorRule = error, over: int = m) -> Array:
        views = {"W": W, "b": np.zeros(2)}
        return layer.backward(views, X, rule(P, Y) / over)[1]["W"]

    return Variant(
        prompt=rf"""A linear layer maps the rows of $X$ to $\hat Y = XW$. The batch has $m = {m}$
examples, one in each row:
$$
X = {matrix(X)}, \quad W = {matrix(W)}, \quad Y = {matrix(Y)}.
$$
The loss is $J = \dfrac{{1}}{{2m}} \sum_{{i=1}}^{{m}} \lVert \hat y_i - y_i \rVert^2$, with
$\hat y_i$ and $y_i$ the rows of $\hat Y$ and $Y$.

Give $\dfrac{{\partial J}}{{\partial W}}$.""",
        answer=gradient(),
        objective=lambda W: float(np.sum((X @ W - Y) ** 2) / (2 * m)),
        at=W,
        solution=rf"""Errors:
$$
\Delta = XW - Y = {matrix(P - Y)}.
$$

Product:
$$
X^\top \Delta = {matrix(X.T @ (P - Y))}.
$$

Mean over the ${m}$ examples:
$$
\frac{{\partial J}}{{\partial W}} = \frac{{1}}{{{m}}} X^\top \Delta = {matrix(gradient())}.
$$""",
        hints=(
            r"For one example the gradient is $x^\top \delta$ with $\delta = \hat y - y$.",
            r"For the batch: $\dfrac{1}{m} X^\top (\hat Y - Y)$.",
            rf"The errors are $\hat Y - Y = {matrix(P - Y)}$.",
        ),
        wrong={key: gradient(slip) for key, slip in ERROR_SLIPS.items()}
        | {"transposed": gradient().T, "no_mean": gradient(over=1)},
    )


def relu_batch(rng: np.random.Generator) -> Variant:
    m = 3
    Z, w = several(rng, INTEGERS, m, 2), distinct(rng, INTEGERS, 2)
    Z[0] = [one(rng, (1.0, 2.0)), one(rng, (-2.0, -1.0))]  # one unit on and one off for sure
    p = RELU.f(Z) @ w
    y = p + several(rng, (-3.0, -2.0, -1.0, 1.0, 2.0), m)
    ignored = np.ones_like(Z)

    def gradient(rule: ErrorRule = error, slope: Array | None = None, over: int = m) -> Array:
        return np.outer(rule(p, y) / over, w) * (RELU.df(Z) if slope is None else slope)

    return Variant(
        prompt=rf"""Two ReLU units have the pre-activations $Z$ for a batch of $m = {m}$ examples,
one in each row. The network predicts $\hat y = \operatorname{{ReLU}}(Z)\, w$:
$$
Z = {matrix(Z)}, \quad w = {matrix(w[:, None])}, \quad y = {matrix(y[:, None])}.
$$
The loss is $J = \dfrac{{1}}{{2m}} \sum_{{i=1}}^{{m}} (\hat y_i - y_i)^2$.

Give $\dfrac{{\partial J}}{{\partial Z}}$, a matrix shaped like $Z$.""",
        answer=gradient(),
        objective=lambda Z: float(np.sum((np.maximum(Z, 0) @ w - y) ** 2) / (2 * m)),
        at=Z,
        solution=rf"""Forward: $\operatorname{{ReLU}}(Z) = {matrix(RELU.f(Z))}$, so
$\hat y = {vector(p)}$ and $\hat y - y = {vector(p - y)}$.

Back to the outputs of the units, with $1/m$:
$$
\frac{{\partial J}}{{\partial A}} = \frac{{1}}{{{m}}} (\hat y - y)\, w^\top
= {matrix(gradient(slope=ignored))}.
$$

ReLU passes a gradient where $Z > 0$ and stops it elsewhere:
$$
\frac{{\partial J}}{{\partial Z}} = {matrix(gradient())}.
$$""",
        hints=(
            r"First the errors $\hat y - y$ of the three examples, divided by $m$.",
            r"Each error goes back through the weights $w$ to both units.",
            r"The slope of ReLU is 1 where $Z > 0$ and 0 elsewhere.",
        ),
        wrong={key: gradient(slip) for key, slip in ERROR_SLIPS.items()}
        | {"no_sig": gradient(slope=ignored), "no_mean": gradient(over=1)},
    )


def hidden_matrix(rng: np.random.Generator) -> Variant:
    x, W1 = distinct(rng, (-2.0, -1.0, 1.0, 2.0), 2), distinct(rng, SMALL, 4).reshape(2, 2)
    w2, y, rate = distinct(rng, HALVES, 2), one(rng, (-5.0, -4.0, 4.0, 5.0)), one(rng, RATES)
    theta = np.concatenate([W1.ravel(), np.zeros(2), w2, np.zeros(1)])
    z = x @ W1
    h = TANH.f(z)
    prediction = h @ w2

    def backward(unit: Elementwise = TANH, rule: ErrorRule = error, outgoing: Array = w2) -> Array:
        """The gradient for W1; the error goes back through `outgoing` in the place of w2."""
        network = mlp((2, 2, 1), hidden=unit)
        output, trace = network.forward(theta, x[None])
        backward_theta = theta.copy()
        network.unpack(backward_theta)["W2"][:, 0] = outgoing
        gradient = network.backward(backward_theta, trace, rule(output, np.array([[y]])))
        return network.unpack(gradient)["W1"]

    miss = float(prediction - y)
    answer = backward()
    return Variant(
        prompt=rf"""A network without biases predicts $\hat y = \tanh(x W_1)\, w_2$ with
$$
x = {matrix(x[None])}, \quad W_1 = {matrix(W1)}, \quad w_2 = {matrix(w2[:, None])}.
$$
The target is $y = {number(y)}$ and the loss is $E = \tfrac12 (\hat y - y)^2$. Gradient descent with
rate $\eta = {number(rate)}$ is about to update both layers.

Give the gradient $\dfrac{{\partial E}}{{\partial W_1}}$ for this update.""",
        answer=answer,
        objective=lambda W: float((np.tanh(x @ W) @ w2 - y) ** 2 / 2),
        at=W1,
        solution=rf"""Forward: $z = xW_1 = {vector(z)}$, $h = \tanh(z) \approx {vector(h)}$,
$\hat y {equals(prediction)}$.

Error: $\hat y - y {equals(miss)}$.

Back to the hidden units: $(\hat y - y)\, w_2^\top \approx {vector(miss * w2)}$, with $w_2$ as it
was in the forward pass.

Through tanh, elementwise: $\delta = (\hat y - y)\, w_2^\top \odot (1 - h^2) \approx
{vector(miss * w2 * TANH.df(z))}$.

Outer product with the input:
$$
\frac{{\partial E}}{{\partial W_1}} = x^\top \delta \approx {matrix(answer)}.
$$""",
        hints=(
            r"Find the error of the output, then of the two hidden units, then the matrix.",
            r"Hidden units: $\delta = (\hat y - y)\, w_2^\top \odot (1 - h^2)$.",
            rf"$h \approx {vector(h)}$ and $\hat y - y {equals(miss)}$;"
            r" the matrix is $x^\top \delta$.",
        ),
        wrong={key: backward(unit) for key, unit in TANH_SLIPS.items()}
        | {key: backward(rule=slip) for key, slip in ERROR_SLIPS.items()}
        | {
            "transposed": answer.T,
            "w_updated_first": backward(outgoing=w2 - rate * miss * h),
            "new_weight_given": W1 - rate * answer,
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="backprop/weight-outer-product",
        chapter=3,
        topic="backprop",
        title="Gradient of a weight matrix",
        difficulty="easy",
        kind="matrix",
        source="Goodfellow, Bengio & Courville 2016, section 6.5.6",
        seconds=180,
        make=weight_outer_product,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="backprop/batch-weights",
        chapter=3,
        topic="backprop",
        title="Gradient of a weight matrix over a batch",
        difficulty="medium",
        kind="matrix",
        source="Goodfellow, Bengio & Courville 2016, section 6.5.6; handbook chapter 3",
        seconds=300,
        make=batch_weights,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="backprop/relu-batch",
        chapter=3,
        topic="backprop",
        title="Back through ReLU for a batch",
        difficulty="medium",
        kind="matrix",
        source="Glorot, Bordes & Bengio 2011; handbook chapter 3",
        seconds=240,
        make=relu_batch,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="backprop/hidden-matrix",
        chapter=3,
        topic="backprop",
        title="Gradient of the first of two layers",
        difficulty="hard",
        kind="matrix",
        source="Rumelhart, Hinton & Williams 1986, equations 4 to 7; handbook chapter 3",
        seconds=420,
        make=hidden_matrix,
        tags=frozenset({"complete"}),
    ),
)
