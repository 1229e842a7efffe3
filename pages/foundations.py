"""Chapter 2: activation functions, one neuron, a small network and softmax."""

from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import activations, network, neuron, softmax

LABS = {
    "activations": activations.lab,
    "neuron": neuron.lab,
    "network": network.lab,
    "softmax": softmax.lab,
}

LABS[choose_lab(open_page("foundations"))]()
