"""Each picture question recomputed from what its prompt says, in plain NumPy without the engine.

A proof takes the prompt and the picture of one option, and fails when the picture is not what the
option's settings give.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from quiz_bank.model import Picture
from tests.quiz_bank.picture_proofs_models import (
    error_by_bottleneck,
    gan_discriminator,
    generator_slopes,
    learning_curves,
    losses_of_batches,
    reconstructions,
    stored_gradients,
)
from tests.quiz_bank.picture_proofs_playground import PLAYGROUND_PROOFS
from tests.quiz_bank.picture_reading import NUMBER, count_of, equal, sigmoid, stated


def loss_along_step(prompt: str, picture: Picture) -> None:
    x, y, w = stated(prompt, "$x", "y", "$w")
    rates, losses = picture.lines["loss"]
    error, g = w * x - y, (w * x - y) * x
    moves = {
        "one step along $-g$": g,
        "one step along $-2g$": 2 * g,
        r"one step along $-(\hat y - y)$": error,
    }
    if (step := picture.settings["the step"]) in moves:
        heights = ((w - rates * moves[step]) * x - y) ** 2 / 2
    else:  # gradient flow: the error decays exponentially in the distance traveled
        heights = error**2 / 2 * np.exp(-2 * x**2 * rates)
    np.testing.assert_array_equal(np.isnan(losses), heights > 0.75 * error**2)
    equal((rates, losses), heights, rtol=1e-9 if step in moves else 0.3)


def loss_of_logit(prompt: str, picture: Picture) -> None:
    (z, losses) = picture.lines["E"]
    name = picture.settings["loss"]
    k = float(re.search(r"\d+", name)[0])
    heights = {
        rf"$-{k:g} \ln \sigma(z)$": -k * np.log(sigmoid(z)),
        rf"$-{k:g} \ln(1 - \sigma(z))$": -k * np.log(1 - sigmoid(z)),
        rf"${k:g}\,(\sigma(z) - 1)^2$": k * (sigmoid(z) - 1) ** 2,
        rf"${k:g}\,\sigma(z)^2$": k * sigmoid(z) ** 2,
    }
    equal((z, losses), heights[name])


def sum_or_mean(prompt: str, picture: Picture) -> None:
    m, s, w, eta = stated(prompt, "$m", r"\sum_i x_i^2", "start is $w", r"\eta")
    written = re.search(r"y_i = (.*?)(?:\\,)?x_i", prompt)[1]
    goal = {"": 1.0, "-": -1.0}.get(written) or float(written)
    scales = {
        r"the mean of $(\hat y_i - y_i)\,x_i$": 1,
        r"the sum of $(\hat y_i - y_i)\,x_i$": m,
        r"twice the mean of $(\hat y_i - y_i)\,x_i$": 2,
        r"the mean divided by $m$ again": 1 / m,
    }
    steps, losses = picture.lines["J"]
    factor = 1 - eta * s * scales[picture.settings["direction"]]
    equal((steps, losses), s * (w - goal) ** 2 / 2 * factor ** (2 * steps), rtol=1e-4)
    assert picture.log_y


def product_along_line(prompt: str, picture: Picture) -> None:
    v, b = stated(prompt, "$v", "$b")
    x, p = picture.lines["p"]
    _, _, right = picture.settings["the line"].strip("$").partition(" = ")
    other = {"x_1": x, "-x_1": -x}.get(right)
    equal((x, p), sigmoid(v * x * (float(right) if other is None else other) + b))


def relu_network(prompt: str, picture: Picture) -> None:
    w1, b1, w2, b2, v1, v2 = stated(prompt, "w_1", "b_1", "w_2", "b_2", "v_1", "v_2")
    x, y = picture.lines["f"]
    units = {
        r"$\max(0,\ w_i x + b_i)$": lambda w, b: np.where(w * x + b > 0, w * x + b, 0),
        r"$w_i x + b_i$": lambda w, b: w * x + b,
        r"$\lvert w_i x + b_i \rvert$": lambda w, b: np.abs(w * x + b),
        r"$\max(0,\ w_i x - b_i)$": lambda w, b: np.where(w * x - b > 0, w * x - b, 0),
    }
    unit = units[picture.settings["hidden unit"]]
    equal((x, y), v1 * unit(w1, b1) + v2 * unit(w2, b2))


def feature_map(prompt: str, picture: Picture) -> None:
    w, b = stated(prompt, "$w", "$b")
    x, y, p = picture.contours
    for i, second in enumerate(y):
        for j, first in enumerate(x):
            value = {
                "$x_1$": first,
                "$x_2$": second,
                "$x_1 + x_2$": first + second,
                "$x_1 - x_2$": first - second,
                "$x_1^2$": first**2,
                "$x_2^2$": second**2,
                "$x_1^2 + x_2^2$": first**2 + second**2,
                "$x_1 x_2$": first * second,
            }[picture.settings["feature"]]
            assert abs(p[i, j] - sigmoid(w * value + b)) < 1e-12


def weights_under_penalty(prompt: str, picture: Picture) -> None:
    """The best weights by search: no point near the drawn one, nor zero, has a lower objective."""
    c = np.array([float(v) for v in re.search(r"c = \((.*?)\)", prompt)[1].split(r",\ ")])
    strengths = picture.lines["w₁"][0]
    best = np.array([picture.lines[f"w{digit}"][1] for digit in "₁₂₃"]).T
    penalty = {
        r"$\lambda \sum_i \lvert w_i \rvert$": lambda w: np.abs(w).sum(-1),
        r"$\tfrac{\lambda}{2} \sum_i w_i^2$": lambda w: (w**2).sum(-1) / 2,
        r"$\lambda \sqrt{w_1^2 + w_2^2 + w_3^2}$": lambda w: np.sqrt((w**2).sum(-1)),
        r"$\lambda$ times the number of nonzero weights": lambda w: (w != 0).sum(-1),
    }[picture.settings["penalty"]]
    corners = np.array(np.meshgrid(*[[0.0, 1.0]] * 3)).reshape(3, -1).T * c
    steps = np.array(np.meshgrid(*[[-0.01, 0.0, 0.01]] * 3)).reshape(3, -1).T
    for strength, w in zip(strengths, best, strict=True):
        others = np.concatenate([w + steps, w * (1 + steps), corners, [w]])
        objective = ((others - c) ** 2).sum(-1) / 2 + strength * penalty(others)
        assert objective[-1] <= objective.min() + 1e-12


def dropout_means(prompt: str, picture: Picture) -> None:
    (a,) = stated(prompt, "a")
    factors = {
        "$1$": lambda p: 1 + 0 * p,
        "$p$": lambda p: p,
        "$1 - p$": lambda p: 1 - p,
        r"$\tfrac{1}{1 - p}$": lambda p: 1 / (1 - p),
    }
    rates, mean = picture.lines["mean in training"]
    equal((rates, mean), a * factors[picture.settings["factor in training"]](rates) * (1 - rates))
    rates, value = picture.lines["at test time"]
    equal((rates, value), a * factors[picture.settings["factor at test time"]](rates))


def batch_norm_shape(prompt: str, picture: Picture) -> None:
    """The share in each bin against even quantiles of the raw law, standardized by their own mean
    and standard deviation."""
    u = (np.arange(200_000) + 0.5) / 200_000
    raw = {
        "exponential": lambda: -3 * np.log(1 - u),
        "flat": lambda: 5 + 4 * u,
        "two-valued": lambda: np.where(u < 0.5, 2.0, 7.0),
        "normal": lambda: np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * ((u * 1e5 * 0.618034) % 1)),
    }[picture.settings["shape"]]()
    gamma, beta = (
        float(re.search(NUMBER, picture.settings[name])[1]) for name in ("scale", "shift")
    )
    y = gamma * (raw - raw.mean()) / raw.std() + beta
    middles, shares = picture.bars["share"]
    width = middles[1] - middles[0]
    edges = np.append(middles - width / 2, middles[-1] + width / 2)
    counts, _ = np.histogram(y, edges)
    np.testing.assert_allclose(shares, counts / len(y), atol=3e-3)


POINTS = np.linspace(-9, 9, 7000)  # of a standard normal law, none at 0
WEIGHTS = np.exp(-(POINTS**2) / 2)


def mean_of(values) -> float:
    """The mean over a standard normal law of what has these values at POINTS."""
    return float(values @ WEIGHTS / WEIGHTS.sum())


def layer_means(unit: str, variance: float) -> tuple[float, float]:
    """Mean squares of an activation and of its slope for a normal z of this variance."""
    z = np.sqrt(variance) * POINTS
    f, slope = {
        "sigmoid": lambda: (sigmoid(z), sigmoid(z) * (1 - sigmoid(z))),
        "tanh": lambda: (np.tanh(z), 1 - np.tanh(z) ** 2),
        "ReLU": lambda: (np.maximum(z, 0), (z > 0).astype(float)),
    }[unit]()
    return mean_of(f**2), mean_of(slope**2)


def gain_of(picture: Picture) -> float:
    return float(re.search(rf"= {NUMBER}", picture.settings["weights"])[1])


def gradient_by_layer(prompt: str, picture: Picture) -> None:
    unit, gain, depth = picture.settings["activation"], gain_of(picture), count_of(prompt, "layers")
    q, factors = 1.0, []
    for _ in range(depth):
        variance = gain * q
        q, slope = layer_means(unit, variance)
        factors.append(np.sqrt(gain * slope))
    norms = [np.prod(factors[layer:]) for layer in range(depth + 1)]
    equal(picture.lines["gradient"], norms, rtol=1e-6)
    assert picture.log_y


def tanh_signal(prompt: str, picture: Picture) -> None:
    gain, depth = gain_of(picture), count_of(prompt, r"$\tanh$ layers")
    squares = [1.0]
    for _ in range(depth):
        squares.append(layer_means("tanh", gain * squares[-1])[0])
    equal(picture.lines["signal"], np.sqrt(squares), rtol=1e-6)


def length_back_in_time(prompt: str, picture: Picture) -> None:
    turn = np.radians(float(re.search(rf"rotates by {NUMBER} degrees", prompt)[1]))
    s = float(re.search(rf"\+ {NUMBER}\\,y", prompt)[1])
    scale, letter = re.search(r"= (?:([0-9.]+)\\,)?([RS])", picture.settings["W"]).groups()
    rotation = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    W = float(scale or 1) * np.array({"R": rotation, "S": [[1.0, s], [0.0, 1.0]]}[letter])
    steps, norms = picture.lines["length"]
    expected = [
        np.linalg.norm(np.linalg.matrix_power(W.T, int(k)) @ np.array([1.0, 0.0])) for k in steps
    ]
    equal((steps, norms), expected)


def clipped_descent(prompt: str, picture: Picture) -> None:
    goal, start, eta, c = stated(prompt, "$w", "w_0", r"\eta", "$c")
    steps, drawn = picture.lines["weight"]
    w, path = start, []
    for _ in steps:
        path.append(w)
        g = (w - goal) ** 3 if abs(w - goal) < 1e6 else 0.0
        g = {
            "as it is": g,
            "with length $c$ where it is longer": min(abs(g), c) * np.sign(g),
            "with length $c$ always": c * np.sign(g),
            "as 0 where it is longer than $c$": g * (abs(g) <= c),
        }[picture.settings["gradient"]]
        w = w - eta * g
    far = np.abs(np.array(path) - goal) >= 1.3 * abs(start - goal)
    np.testing.assert_array_equal(np.isnan(drawn), np.maximum.accumulate(far))
    equal((steps, drawn), path)


def slope_of_unit(prompt: str, picture: Picture) -> None:
    w, b = re.search(rf"f\(({NUMBER[1:-1]})\\?,? ?x ([+-] [0-9.]+)\)", prompt).groups()
    x, slope = picture.lines["slope"]
    w, z = float(w), float(w) * x + float(b.replace(" ", ""))
    slopes = {
        "Sigmoid": sigmoid(z) * (1 - sigmoid(z)),
        "Tanh": 1 - np.tanh(z) ** 2,
        "ReLU": (z > 0).astype(float),
        "Softplus": sigmoid(z),
    }
    equal((x, slope), w * slopes[picture.settings["activation"]])


def rate_on_a_parabola(prompt: str, picture: Picture) -> None:
    c = float(re.search(r"cdot ([0-9.]+)", prompt)[1])
    goal = -float(re.search(r"\(w ([+-] [0-9.]+)\)", prompt)[1].replace(" ", ""))
    (start,) = stated(prompt, "w_0")
    steps, weights = picture.lines["weight"]
    shrinks = 1 - float(picture.settings["rate"]) * c
    equal((steps, weights), goal + (start - goal) * shrinks**steps)


def path_on_a_ravine(prompt: str, picture: Picture) -> None:
    steep = float(re.search(r"w_1\^2 \+ ([0-9.]+)", prompt)[1])
    w, scale = np.array(stated(prompt, "$w_1", "$w_2")), np.array([1.0, steep])
    rule = picture.settings["rule"]
    (eta,) = stated(rule, r"\eta")
    (mu,) = stated(rule, r"\mu") if "momentum" in rule else (0.0,)
    m, v, path = np.zeros(2), np.zeros(2), [w]
    for t in range(1, 41):
        g = scale * w
        if "Adam" in rule:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        else:
            step = m = mu * m + g
        w = w - eta * step
        path.append(w)
    np.testing.assert_allclose(np.array(picture.lines["path"]).T, path, rtol=1e-9, atol=1e-12)
    x, y, values = picture.contours
    np.testing.assert_allclose(2 * values**2, x**2 + steep * y[:, None] ** 2)


def first_steps_of_adam(prompt: str, picture: Picture) -> None:
    eta, beta1, beta2 = stated(prompt, r"\eta", r"\beta_1", r"\beta_2")
    steps, gone = picture.lines["distance"]
    m = 1 if "first" in (of := picture.settings["corrected"]) or "both" in of else 1 - beta1**steps
    v = 1 if "second" in of or "both" in of else 1 - beta2**steps
    equal((steps, gone), np.cumsum(eta * m / np.sqrt(v) * np.ones_like(steps)))


PROOFS: dict[str, Callable[[str, Picture], None]] = {
    "basics/slope-of-unit": slope_of_unit,
    "optimizers/rate-on-a-parabola": rate_on_a_parabola,
    "optimizers/path-on-a-ravine": path_on_a_ravine,
    "optimizers/first-steps-of-adam": first_steps_of_adam,
    "learning/feature-map": feature_map,
    "learning/product-along-line": product_along_line,
    "learning/relu-network": relu_network,
    "losses/loss-of-logit": loss_of_logit,
    "losses/sum-or-mean": sum_or_mean,
    "backprop/loss-along-step": loss_along_step,
    "regularization/weights-under-penalty": weights_under_penalty,
    "regularization/dropout-means": dropout_means,
    "normalization/shape-of-outputs": batch_norm_shape,
    "vanishing/gradient-by-layer": gradient_by_layer,
    "vanishing/tanh-signal": tanh_signal,
    "exploding/length-back-in-time": length_back_in_time,
    "exploding/clipped-descent": clipped_descent,
    "autoencoders/error-by-bottleneck": error_by_bottleneck,
    "autoencoders/reconstructions": reconstructions,
    "gan/best-discriminator-picture": gan_discriminator,
    "gan/generator-gradient-picture": generator_slopes,
    "troubleshooting/learning-curves": learning_curves,
    "troubleshooting/losses-of-batches": losses_of_batches,
    "troubleshooting/stored-gradients": stored_gradients,
    **PLAYGROUND_PROOFS,
}
