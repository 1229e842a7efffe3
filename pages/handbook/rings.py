"""The nested fields in words: what each adds, what it learns, what stays fixed by hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ring:
    """One field. `beside` is what lies in it but not in the next; `system` is this page's own."""

    name: str
    adds: str
    typical: str
    learned: str
    by_hand: str
    beside: str
    system: str


RINGS = {
    "ai": Ring(
        "Artificial intelligence",
        "Programs for tasks that seem to need thought, by whatever means.",
        "A chess program that searches; a rule book for loans.",
        "Nothing has to be.",
        "Rules, facts and the search.",
        "Rules and search",
        "a rule of thumb",
    ),
    "ml": Ring(
        "Machine learning",
        "Examples set the numbers in the program.",
        "A line through prices; a spam filter that counts words.",
        "The weight of each given feature.",
        "The features, and the form of the model.",
        "Lines, trees, neighbors",
        "a line",
    ),
    "dl": Ring(
        "Deep learning",
        "Several learned layers: the features are learned as well.",
        "A network that names what is in a photo.",
        "The features, and what is made of them.",
        "Layers, loss and optimizer.",
        "Networks that classify or measure",
        "a network",
    ),
    "generative": Ring(
        "Generative AI",
        "How the data are spread is learned, so that new examples can be drawn.",
        "A model that draws a picture for a sentence.",
        "How likely each example is, or how to draw one.",
        "What counts as an example, and how one is drawn.",
        "Makers of pictures and sound",
        "a network that draws prices",
    ),
    "language": Ring(
        "Language models",
        "The examples are texts, made one token after the other.",
        "A chat assistant; the completion on a phone.",
        "The probability of each next token after those before it.",
        "The vocabulary, and how far back it looks.",
        "",
        "a network that writes adverts",
    ),
}
