"""Proofs of the pictures of chapter 9, as in picture_proofs."""

from __future__ import annotations

import re

import numpy as np

from quiz_bank.model import Picture
from tests.quiz_bank.picture_reading import NUMBER, count_of, equal, sigmoid, stated


def error_by_bottleneck(prompt: str, picture: Picture) -> None:
    """Errors from the covariance alone: what its projection on the kept axes leaves."""
    text = re.search(r"variances\s+\$\((.*?)\)\$", prompt)[1]
    spread = np.sort([float(part) for part in text.split(r",\ ")])
    sizes, drawn = picture.points["error"]
    kept = {
        "mean squared error": lambda k: spread.sum() - spread[5 - k :].sum(),
        "sum of the variances kept": lambda k: spread[5 - k :].sum(),
        "sum, the smallest variances kept first": lambda k: spread.sum() - spread[:k].sum(),
        "variance of the next axis alone": lambda k: spread[4 - k] if k < 5 else 0.0,
    }[picture.settings["the height"]]
    equal((sizes, drawn), [kept(int(k)) for k in sizes])


def reconstructions(prompt: str, picture: Picture) -> None:
    """Each foot on its line by plane geometry; and no other line has less squared distance."""
    degrees = float(re.search(rf"turned by\s+\${NUMBER}\$ degrees", prompt)[1])
    x = np.array(picture.points["data"]).T
    drawn = np.array(picture.points["reconstructions"]).T

    def feet(angle: float):
        u = np.array([np.cos(angle), np.sin(angle)])
        return np.outer(x @ u, u)

    turn = np.radians(degrees)
    losses = [((x - feet(angle)) ** 2).sum() for angle in turn + np.linspace(-1.5, 1.5, 301)]
    assert np.argmin(losses) == 150
    expected = {
        "one linear unit": lambda: feet(turn),
        "the axis of least variance": lambda: feet(turn + np.pi / 2),
        "the first feature alone": lambda: feet(0.0),
        "two linear units": lambda: x,
    }[picture.settings["the bottleneck"]]()
    np.testing.assert_allclose(drawn, expected, atol=1e-12)


def gan_discriminator(prompt: str, picture: Picture) -> None:
    first, second = (
        float(re.search(rf"{what}\s*\n?\${NUMBER}\$", prompt)[1]) for what in ("means", "and")
    )
    (kept,) = re.findall(rf"one with mean \${NUMBER}\$", prompt)
    sd = float(re.search(rf"standard deviation\s+\${NUMBER}\$", prompt)[1])
    x, drawn = picture.lines["D"]

    def density(mean: float):
        return np.exp(-((x - mean) ** 2) / (2 * sd**2))

    p, q = (density(first) + density(second)) / 2, density(float(kept))
    heights = {
        "$p / (p + q)$": 1 / (1 + q / p),
        "$q / (p + q)$": 1 - 1 / (1 + q / p),
        r"$p / \max p$": p / p.max(),
        r"$\tfrac12$ everywhere": 0 * x + 0.5,
    }[picture.settings["the curve"]]
    equal((x, drawn), heights)


def generator_slopes(prompt: str, picture: Picture) -> None:
    s, drawn = picture.lines["slope"]
    bound = float(re.search(rf"to\s+\${NUMBER}\$", prompt)[1])
    assert (s[0], s[-1]) == (-bound, bound)
    loss = {
        r"$\ln(1 - \sigma(s))$": lambda s: np.log(1 - sigmoid(s)),
        r"$-\ln \sigma(s)$": lambda s: -np.log(sigmoid(s)),
        r"$-\sigma(s)$": lambda s: -sigmoid(s),
        "$-s$": lambda s: -s,
    }[picture.settings["loss"]]
    equal((s, drawn), np.abs(loss(s + 1e-5) - loss(s - 1e-5)) / 2e-5, rtol=1e-6)


def learning_curves(prompt: str, picture: Picture) -> None:
    """Descent step by step, on data drawn again from what the prompt says of them."""
    size, noise, rate = (
        float(re.search(rf"{what}\s+\$?{NUMBER}", prompt)[1])
        for what in ("follow", "square", "rate")
    )
    draw = int(re.search(r"random\s+draw\s+(\d+)", prompt)[1])
    features, n, others = map(int, re.findall(r"\d+", run := picture.settings["run"]))

    def examples(n: int, seed: int):
        x = np.arange(1, 2 * n, 2) / (2 * n)
        errors = np.random.default_rng(seed).normal(size=n)
        waves = [np.sqrt(2) * np.cos(np.pi * k * x) / k for k in range(1, features)]
        scaled = noise * np.sqrt(n) * errors / np.linalg.norm(errors)
        return np.array([np.ones(n), *waves]).T, size * np.sin(6 * x) + scaled

    X, y = examples(n, draw)
    V, z = (X, y) if "the same" in run else examples(others, draw + 100)
    (steps, training), (_, validation) = picture.lines.values()
    w, losses = np.zeros(features), []
    hessian, pull = X.T @ X / n, X.T @ y / n
    for step in range(1, int(steps[-1]) + 1):
        w = w - rate * (hessian @ w - pull)
        if step in steps:
            losses.append([((X @ w - y) ** 2).mean() / 2, ((V @ w - z) ** 2).mean() / 2])
    equal((steps, training), np.array(losses)[:, 0])
    equal((steps, validation), np.array(losses)[:, 1])


def losses_of_batches(prompt: str, picture: Picture) -> None:
    words = " ".join(prompt.split())
    half, epochs = (count_of(words, what) for what in ("examples each", "epochs"))
    distance, draw, size, rate, cut = (
        float(re.search(rf"{what} \$?{NUMBER}", words)[1])
        for what in ("lie", "draw", "batches of", "learning rate", "above")
    )
    rng, y = np.random.default_rng(int(draw)), np.arange(2 * half) >= half
    x = np.where(y, distance / 2, -distance / 2) + rng.normal(size=2 * half)
    loop = picture.settings["the loop"]
    y = rng.permutation(y) if "shuffles the labels" in loop else y
    w, b, losses = 0.0, 0.0, []
    for _ in range(epochs):
        order = rng.permutation(2 * half)
        for rows in np.split(np.arange(2 * half) if "sorted" in loop else order, 2 * half / size):
            z = w * x[rows] + b
            losses.append(np.logaddexp(0, np.where(y[rows], -z, z)).mean())
            move = (rate if "adds the step" in loop else -rate) * (sigmoid(z) - y[rows])
            w, b = w + (move * x[rows]).mean(), b + move.mean()
    drawn = picture.lines["loss"]
    np.testing.assert_array_equal(np.isnan(drawn[1]), np.array(losses) > cut)
    equal(drawn, losses)


def stored_gradients(prompt: str, picture: Picture) -> None:
    """The weight as a linear map of where it was and what is stored."""
    c, eta = float(re.search(r"tfrac\{([0-9.]+)\}", prompt)[1]), stated(prompt, r"\eta")[0]
    goal = -float(re.search(r"\(w ([+-] [0-9.]+)\)", prompt)[1].replace(" ", ""))
    away, stored, rule = (
        stated(prompt, "$w")[0] - goal,
        0.0,
        picture.settings["the stored gradient"],
    )
    keep = re.search(r"(?:by|every) ([0-9.]+)", rule)
    steps, drawn = picture.lines["weight"]
    path = [away]
    for t in range(len(steps) - 1):
        share = 0.0 if "before every step" in rule else 1.0
        if keep and "only" in rule:
            share = 0.0 if t % int(keep[1]) == 0 else 1.0
        elif keep:
            share = float(keep[1])
        away, stored = np.array([[1 - eta * c, -eta * share], [c, share]]) @ (away, stored)
        path.append(away)
    equal((steps, drawn), goal + np.array(path))
