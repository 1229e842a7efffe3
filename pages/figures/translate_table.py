"""The numbers behind each view of the translation lab, a table each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.seq2seq.beam import Beam
from engine.translation.vocabulary import Vocabulary
from pages.figures.translate import Translation
from pages.figures.translate_beam import word_of
from pages.figures.translate_encoder import chosen_units, values

RUNNERS_UP = 3


def steps_table(made: Translation) -> pd.DataFrame:
    """A row per English word: probability, runners-up and attention weights."""
    rows = []
    for t, k in enumerate(made.ids):
        p = made.probabilities[t]
        others = [other for other in made.best(t, RUNNERS_UP + 1) if other != k][:RUNNERS_UP]
        rows.append(
            {
                "t": t + 1,
                "word": made.words[t],
                "probability": float(p[k]),
                "log-probability": float(np.log(p[k])) if p[k] > 0 else -np.inf,
                "runners-up": ", ".join(f"{made.word(o)} {p[o]:.4g}" for o in others),
                **_weights(made, t),
            }
        )
    return pd.DataFrame(rows)


def _weights(made: Translation, t: int) -> dict[str, float]:
    if made.weights is None:
        return {}
    places = enumerate(zip(made.source, made.weights[t], strict=True), 1)
    return {f"weight of {k}, {word}": float(w) for k, (word, w) in places}


def encoder_table(made: Translation, state: str) -> pd.DataFrame:
    """A row per unit that is shown, a column per German word."""
    found = values(made, state)
    return pd.DataFrame(
        [
            {"unit": k + 1, "reading": way}
            | {f"{i}, {word}": found[i - 1, k] for i, word in enumerate(made.source, 1)}
            for way, part in chosen_units(made, state).items()
            for k in part
        ]
    )


def vector_table(made: Translation) -> pd.DataFrame:
    """Every number of the encoder's last state."""
    h, c = (part[-1, 0].astype(float) for part in made.memory.state)
    return pd.DataFrame({"unit": np.arange(1, 1 + len(h)), "h": h, "c": c})


def beam_table(beam: Beam, target: Vocabulary) -> pd.DataFrame:
    """A row per word that was considered."""
    return pd.DataFrame(
        {
            "number": np.arange(1, 1 + len(beam.nodes)),
            "comes after": [
                f"{node.parent + 1}" if node.parent >= 0 else "start" for node in beam.nodes
            ],
            "step": [node.step + 1 for node in beam.nodes],
            "word": [word_of(node, target) for node in beam.nodes],
            "probability": np.exp([node.log_probability for node in beam.nodes]),
            "log-probability so far": [node.total for node in beam.nodes],
            "kept": [node.kept for node in beam.nodes],
        }
    )
