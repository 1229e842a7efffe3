"""Chapter 2: activation functions, one neuron, a small network and softmax."""

from pages.ui.check_yourself import check_yourself
from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import activations, network, neuron, softmax

LABS = {
    "activations": activations.lab,
    "neuron": neuron.lab,
    "network": network.lab,
    "softmax": softmax.lab,
}

entry = open_page("foundations")
LABS[choose_lab(entry)]()
check_yourself(entry)
