"""Chapter 4: race the update rules, compare their conventions, map where they converge."""

from pages.ui.check_yourself import check_yourself
from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import batches, conventions, convergence_map, race

LABS = {
    "race": race.lab,
    "conventions": conventions.lab,
    "map": convergence_map.lab,
    "batches": batches.lab,
}

entry = open_page("optimizers")
LABS[choose_lab(entry)]()
check_yourself(entry)
