"""What the system of each nested field learned and achieves, in words, figures and a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.studies.adverts import END, WORDS, write
from engine.studies.fields import FRESH, UNITS, Systems
from engine.types import Array
from pages.figures.base import counted, number
from pages.figures.nested_fields import SLUGS
from pages.handbook.rings import RINGS

SYSTEMS = dict(zip(SLUGS, ("rule", "line", "network", "draws", "words"), strict=True))


def thousand(value: float) -> str:
    """An amount in thousand dollars, as captions write it."""
    return f"{number(value, 3)} thousand dollars"


def sample_prices(systems: Systems, house: Array, count: int = 3) -> Array:
    """Prices (count,) that the network with its spread draws for a house (4,), seed 0."""
    price = float(systems.network.forward(house[None])[0][0])
    return price + systems.network_sd * np.random.default_rng(0).normal(size=count)


def sample_advert(systems: Systems) -> str:
    """What the network for words writes, seed 0, as a sentence."""
    words = write(np.random.default_rng(0), systems.words.probabilities())
    text = " ".join(word for word in words if word != END)
    return text + ("." if words[-1] == END else " …")


def describe_field(slug: str, systems: Systems) -> str:
    """What the system of one field learned and how well it does, beside the one before."""
    return {
        "ai": _rule,
        "ml": _line,
        "dl": _network,
        "generative": _draws,
        "language": _words,
    }[slug](systems)


def _compared(value: float, other: float, what: str) -> str:
    return f"{'less' if value < other else 'more'} than {what} {number(other, 3)}"


def _rule(s: Systems) -> str:
    return (
        f"On {FRESH} fresh houses, against the law behind them, a rule of thumb has a root mean "
        f"squared error of **{thousand(s.errors()['rule'])}**. It learned **0 numbers**, so more "
        "houses do not change it."
    )


def _line(s: Systems) -> str:
    errors = s.errors()
    return (
        f"From {len(s.table.y)} houses a line learns **{s.parameters()['line']} numbers** and is "
        f"off by **{thousand(errors['line'])}**, "
        f"{_compared(errors['line'], errors['rule'], 'the rule’s')}. Its four features were "
        "chosen by hand."
    )


def _network(s: Systems) -> str:
    errors, size = s.errors(), s.parameters()["network"]
    shape = "-".join(map(str, (s.table.x.shape[1], *UNITS, 1)))
    words = (
        f"From {len(s.table.y)} houses a network {shape} learns **{size} numbers** and is off by "
        f"**{thousand(errors['network'])}**, "
        f"{_compared(errors['network'], errors['line'], 'the line’s')}."
    )
    if errors["network"] < errors["line"]:
        return words + " It bends where the price falls away from the ocean; a line cannot."
    return words + " So many numbers need more houses: deeper is not better by itself."


def _draws(s: Systems) -> str:
    surprises, house = s.surprises(), s.fresh.x[0]
    drawn = ", ".join(number(price, 3) for price in sample_prices(s, house))
    rooms, age, distance, pool = house
    tight = (
        ""
        if surprises["network"] < surprises["line"]
        else (" The network’s own spread, that of the few houses it learned from, is too narrow.")
    )
    return (
        f"For a house with {counted(int(rooms), 'bedroom')}, {age:.0f} years old, "
        f"{number(distance, 2)} km from the ocean, with{'' if pool else 'out'} a pool, it draws "
        f"{drawn} thousand dollars. A fresh sale surprises it by "
        f"**{number(surprises['network'], 3)} nats**; the line with its own spread draws prices "
        f"too and is surprised by **{number(surprises['line'], 3)}**: to generate, a model need "
        f"not be deep.{tight}"
    )


def _words(s: Systems) -> str:
    found = s.perplexities()
    return (
        f"After {len(s.table.y)} adverts it writes: “{sample_advert(s)}” Its perplexity on fresh "
        f"adverts is **{number(found['network'], 3)}** of {len(WORDS)} words. Counted pairs of "
        f"words, each count plus one, reach **{number(found['pairs'], 3)}** without any network: "
        "a language model need not be deep."
    )


def field_metrics(slug: str, systems: Systems) -> dict[str, str]:
    """Two figures of the chosen system: what it learned, and how well it does."""
    learned = {"Learned numbers": f"{systems.parameters()[SYSTEMS[slug]]:,}"}
    name, value = measure(slug, systems)
    return learned | {name: value}


def measure(slug: str, systems: Systems) -> tuple[str, str]:
    """The name and value of what the system of a field is judged by, on fresh houses."""
    if slug == "generative":
        return "Surprise a sale", f"{number(systems.surprises()['network'], 3)} nats"
    if slug == "language":
        return "Perplexity", number(systems.perplexities()["network"], 3)
    error = systems.errors()[SYSTEMS[slug]]
    return "RMS error, fresh houses", thousand(error)


def fields_table(systems: Systems) -> pd.DataFrame:
    """A row for each field: its words, this page's system and what it achieves."""
    learned = systems.parameters()
    rows = []
    for slug, ring in RINGS.items():
        name, value = measure(slug, systems)
        rows.append(
            {
                "field": ring.name,
                "adds": ring.adds,
                "typical system": ring.typical,
                "learned": ring.learned,
                "fixed by hand": ring.by_hand,
                "here": ring.system,
                "learned numbers": learned[SYSTEMS[slug]],
                "judged by": name,
                "value": value,
            }
        )
    return pd.DataFrame(rows)
