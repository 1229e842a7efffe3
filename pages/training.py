"""Chapter 3: both passes step by step, the gradient check and the update."""

from pages.ui.check_yourself import check_yourself
from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import backprop, gradcheck, update

LABS = {
    "backprop": backprop.lab,
    "gradcheck": gradcheck.lab,
    "update": update.lab,
}

entry = open_page("training")
LABS[choose_lab(entry)]()
check_yourself(entry)
