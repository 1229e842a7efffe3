"""The topics of the bank: which chapter each belongs to, and how pages call it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A topic's chapter number and title."""

    chapter: int
    title: str


TOPICS: dict[str, Topic] = {
    "learning": Topic(1, "What deep learning is"),
    "basics": Topic(2, "Neural-network basics and activations"),
    "backprop": Topic(3, "Forward and backward pass"),
    "losses": Topic(3, "Losses and softmax"),
    "optimizers": Topic(4, "Optimizers"),
    "regularization": Topic(5, "Penalties, dropout and fitting"),
    "normalization": Topic(5, "Batch and layer norm"),
    "vanishing": Topic(6, "Vanishing gradients and initialization"),
    "exploding": Topic(7, "Exploding gradients and clipping"),
    "recurrent": Topic(8, "Recurrent networks and backpropagation through time"),
    "lstm": Topic(8, "LSTM by hand"),
    "gru": Topic(8, "GRU"),
    "seq2seq": Topic(8, "Sequence to sequence"),
    "attention": Topic(8, "Attention"),
    "embeddings": Topic(8, "Embeddings"),
    "convolution": Topic(9, "Convolution and pooling"),
    "transformers": Topic(9, "Transformers"),
    "autoencoders": Topic(9, "Autoencoders"),
    "vae": Topic(9, "Variational autoencoders"),
    "gan": Topic(9, "Generative adversarial networks"),
    "troubleshooting": Topic(9, "Training in practice"),
}
