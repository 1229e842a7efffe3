"""Chapter 6: depth, initializations, which layers learn, and symmetry."""

from pages.ui.check_yourself import check_yourself
from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import depth, initializations, learning, symmetry

LABS = {
    "depth": depth.lab,
    "initializations": initializations.lab,
    "learning": learning.lab,
    "symmetry": symmetry.lab,
}

entry = open_page("vanishing_gradients")
LABS[choose_lab(entry)]()
check_yourself(entry)
