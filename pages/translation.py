"""The post's application: an encoder-decoder that translates, looked into, trained and compared."""

from pages.ui.check_yourself import check_yourself
from pages.ui.frame import open_page
from pages.ui.lab import choose_lab
from pages.ui.labs import bottleneck, road, train_translator, translate, word_step

LABS = {
    "translate": translate.lab,
    "bottleneck": bottleneck.lab,
    "train_translator": train_translator.lab,
    "word_step": word_step.lab,
    "road": road.lab,
}

entry = open_page("translation")
LABS[choose_lab(entry)]()
check_yourself(entry)
