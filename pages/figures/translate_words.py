"""What the translation lab says of a step, of attention and of the encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pages.figures.base import counted, listed, number
from pages.figures.translate import Translation, placed
from pages.figures.translate_encoder import STATES, changes, chosen_units, halves
from pages.figures.translate_reading import plain, spoken
from pages.figures.translate_runners_up import share

OPTIONS = 6  # of a prediction, at most


def quoted(word: str) -> str:
    """A word in quotation marks, for Markdown."""
    return f"“{plain(word)}”"


def question(made: Translation) -> tuple[str, list[str], str]:
    """What is asked before the translation is shown: question, options and the right one.

    With attention: where the second word looks; without: what it is.
    """
    t = min(2, len(made.ids))
    start = f"The translation starts with {quoted(made.words[0])}. " if t > 1 else ""
    which = "next" if t > 1 else "first"
    if made.weights is None:
        options = [made.word(k) for k in made.best(t - 1, 4)]
        return f"{start}Which word comes {which}?", sorted(options), made.words[t - 1]
    row, names = made.weights[t - 1], placed(made)
    order = sorted(np.argsort(-row, kind="stable")[:OPTIONS].tolist())
    ask = f"{start}Which German word weighs most when the model writes the {which} word?"
    return ask, [names[k] for k in order], names[int(row.argmax())]


def describe_step(made: Translation, t: int) -> str:
    """Word t (from 1): its probability, the runners-up, and what it looks at."""
    p = made.probabilities[t - 1]
    others = [k for k in made.best(t - 1, 4) if k != made.ids[t - 1]][:2]
    after = listed([f"{quoted(made.word(k))} ({share(float(p[k]))})" for k in others])
    how = f" at temperature {made.decoding.heat:g}" if made.decoding.kind == "sample" else ""
    behind = "it is followed by" if made.chances[t - 1] >= p.max() else "there were also"
    return (
        f"Word {t} of {len(made.ids)}, **{quoted(made.words[t - 1])}**, has probability "
        f"**{share(float(made.chances[t - 1]))}**{how}; {behind} {after}. {_look(made, t)}"
    )


def _look(made: Translation, t: int) -> str:
    if made.weights is None:
        size = sum(part[:, 0].size for part in made.memory.state)
        return (
            f"There is no attention: of the {counted(len(made.source), 'German word')} it has only "
            f"the **{size} numbers** of the encoder's last state."
        )
    row = made.weights[t - 1]
    best = int(row.argmax())
    return (
        f"It looks most at **{quoted(placed(made)[best])}**, with a weight of "
        f"**{share(float(row[best]))}**."
    )


def player_alt(made: Translation, t: int) -> str:
    """What the picture of words and lines shows."""
    return (
        f"German words at the left: {_all(made.source)}; English ones at the right so far: "
        f"{_all(made.words[:t])}; lines between them as wide as the weights. "
        f"{spoken(describe_step(made, t))}"
    )


def _all(words: Sequence[str]) -> str:
    return " ".join(f"“{word}”" for word in words)


def runners_up_alt(made: Translation, t: int, count: int) -> str:
    """What the bars of a step show."""
    p = made.probabilities[t - 1]
    best = made.best(t - 1, count)
    told = ", ".join(f"“{made.word(k)}” {number(float(p[k]), 2)}" for k in best)
    return f"Bars of the probabilities of word {t}: {told}. Written is “{made.words[t - 1]}”."


def jumps(made: Translation) -> int:
    """How often the strongest weight lies further left than that of the word before, (end) not
    counted; 0 without attention."""
    if made.weights is None:
        return 0
    places = made.weights.argmax(axis=1)[: len(made.ids) - made.ended]
    return int((np.diff(places) < 0).sum())


def describe_attention(made: Translation, t: int) -> str:
    """The framed row, how sharp all rows are, and how often attention goes back."""
    assert made.weights is not None
    back = jumps(made)
    sharp = int((made.weights.max(axis=1) >= 0.5).sum())
    order = (
        "From word to word the strongest weight never goes back to the left: it takes the German "
        "words in their order."
        if back == 0
        else f"The strongest weight goes back to the left **{counted(back, 'time')}**: it "
        "takes the German words in another order."
    )
    return (
        f"Framed: word {t}, **{quoted(made.words[t - 1])}**. {_look(made, t)} Each row adds up to "
        f"1. In **{sharp} of {counted(len(made.ids), 'row')}** one German word has half of the "
        f"weight or more. {order}"
    )


def attention_alt(made: Translation, t: int) -> str:
    """What the heat map shows."""
    assert made.weights is not None
    names = placed(made)
    told = ", ".join(
        f"“{word}” at “{names[int(row.argmax())]}” ({row.max():.2f})"
        for word, row in zip(made.words, made.weights, strict=True)
    )
    return (
        "Attention weights as cells, English words downward and German words across; the row of "
        f"“{made.words[t - 1]}” is framed. Each looks most: {told}."
    )


def describe_vector(made: Translation) -> str:
    """The one state through which a model without attention passes a sentence."""
    h, c = (part[-1, 0] for part in made.memory.state)
    return (
        f"This model has no attention. All {counted(len(made.source), 'German word')} pass through "
        f"the encoder's last state: **{h.size}** numbers h and **{c.size}** numbers c, no more for "
        "a long sentence than for a short one. Their norms are "
        f"‖h‖ = **{number(float(np.linalg.norm(h)), 3)}** and ‖c‖ = "
        f"**{number(float(np.linalg.norm(c)), 3)}**."
    )


def vector_alt(made: Translation) -> str:
    """What the picture of that state shows."""
    return f"The encoder's last state, a cell per number. {spoken(describe_vector(made))}"


def describe_encoder(made: Translation, state: str) -> str:
    """How much of the state is shown, and which word moves it most."""
    size = made.states.hidden.shape[1]
    count = sum(map(len, chosen_units(made, state).values()))
    parts = halves(made)
    split = (
        f" (the first {parts['forward'].stop} read forward →, the others backward ←)"
        if len(parts) > 1
        else ""
    )
    told = [
        f"reading {way} at **{quoted(placed(made)[int(part.argmax())])}** "
        f"(by **{number(float(part.max()), 3)}**)"
        for way, part in changes(made, state).items()
    ]
    return (
        f"Shown: **{count} of {size}** units of the {STATES[state].lower()}{split}, those whose "
        f"values range furthest here. The state changes most {listed(told)}. A word's change is "
        "the norm of the state after it minus the state before."
    )


def encoder_alt(made: Translation, state: str) -> str:
    """What the picture of the encoder shows."""
    return (
        f"Units of the {STATES[state].lower()} as rows of cells over the words "
        f"{_all(made.source)}; under them the change per word. "
        f"{spoken(describe_encoder(made, state))}"
    )
