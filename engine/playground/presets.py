"""Runs worth seeing: what fails, and what mends it, with what to look for in each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.playground.settings import Settings


@dataclass(frozen=True)
class Preset:
    """A run with a name, a sentence or two on what to look for, the epochs after which that is
    seen, and the slug of the page on it."""

    name: str
    words: str
    settings: Settings
    epochs: int
    chapter: str


def _preset(name: str, words: str, settings: Settings, epochs: int, chapter: str) -> Preset:
    """One that stops by itself."""
    return Preset(name, words, replace(settings, stop_epochs=epochs), epochs, chapter)


def _deep(settings: Settings, units: int, layers: int, kind: str, scheme: str) -> Settings:
    """The settings with hidden layers that are all alike."""
    return replace(
        settings, units=(units,) * layers, activations=(kind,) * layers, initializer=scheme
    )


XOR = Settings(data="xor", noise=0.05, rate=0.3)
RINGS = Settings(data="circle", optimizer="RMSProp", rate=1.0, schedule="cosine", horizon=60)
MOONS = Settings(data="moons", rate=0.3)
STACK = _deep(MOONS, 6, 6, "sigmoid", "xavier_uniform")
FEW = _deep(
    Settings(data="gaussians", noise=0.5, n=120, share=0.25, optimizer="Adam", rate=0.01),
    16,
    2,
    "relu",
    "he_normal",
)
PLANE = Settings(data="plane", units=(), activations=(), rate=0.3, batch_size=200)

PRESETS: dict[str, Preset] = {
    "xor_line": _preset(
        "XOR without a hidden layer",
        "A line cannot separate XOR: the boundary turns and the accuracy stays near one half.",
        replace(XOR, units=(), activations=()),
        100,
        "foundations",
    ),
    "xor_one": _preset(
        "XOR with one hidden unit",
        "One unit has one direction: its boundary is one line, and about a third of the points "
        "stays on the wrong side.",
        _deep(XOR, 1, 1, "tanh", "xavier_uniform"),
        100,
        "foundations",
    ),
    "xor_solved": _preset(
        "XOR with four hidden units",
        "Each unit draws a line and the output combines them: look at the four small pictures.",
        _deep(XOR, 4, 1, "tanh", "xavier_uniform"),
        100,
        "foundations",
    ),
    "zeros": _preset(
        "All weights start at zero",
        "The four units get the same gradient at every step, so they stay copies of one unit: "
        "their pictures are the same, and the boundary is a line.",
        _deep(replace(MOONS, rate=1.0), 4, 1, "sigmoid", "zeros"),
        100,
        "training",
    ),
    "zeros_cured": _preset(
        "Cure: random starting weights",
        "Units that start apart learn different lines, and together they separate the moons.",
        _deep(replace(MOONS, rate=1.0), 4, 1, "sigmoid", "xavier_uniform"),
        100,
        "training",
    ),
    "relu_dies": _preset(
        "ReLU dies at a large rate",
        "Huge steps push all units of the second layer below zero for every example: their "
        "gradient is zero, and nothing is learned anymore.",
        _deep(RINGS, 4, 2, "relu", "he_normal"),
        60,
        "foundations",
    ),
    "leaky": _preset(
        "Cure: Leaky ReLU at the same rate",
        "A slope of 0.01 below zero lets a gradient through, so no unit stays dead.",
        _deep(RINGS, 4, 2, "leaky_relu", "he_normal"),
        60,
        "foundations",
    ),
    "vanishing": _preset(
        "Six sigmoid layers: the gradient vanishes",
        "At the start the gradient of the first layer is less than a hundredth of the output's, "
        "and the accuracy stays near one half.",
        STACK,
        100,
        "vanishing_gradients",
    ),
    "vanishing_relu": _preset(
        "Cure: ReLU with He weights",
        "Six layers again, but these pass the gradient on, and the moons come apart.",
        replace(_deep(MOONS, 6, 6, "relu", "he_normal"), rate=0.1),
        100,
        "vanishing_gradients",
    ),
    "vanishing_norm": _preset(
        "Cure: batch norm",
        "Sigmoids again, but what enters each is centered and scaled, so its slope is not lost.",
        replace(STACK, batch_norm=True),
        100,
        "vanishing_gradients",
    ),
    "vanishing_residual": _preset(
        "Cure: residual connections",
        "Sigmoids again, but around each layer but the first there is a way on which the gradient "
        "keeps its size.",
        replace(STACK, residual=True),
        100,
        "vanishing_gradients",
    ),
    "overfit": _preset(
        "Overfitting: 30 noisy points",
        "A large network learns its 30 points by heart: the training loss falls while the test "
        "loss rises far above it.",
        FEW,
        200,
        "regularization",
    ),
    "overfit_l2": _preset(
        "Cure: L2",
        "A penalty on large weights keeps the boundary smooth and the test loss low.",
        replace(FEW, penalty="l2", strength=0.1),
        200,
        "regularization",
    ),
    "overfit_dropout": _preset(
        "Cure: dropout",
        "No unit can rely on another: the test loss rises much less.",
        replace(FEW, dropout=0.7),
        200,
        "regularization",
    ),
    "overfit_stopping": _preset(
        "Cure: early stopping",
        "The run ends by itself when the test loss has not become better for 5 epochs.",
        replace(FEW, patience=5),
        200,
        "regularization",
    ),
    "overfit_data": _preset(
        "Cure: more data",
        "900 training points instead of 30 cannot be learned by heart: the losses stay together.",
        replace(FEW, n=1000, share=0.9),
        200,
        "regularization",
    ),
    "diverges": _preset(
        "Divergence: the rate is too large",
        "A network without hidden layers could fit this plane, but every step, on all examples at "
        "once, goes farther beyond the minimum: the loss grows without end.",
        PLANE,
        100,
        "exploding_gradients",
    ),
    "clipped": _preset(
        "Cure: clipping at the same rate",
        "No gradient counts as longer than 0.1, so no step is too long, and the plane is found.",
        replace(PLANE, clip="norm", limit=0.1),
        100,
        "exploding_gradients",
    ),
    "spiral": _preset(
        "Spiral from x₁ and x₂ alone",
        "Two layers of eight units and Adam wind a boundary through the arms, without sines or "
        "squares as inputs.",
        _deep(
            Settings(data="spiral", noise=0.05, n=500, optimizer="Adam", rate=0.01),
            8,
            2,
            "tanh",
            "xavier_uniform",
        ),
        300,
        "optimizers",
    ),
    "houses": _preset(
        "House prices",
        "Four columns and a price: the hidden layer bends with the distance to the ocean. Without "
        "it, R² ends lower.",
        _deep(
            Settings(data="houses", n=500, optimizer="Adam", rate=0.01), 8, 1, "relu", "he_normal"
        ),
        100,
        "deep_learning",
    ),
}
"""Each run by its key, a failure before its cures."""
