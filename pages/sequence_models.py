"""Chapter 8: a network unrolled over time, its gradients, the gates of a cell, memory and costs."""

from pages.ui.check_yourself import check_yourself
from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import cell, costs, gradient_flow, memory, unrolled

LABS = {
    "unrolled": unrolled.lab,
    "gradient_flow": gradient_flow.lab,
    "cell": cell.lab,
    "memory": memory.lab,
    "costs": costs.lab,
}

entry = open_page("sequence_models")
LABS[choose_lab(entry)]()
check_yourself(entry)
