"""Chapter 1: nested fields, a matching game, XOR and a hierarchy of features."""

from pages.ui.check_yourself import check_yourself
from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import fields, hierarchy, matching, xor

LABS = {
    "fields": fields.lab,
    "matching": matching.lab,
    "xor": xor.lab,
    "hierarchy": hierarchy.lab,
}

entry = open_page("deep_learning")
LABS[choose_lab(entry)]()
check_yourself(entry)
