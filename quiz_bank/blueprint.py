"""How many items of which kind and difficulty the bank must hold of each subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from quiz_bank.model import DIFFICULTIES, Kind, Question

COLUMNS: Mapping[str, tuple[Kind, ...]] = {
    "number": ("number", "vector"),
    "formula": ("formula",),
    "matrix": ("matrix",),
    "choice": ("choice", "choices"),
    "order": ("order",),
    "wrong line": ("wrong line",),
    "picture": ("picture",),
    "own words": ("own words",),
    "staged": ("staged",),
}
LEAST_ITEMS = 182
LEAST_TAGGED = {"essential": 50, "complete": 100}


@dataclass(frozen=True)
class Subject:
    """A row of the blueprint: its topics, and the least numbers of items by difficulty (easy,
    medium, hard) and by column, in the order of COLUMNS."""

    topics: tuple[str, ...]
    levels: tuple[int, int, int]
    columns: tuple[int, ...]


BLUEPRINT: Mapping[str, Subject] = {
    "Deep learning": Subject(("learning",), (0, 0, 0), (0, 0, 0, 0, 0, 0, 0, 0)),
    "Basics, activations": Subject(("basics",), (6, 4, 2), (3, 2, 0, 3, 0, 1, 1, 2)),
    "Forward and backward": Subject(("backprop",), (3, 7, 4), (5, 2, 4, 0, 1, 2, 0, 0)),
    "Losses, softmax": Subject(("losses",), (2, 4, 2), (3, 2, 0, 1, 0, 1, 0, 1)),
    "Optimizers": Subject(("optimizers",), (4, 8, 4), (6, 1, 0, 2, 1, 2, 3, 1)),
    "L1, L2, dropout": Subject(("regularization",), (3, 5, 2), (4, 1, 0, 2, 0, 1, 1, 1)),
    "Batch and layer norm": Subject(("normalization",), (2, 5, 2), (3, 0, 1, 2, 1, 1, 0, 1)),
    "Vanishing, exploding": Subject(
        ("vanishing", "exploding"), (3, 5, 2), (4, 0, 0, 2, 0, 1, 2, 1)
    ),
    "Recurrent networks": Subject(("recurrent",), (2, 4, 3), (4, 1, 1, 0, 1, 1, 0, 1)),
    "LSTM by hand": Subject(("lstm",), (3, 6, 7), (9, 2, 0, 1, 1, 2, 0, 1)),
    "GRU": Subject(("gru",), (1, 3, 1), (2, 1, 0, 1, 0, 0, 0, 1)),
    "Sequence to sequence": Subject(("seq2seq",), (3, 4, 2), (3, 0, 0, 2, 2, 1, 0, 1)),
    "Convolution": Subject(("convolution",), (4, 6, 2), (6, 0, 2, 2, 0, 1, 0, 1)),
    "Embeddings": Subject(("embeddings",), (2, 3, 1), (2, 0, 1, 2, 0, 0, 0, 1)),
    "Multi-head attention": Subject(("attention",), (2, 5, 3), (3, 0, 3, 1, 1, 1, 0, 1)),
    "Transformers": Subject(("transformers",), (3, 4, 2), (2, 0, 0, 3, 2, 1, 0, 1)),
    "Autoencoders": Subject(("autoencoders",), (2, 2, 1), (1, 0, 0, 2, 0, 0, 1, 1)),
    "VAE": Subject(("vae",), (1, 3, 3), (3, 2, 0, 1, 0, 0, 0, 1)),
    "GAN": Subject(("gan",), (2, 3, 2), (2, 1, 0, 1, 1, 0, 1, 1)),
    "Training in practice": Subject(("troubleshooting",), (3, 4, 1), (0, 0, 0, 2, 0, 1, 3, 2)),
}


@dataclass(frozen=True)
class Coverage:
    """What the bank holds of a subject: items by difficulty and by column, and the columns and
    difficulties that fall short, as "column: has of wanted"."""

    subject: str
    levels: tuple[int, ...]
    columns: tuple[int, ...]
    holes: tuple[str, ...]


def coverage(questions: Iterable[Question]) -> Iterator[Coverage]:
    """One line for each subject of the blueprint."""
    listed = tuple(questions)
    for name, subject in BLUEPRINT.items():
        own = [q for q in listed if q.topic in subject.topics]
        kinds, levels = Counter(q.kind for q in own), Counter(q.difficulty for q in own)
        by_column = tuple(sum(kinds[kind] for kind in group) for group in COLUMNS.values())
        by_level = tuple(levels[level] for level in DIFFICULTIES)
        found = dict(zip((*COLUMNS, *DIFFICULTIES), (*by_column, *by_level), strict=True))
        wanted = dict(zip(COLUMNS, subject.columns, strict=False))
        wanted |= dict(zip(DIFFICULTIES, subject.levels, strict=True))
        short = [f"{key}: {found[key]} of {n}" for key, n in wanted.items() if found[key] < n]
        yield Coverage(name, by_level, by_column, tuple(short))


def shortages(questions: Iterable[Question]) -> Iterator[str]:
    """What the bank as a whole lacks: items in all, and items by tag."""
    listed = tuple(questions)
    if len(listed) < LEAST_ITEMS:
        yield f"{len(listed)} items of {LEAST_ITEMS}"
    tags = Counter(tag for question in listed for tag in question.tags)
    for tag, least in LEAST_TAGGED.items():
        if tags[tag] < least:
            yield f"{tags[tag]} items tagged {tag} of {least}"
