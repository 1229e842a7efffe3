"""Proofs of the playground's pictures, as in picture_proofs.

Examples, first weights and the order of the batches are random draws and taken from the playground;
everything that is computed from them is computed here again, in plain NumPy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from engine.playground.build import build
from engine.playground.run import epoch_order
from engine.playground.settings import Settings
from quiz_bank.model import Picture
from tests.quiz_bank.picture_reading import NUMBER, count_of, equal


def sigmoid(z):
    """In a form that does not overflow."""
    return (1 + np.tanh(np.asarray(z) / 2)) / 2


UNITS = {
    "linear": (lambda z: z, np.ones_like),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "relu": (lambda z: np.where(z > 0, z, 0), lambda z: (z > 0) * 1.0),
}
READ = {
    "x1": lambda x: x[:, 0],
    "x2": lambda x: x[:, 1],
    "x1x1": lambda x: x[:, 0] ** 2,
    "x2x2": lambda x: x[:, 1] ** 2,
    "x1x2": lambda x: x[:, 0] * x[:, 1],
}


def inputs(settings: Settings, x):
    return np.stack([READ[name](x) for name in settings.features], axis=1)


class Plain:
    """One network of the playground, trained by the book."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.experiment = settings, build(settings)
        sample = self.experiment.sample
        self.x, self.y = inputs(settings, sample.x), sample.y
        self.trains, self.k = sample.is_training, len(sample.labels)
        outs = self.k if self.k > 2 else 1
        self.sizes = [self.x.shape[1], *settings.units, outs]
        self.kinds = [*settings.activations, "linear"]

    def parts(self, theta):
        """The weights and the biases of each layer, and where the weights stand in theta."""
        at = 0
        for d_in, d_out in zip(self.sizes, self.sizes[1:], strict=False):
            end = at + d_in * d_out
            yield theta[at:end].reshape(d_in, d_out), theta[end : end + d_out], slice(at, end)
            at = end + d_out

    def forward(self, theta, x):
        """The outputs, and each layer's input and pre-activation."""
        seen = []
        for (W, b, _), kind in zip(self.parts(theta), self.kinds, strict=True):
            z = x @ W + b
            seen.append((x, z))
            x = UNITS[kind][0](z)
        return x, seen

    def probabilities(self, z):
        if self.k <= 2:
            return sigmoid(z[:, 0])
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, theta, trains: bool) -> float:
        rows = self.trains == trains
        z, y = self.forward(theta, self.x[rows])[0][:, 0], self.y[rows]
        if self.k == 0:
            return float(np.mean((z - y) ** 2) / 2)
        return float(np.mean(np.logaddexp(0, z) - y * z))

    def gradient(self, theta, x, y):
        z, seen = self.forward(theta, x)
        if self.k > 2:
            back = (self.probabilities(z) - np.eye(self.k)[y.astype(int)]) / len(y)
        else:
            back = ((z[:, 0] if self.k == 0 else sigmoid(z[:, 0])) - y)[:, None] / len(y)
        found = np.zeros_like(theta)
        layers = list(zip(self.parts(theta), self.parts(found), seen, self.kinds, strict=True))
        for (W, _, _), (dW, db, _), (x_in, z_in), kind in reversed(layers):
            back = back * UNITS[kind][1](z_in)
            dW[...], db[...] = x_in.T @ back, back.sum(axis=0)
            back = back @ W.T
        return found

    def epochs(self) -> Iterator[np.ndarray]:
        """Theta before the first epoch and after each."""
        s, theta = self.settings, self.experiment.start.copy()
        m, v, t = np.zeros_like(theta), np.zeros_like(theta), 0
        x, y = self.x[self.trains], self.y[self.trains]
        for epoch in range(10_000):
            yield theta
            order = epoch_order(self.experiment, epoch)
            for first in range(0, len(x), s.batch_size):
                rows = order[first : first + s.batch_size]
                g, t = self.gradient(theta, x[rows], y[rows]), t + 1
                if s.optimizer == "Adam":
                    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
                    g = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
                theta = theta - s.rate * g
                if s.penalty == "l1":
                    for _, _, at in self.parts(theta):
                        shrunk = np.maximum(np.abs(theta[at]) - s.rate * s.strength, 0)
                        theta[at] = np.sign(theta[at]) * shrunk


@lru_cache(maxsize=64)
def followed(settings: Settings, epochs: int):
    """The network, and its theta before the first epoch and after each."""
    plain = Plain(settings)
    return plain, [theta for theta, _ in zip(plain.epochs(), range(epochs + 1), strict=False)]


def settings_of(prompt: str, **changes) -> Settings:
    """Whole-batch Adam with what the prompt says of draw, noise, examples and learning rate."""
    draw = int(re.search(r"random\s+draw\s+(\d+)", prompt)[1])
    found = re.search(rf"noise {NUMBER}", prompt)
    usual = {"n": 80, "noise": float(found[1]) if found else 0.0, "batch_size": 2000}
    usual |= {"optimizer": "Adam", "units": (), "data_seed": draw, "seed": draw}
    if found := re.search(rf"learning\s+rate\s+{NUMBER}", prompt):
        usual["rate"] = float(found[1])
    usual |= {"n": int(count[1])} if (count := re.search(r"(\d+)\s+examples", prompt)) else {}
    usual |= changes
    usual.setdefault("activations", ("tanh",) * len(usual["units"]))
    return Settings(**usual)


def tolerance(settings: Settings) -> float:
    """From zero weights only a bias moves; where classes are even its gradient is rounding alone,
    which Adam blows up to steps of this size."""
    return 1e-2 if settings.initializer == "zeros" else 1e-6


def same_surface(picture: Picture, settings: Settings, epochs: int, k: int = 1) -> None:
    plain, thetas = followed(settings, epochs)
    x, y, values = picture.contours
    places = np.array([[first, second] for second in y for first in x])
    p = plain.probabilities(plain.forward(thetas[-1], inputs(settings, places))[0])
    p = p[:, k] if p.ndim == 2 else p
    np.testing.assert_allclose(values.ravel(), p, atol=tolerance(settings))


def same_losses(picture: Picture, settings: Settings, until: int, cut: float = np.inf) -> None:
    """The curves up to an epoch; rounding grows in a run that jumps, so its end is not compared."""
    for name, (epochs, drawn) in picture.lines.items():
        epochs, drawn = epochs[epochs <= until], drawn[epochs <= until]
        plain, thetas = followed(settings, int(epochs[-1]))
        losses = [plain.loss(thetas[int(e)], name == "training loss") for e in epochs]
        losses = np.array(losses)
        np.testing.assert_array_equal(np.isnan(drawn), losses > cut)
        equal((epochs, drawn), losses, rtol=tolerance(settings))


def surface_of_data(prompt: str, picture: Picture) -> None:
    data = picture.settings["the data"]
    key = {"Circle": "circle", "XOR": "xor", "Gaussians": "gaussians", "Sine": "sine"}
    units = (count_of(prompt, "tanh units"),)
    settings = settings_of(prompt, data=key[re.match(r"\w+", data)[0]], units=units)
    same_surface(picture, settings, count_of(prompt, "steps"))


def surface_of_features(prompt: str, picture: Picture) -> None:
    read = {
        "$x_1$ and $x_2$": ("x1", "x2"),
        "$x_1^2$ and $x_2^2$": ("x1x1", "x2x2"),
        "$x_1^2$ alone": ("x1x1",),
        "$x_2^2$ alone": ("x2x2",),
    }[picture.settings["the inputs"]]
    same_surface(picture, settings_of(prompt, features=read), count_of(prompt, "steps"))


def surface_of_units(prompt: str, picture: Picture) -> None:
    count, kind = picture.settings["the hidden layer"].split()[:2]
    settings = settings_of(prompt, units=(int(count),), activations=(kind,))
    same_surface(picture, settings, count_of(prompt, "steps"))


def surface_of_class(prompt: str, picture: Picture) -> None:
    settings = settings_of(prompt, data="gaussians", classes=3)
    k = int(picture.settings["the class"][-1])
    same_surface(picture, settings, count_of(prompt, "steps"), k)


def losses_by_rate(prompt: str, picture: Picture) -> None:
    rate, epochs = float(picture.settings["the rate"]), count_of(prompt, "epochs")
    settings = settings_of(prompt, data="plane", optimizer="SGD", rate=rate)
    same_losses(picture, settings, epochs)
    plain = Plain(settings)
    rows = np.column_stack([plain.x[plain.trains], np.ones(plain.trains.sum())])
    largest = np.linalg.norm(rows, 2) ** 2 / len(rows)
    stated = float(re.search(rf"of\s+the\s+parameters,\s+is\s+{NUMBER}", prompt)[1])
    assert abs(stated / largest - 1) < 0.01
    losses = picture.lines["training loss"][1]
    assert (losses[-1] > losses[0]) == (rate * largest > 2)


def losses_by_batch(prompt: str, picture: Picture) -> None:
    size = {"a single example": 1, "4 examples": 4, "16 examples": 16}
    batch = size.get(picture.settings["the batch"], 64)
    settings = settings_of(prompt, data="gaussians", optimizer="SGD", batch_size=batch)
    assert settings.n == 128
    same_losses(picture, settings, count_of(prompt, "epochs"))


def losses_by_start(prompt: str, picture: Picture) -> None:
    start = {
        "at zero": "zeros",
        "normal with standard deviation 0.01": "small_normal",
        "uniform with Xavier's variance": "xavier_uniform",
    }[picture.settings["the weights"]]
    units = (count_of(prompt, "tanh units"),)
    settings = settings_of(prompt, units=units, initializer=start)
    same_losses(picture, settings, count_of(prompt, "epochs"))


def losses_of_fits(prompt: str, picture: Picture) -> None:
    words = picture.settings["the run"]
    units = (8,) if "8 tanh units" in words else ()
    sizes = {"12": {"n": 120, "share": 0.1}, "120": {"n": 240, "share": 0.5}}
    settings = settings_of(prompt, data="xor", units=units, **sizes[words.split()[0]])
    assert str(Plain(settings).trains.sum()) == words.split()[0]
    same_losses(picture, settings, count_of(prompt, "epochs"))


def weights_under_l1(prompt: str, picture: Picture) -> None:
    strength = float(re.search(rf"= {NUMBER}", picture.settings["the strength"])[1])
    read = ("x1", "x2", "x1x1", "x2x2", "x1x2")
    penalty = {"penalty": "l1", "form": "proximal", "strength": strength}
    settings = settings_of(prompt, data="xor", features=read, **penalty)
    plain, thetas = followed(settings, count_of(prompt, "epochs"))
    W = next(plain.parts(thetas[-1]))[0]
    equal(picture.bars["size of the weight"], np.abs(W[:, 0]), rtol=1e-6)


def gradients_of_layers(prompt: str, picture: Picture) -> None:
    words = picture.settings["the layers"]
    kind = words.split()[0].lower()
    start = {"Xavier's": "xavier_uniform", "0.01": "small_normal", "standard normal": "unit_normal"}
    depth = count_of(prompt, "hidden layers")
    settings = settings_of(
        prompt,
        units=(8,) * depth,
        activations=(kind,) * depth,
        initializer=next(value for key, value in start.items() if key in words),
    )
    plain = Plain(settings)
    theta = plain.experiment.start
    gradient = plain.gradient(theta, plain.x[plain.trains], plain.y[plain.trains])
    norms = [np.linalg.norm(W) for W, _, _ in plain.parts(gradient)]
    np.testing.assert_allclose(picture.points["gradient"][1], norms, rtol=1e-9)
    assert picture.log_y


def lengths(text: str) -> list[float]:
    """The lengths of gradients that a report states."""
    found = re.search(r"gradients (.*?\$)(?:, prob|$)", text)[1]
    powers = re.findall(r"\$([0-9.]+)(?: \\times 10\^\{(-?\d+)\})?\$", found)
    return [float(value) * 10.0 ** int(power or 0) for value, power in powers]


def agrees(report: str, plain: Plain, theta) -> None:
    """What a report states of the end of a run: accuracy and the layers' gradients."""
    rows = plain.trains
    z = plain.forward(theta, plain.x[rows])[0][:, 0]
    stated = float(re.search(rf"training accuracy {NUMBER}", report)[1])
    assert abs(stated - 100 * np.mean((z > 0) == plain.y[rows])) < 0.5
    gradient = plain.gradient(theta, plain.x[rows], plain.y[rows])
    norms = [np.linalg.norm(W) for W, _, _ in plain.parts(gradient)]
    np.testing.assert_allclose(lengths(report), norms, rtol=0.06, atol=1e-12)


def losses_of_runs(prompt: str, picture: Picture) -> None:
    words = picture.settings["the choice"]
    kind = words.split()[0].lower()
    settings = settings_of(
        prompt,
        units=(8, 8),
        activations=(kind, kind),
        initializer="he_normal" if kind == "relu" else "xavier_uniform",
        optimizer="SGD" if "SGD" in words else "Adam",
        rate=float(re.search(rf"the rate {NUMBER}", words)[1]),
        share=0.1 if "a tenth" in words else 0.5,
    )
    epochs = count_of(prompt, "epochs")
    jumps = kind == "tanh"
    same_losses(picture, settings, 6 if jumps else epochs, cut=3.0)
    if not jumps:
        plain, thetas = followed(settings, epochs)
        agrees(picture.settings["the report"], plain, thetas[-1])


def surface_of_runs(prompt: str, picture: Picture) -> None:
    words = picture.settings["the choice"]
    settings = settings_of(
        prompt,
        units=(int(words.split()[0]),),
        features=("x1",) if "alone" in words else ("x1", "x2"),
        activations=(words.split()[1],),
    )
    epochs = count_of(prompt, "epochs")
    same_surface(picture, settings, epochs)
    plain, thetas = followed(settings, epochs)
    report = picture.settings["the report"]
    agrees(report, plain, thetas[-1])
    places = np.array([[0, 0], [3.5, 0], [-3.5, 0], [0, 3.5], [0, -3.5]])
    p = plain.probabilities(plain.forward(thetas[-1], inputs(settings, places))[0])
    stated = [float(value) for value in re.findall(NUMBER, report.partition("probabilities")[2])]
    np.testing.assert_allclose(stated, p, atol=0.0051)


PLAYGROUND_PROOFS = {
    "learning/playground-data": surface_of_data,
    "learning/playground-features": surface_of_features,
    "basics/playground-hidden-units": surface_of_units,
    "losses/playground-three-classes": surface_of_class,
    "optimizers/playground-rates": losses_by_rate,
    "optimizers/playground-batch-size": losses_by_batch,
    "vanishing/playground-starts": losses_by_start,
    "vanishing/playground-layer-gradients": gradients_of_layers,
    "regularization/playground-fits": losses_of_fits,
    "regularization/playground-l1": weights_under_l1,
    "troubleshooting/playground-losses": losses_of_runs,
    "troubleshooting/playground-surface": surface_of_runs,
}
