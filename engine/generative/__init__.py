"""Models that generate data or encode it: autoencoders, variational autoencoders, and two networks
that play against each other."""

from engine.generative.adversarial import Gan
from engine.generative.autoencoder import CORRUPTIONS, Autoencoder
from engine.generative.gan import GAN_LOSSES, GanLoss
from engine.generative.vae import LIKELIHOODS, VAE, Likelihood

__all__ = [
    "CORRUPTIONS",
    "GAN_LOSSES",
    "LIKELIHOODS",
    "VAE",
    "Autoencoder",
    "Gan",
    "GanLoss",
    "Likelihood",
]
