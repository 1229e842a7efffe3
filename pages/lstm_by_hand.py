"""The LSTM of the blog post, forward and backward by hand, number by number."""

from pages.ui.check_yourself import check_yourself
from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import derivation, notation, softmax_head, trails, weights

LABS = {
    "trails": trails.lab,
    "derivation": derivation.lab,
    "weights": weights.lab,
    "notation": notation.lab,
    "softmax_head": softmax_head.lab,
}

entry = open_page("lstm_by_hand")
LABS[choose_lab(entry)]()
check_yourself(entry)
