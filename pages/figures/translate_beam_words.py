"""What the translation lab says of the beam: its candidates, what it found, and greedy decoding."""

from __future__ import annotations

from engine.seq2seq.beam import Beam
from engine.translation.vocabulary import Vocabulary
from engine.translation.words import join
from pages.figures.base import counted, number
from pages.figures.translate import Translation
from pages.figures.translate_reading import plain


def describe_beam(beam: Beam, made: Translation, other: Translation) -> str:
    """How many candidates there were, the best translations, and what greedy, the other one,
    writes."""
    kept = sum(node.kept for node in beam.nodes)
    write, best = made.translator.write, beam.hypotheses[0]
    found = [
        f"{k}. **{plain(write(found.ids)) or '(nothing)'}** score {number(found.score, 4)}, "
        f"log-probability {number(found.log_probability, 4)}"
        f"{'' if found.ended else ', not ended'}"
        for k, found in enumerate(beam.hypotheses, 1)
    ]
    outputs = other.ids[: len(other.ids) - other.ended]
    same = (
        "Greedy decoding writes the same as the best of them."
        if outputs == best.ids
        else f"Greedy decoding writes “{plain(other.english)}”, log-probability "
        f"{number(other.log_probability, 4)}."
    )
    return (
        f"A beam of width {made.decoding.width}: **{counted(kept, 'word')}** kept; of those "
        f"dropped, the best {len(beam.nodes) - kept} are drawn. {same}\n\n" + "\n".join(found)
    )


def beam_alt(beam: Beam, target: Vocabulary) -> str:
    """What the tree shows."""
    kept = sum(node.kept for node in beam.nodes)
    best = join(target.decode(beam.hypotheses[0].ids))
    steps = 1 + max(node.step for node in beam.nodes)
    return (
        f"A tree of words over {counted(steps, 'step')}: {kept} kept, {len(beam.nodes) - kept} "
        f"dropped. The best path is “{best or 'nothing'}”."
    )
