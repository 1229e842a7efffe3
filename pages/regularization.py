"""Chapter 5: fitting, dropout, penalties, batch norm, augmentation and early stopping."""

from pages.ui.check_yourself import check_yourself
from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import augmentation, batchnorm, dropout, fitting, penalties, stopping

LABS = {
    "fitting": fitting.lab,
    "dropout": dropout.lab,
    "penalties": penalties.lab,
    "batchnorm": batchnorm.lab,
    "augmentation": augmentation.lab,
    "stopping": stopping.lab,
}

entry = open_page("regularization")
LABS[choose_lab(entry)]()
check_yourself(entry)
