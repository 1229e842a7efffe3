"""Chapter 7: products of Jacobians, what clipping does, and descent at a cliff."""

from pages.ui.check_yourself import check_yourself
from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import cliff, clipping, products

LABS = {
    "products": products.lab,
    "clipping": clipping.lab,
    "cliff": cliff.lab,
}

entry = open_page("exploding_gradients")
LABS[choose_lab(entry)]()
check_yourself(entry)
