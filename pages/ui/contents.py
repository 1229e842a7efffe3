"""The table of contents: every page once, for the navigation, the titles and the cards on Home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One page. `question` is what the page answers; `labs` maps a lab's slug to its name."""

    slug: str
    title: str
    icon: str
    section: str
    question: str
    chapter: int | None = None
    labs: Mapping[str, str] = field(default_factory=dict)


CHAPTERS = {2: "Foundations", 3: "Training", 4: "Optimizers"}  # as the handbook numbers them

CONTENTS = (
    Entry(
        "home",
        "Gradient Gym",
        ":material/home:",
        "",
        "See a network learn, check every gradient, and be ready for the interview.",
    ),
    Entry(
        "foundations",
        "Foundations",
        ":material/hub:",
        "Learn",
        "What can a network of neurons compute that a single line cannot?",
        chapter=2,
        labs={
            "activations": "Activations",
            "neuron": "One neuron",
            "network": "House-price network",
            "softmax": "Softmax",
        },
    ),
    Entry(
        "optimizers",
        "Optimizers",
        ":material/trending_down:",
        "Learn",
        "Why does momentum cross a ravine that plain descent zigzags in?",
        chapter=4,
        labs={
            "race": "Race",
            "conventions": "Conventions",
            "map": "Convergence map",
            "batches": "Mini-batches",
        },
    ),
    Entry(
        "practice",
        "Practice",
        ":material/quiz:",
        "Practice",
        "Can you derive it, and get the number right?",
    ),
)

PAGES: dict[str, Entry] = {entry.slug: entry for entry in CONTENTS}
