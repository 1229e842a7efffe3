"""The encoder block of a transformer: self-attention and a feed-forward network, each with a
residual connection and a layer norm, over one flat theta."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import Elementwise, as_floats
from engine.initializers import Initializer
from engine.layers import Activation, Dense, Layer, LayerNorm
from engine.multi_head import MultiHead, MultiHeadCache
from engine.types import Array, Grads, Views

Sublayer = Callable[[Array], tuple[Array, Any]]
SublayerBack = Callable[[Any, Array], tuple[Array, dict[str, Grads]]]
Parts = Mapping[str, Views]  # the named views of each part, by its name
FEED_FORWARD = ("dense1", "bend", "dense2")


class HalfCache(NamedTuple):
    """What one half leaves for its backward pass: the sublayer's cache and the norm's."""

    sublayer: Any
    norm: Any


class BlockCache(NamedTuple):
    """The caches of both halves, and what passes from one to the other (n, t, d)."""

    first: HalfCache
    second: HalfCache
    between: Array

    @property
    def weights(self) -> Array:
        """The attention weights (n, h, t, t)."""
        return np.asarray(self.first.sublayer.weights)


@dataclass(frozen=True)
class EncoderBlock:
    """Two sublayers f, self-attention and then the feed-forward network, around each

    norm(x + f(x))    by default, post-norm (Vaswani et al. 2017, section 3.1), or
    x + f(norm(x))    with `norm_first`, pre-norm (Xiong et al. 2020, figure 1b).

    The feed-forward network is dense, activation ("relu", "gelu", ...), dense, from d to `hidden`
    and back, for every token alike (Vaswani et al. 2017, equation 2). Parameters are named
    "attention.W_Q", "norm1.gamma", "dense1.W" and so on. Raises ValueError for sizes that do not
    fit and for an unknown activation.
    """

    d: int
    heads: int
    hidden: int
    activation: str | Elementwise = "relu"
    norm_first: bool = False
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        _ = self.attention, self.layers  # each refuses what it cannot be

    @cached_property
    def attention(self) -> MultiHead:
        """The first sublayer."""
        return MultiHead(self.d, self.heads)

    @cached_property
    def layers(self) -> Mapping[str, Layer]:
        """The layers that see one token at a time."""
        return {
            "norm1": LayerNorm(self.d, self.epsilon),
            "dense1": Dense(self.d, self.hidden),
            "bend": Activation(self.activation),
            "dense2": Dense(self.hidden, self.d),
            "norm2": LayerNorm(self.d, self.epsilon),
        }

    @cached_property
    def shapes(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """The shapes of the parameters by part and short name, in the order they lie in theta."""
        return {
            "attention": self.attention.shapes(),
            **{name: layer.shapes() for name, layer in self.layers.items()},
        }

    @property
    def size(self) -> int:
        """The number of parameters: the length of theta."""
        return sum(math.prod(shape) for own in self.shapes.values() for shape in own.values())

    def multiplications(self, t: int) -> int:
        """How many products t tokens take: attention and the feed-forward network. Softmax,
        norms and the activation are left out."""
        return self.attention.multiplications(t, t) + 2 * t * self.d * self.hidden

    def unpack(self, theta: ArrayLike) -> dict[str, Array]:
        """Shaped views of theta by name, without copies. ValueError for a wrong size."""
        parts = self._parts(theta)
        return {f"{part}.{key}": v for part, own in parts.items() for key, v in own.items()}

    def initialize(
        self, rng: np.random.Generator, scheme: str | Initializer = "xavier_uniform"
    ) -> Array:
        """A starting theta (size,): weights by the scheme, biases 0, gains of norms 1."""
        drawn = {name: layer.initialize(rng, scheme) for name, layer in self.layers.items()}
        return self._packed(drawn | {"attention": self.attention.initialize(rng, scheme)})

    def forward(
        self, theta: ArrayLike, x: ArrayLike, allowed: ArrayLike | None = None
    ) -> tuple[Array, BlockCache]:
        """Output (n, t, d) for x (n, t, d), and what `backward` takes.

        `allowed` is a mask of `engine.multi_head`. Raises ValueError for a theta of the wrong
        size and as `MultiHead.forward` does.
        """
        p, x = self._parts(theta), self.attention.checked(x)

        def attend(h: Array) -> tuple[Array, MultiHeadCache]:
            return self.attention.forward(p["attention"], h, h, allowed)

        def feed(h: Array) -> tuple[Array, list[Any]]:
            caches = []
            for name in FEED_FORWARD:
                h, cache = self._on_tokens(name, p, h)
                caches.append(cache)
            return h, caches

        between, first = self._around(attend, "norm1", p, x)
        y, second = self._around(feed, "norm2", p, between)
        return y, BlockCache(first, second, between)

    def backward(self, theta: ArrayLike, cache: BlockCache, dy: ArrayLike) -> tuple[Array, Array]:
        """Derivatives by theta (size,) and by x (n, t, d), from dy (n, t, d). Raises ValueError
        for a dy of another shape."""
        p, arriving = self._parts(theta), as_floats(dy)
        if arriving.shape != cache.between.shape:
            raise ValueError(f"expected dy of shape {cache.between.shape}, got {arriving.shape}")

        def attend_back(inner: MultiHeadCache, d: Array) -> tuple[Array, dict[str, Grads]]:
            by_query, by_key, own = self.attention.backward(p["attention"], inner, d)
            return by_query + by_key, {"attention": own}

        def feed_back(inner: list[Any], d: Array) -> tuple[Array, dict[str, Grads]]:
            grads: dict[str, Grads] = {}
            for name, own in zip(reversed(FEED_FORWARD), reversed(inner), strict=True):
                d, grads[name] = self._on_tokens_back(name, p, own, d)
            return d, grads

        dbetween, late = self._around_back(feed_back, "norm2", p, cache.second, arriving)
        dx, early = self._around_back(attend_back, "norm1", p, cache.first, dbetween)
        return self._packed(early | late), dx

    def _around(self, f: Sublayer, norm: str, p: Parts, x: Array) -> tuple[Array, HalfCache]:
        """One half of the block: a sublayer, its residual connection and its norm."""
        if self.norm_first:
            h, normed = self._on_tokens(norm, p, x)
            y, inner = f(h)
            return x + y, HalfCache(inner, normed)
        y, inner = f(x)
        h, normed = self._on_tokens(norm, p, x + y)
        return h, HalfCache(inner, normed)

    def _around_back(
        self, f_back: SublayerBack, norm: str, p: Parts, cache: HalfCache, dy: Array
    ) -> tuple[Array, dict[str, Grads]]:
        if self.norm_first:
            dh, grads = f_back(cache.sublayer, dy)
            through, own = self._on_tokens_back(norm, p, cache.norm, dh)
            return dy + through, grads | {norm: own}
        dsum, own = self._on_tokens_back(norm, p, cache.norm, dy)
        through, grads = f_back(cache.sublayer, dsum)
        return dsum + through, grads | {norm: own}

    def _on_tokens(self, name: str, p: Parts, x: Array) -> tuple[Array, Any]:
        """A layer over rows applied to every token of x (n, t, a)."""
        y, cache = self.layers[name].forward(p[name], x.reshape(-1, x.shape[2]))
        return y.reshape(*x.shape[:2], -1), cache

    def _on_tokens_back(self, name: str, p: Parts, cache: Any, dy: Array) -> tuple[Array, Grads]:
        dx, own = self.layers[name].backward(p[name], cache, dy.reshape(-1, dy.shape[2]))
        return dx.reshape(*dy.shape[:2], -1), own

    def _parts(self, theta: ArrayLike) -> dict[str, dict[str, Array]]:
        flat = as_floats(theta)
        if flat.shape != (self.size,):
            raise ValueError(f"expected theta of shape ({self.size},), got {flat.shape}")
        parts: dict[str, dict[str, Array]] = {}
        start = 0
        for part, shapes in self.shapes.items():
            parts[part] = {}
            for key, shape in shapes.items():
                stop = start + math.prod(shape)
                parts[part][key] = flat[start:stop].reshape(shape)
                start = stop
        return parts

    def _packed(self, values: Parts) -> Array:
        ordered = [values[part][key] for part, own in self.shapes.items() for key in own]
        return np.concatenate([value.ravel() for value in ordered])
