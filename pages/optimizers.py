"""Chapter 4: race the update rules, compare their conventions, map where they converge."""

from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import conventions, race

LABS = {"race": race.lab, "conventions": conventions.lab}

LABS[choose_lab(open_page("optimizers"))]()
