"""Nested fields: choose one, and see its system at work on the same houses as the others."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import streamlit as st

from engine.data import price_law
from engine.gradcheck import check_gradient
from engine.losses import LOSSES
from engine.studies.adverts import WORDS, WordNetwork, pair_counts, perplexity, train_words
from engine.studies.fields import (
    NEAR,
    NEAR_OCEAN,
    PER_ROOM,
    UNITS,
    Systems,
    fit_line,
    fit_network,
    hand_rule,
    learn_systems,
    surprise,
)
from pages.figures.nested_fields import (
    SLUGS,
    nested_alt,
    nested_figure,
    tree_alt,
    tree_figure,
)
from pages.figures.nested_words import (
    describe_field,
    field_metrics,
    fields_table,
    sample_prices,
)
from pages.figures.update_rules import latex_number
from pages.handbook.deep_learning import ERRATA
from pages.handbook.model import for_lab
from pages.handbook.rings import RINGS
from pages.ui.lab import checked, choose, drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

CODE = {
    "ai": [hand_rule],
    "ml": [fit_line],
    "dl": [fit_network],
    "generative": [sample_prices, surprise],
    "language": [pair_counts, train_words, perplexity],
}
OPTIONS = {"rule": "A rule by hand", "line": "A learned line", "network": "A learned network"}


@st.fragment
def lab() -> None:
    """Controls, nested fields, what the chosen one adds, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        names = {slug: ring.name for slug, ring in RINGS.items()}
        chosen = choose("Field", names, "fields_ring", wrap=True)
        houses = st.select_slider(
            "Houses to learn from",
            (20, 50, 100, 200, 400),
            200,
            key="fields_houses",
            bind="query-params",
        )
        seed = st.slider("Seed of the weights", 0, 20, 0, key="fields_seed", bind="query-params")
    systems = _systems(houses, seed)
    look = current_look()
    with picture:
        revealed = predict(
            "fields",
            (chosen, houses, seed),
            "Which prices houses that it has never seen with the smallest error?",
            list(OPTIONS.values()),
            lambda: _best(systems),
        )
        learned = dict(zip(SLUGS, systems.parameters().values(), strict=True))
        shown = learned if revealed else None
        show(
            nested_figure(chosen, shown, look),
            "fields_picture",
            nested_alt(chosen, shown),
            on_select=_pick,
            selection_mode="points",
        )
        if revealed:
            st.markdown(describe_field(chosen, systems))
    _words(chosen)
    if revealed:
        metrics(field_metrics(chosen, systems))
    drawers(
        "fields",
        mathematics=lambda: MATHEMATICS[chosen](systems),
        table=lambda: fields_table(systems),
        code=CODE[chosen],
        errata=for_lab(ERRATA, "fields"),
    )


def _pick() -> None:
    points = st.session_state["fields_picture"].selection.points
    if points:
        st.session_state["fields_ring"] = points[0]["customdata"][0]


@st.cache_resource(max_entries=32, show_spinner="Learning from the houses")
def _systems(houses: int, seed: int) -> Systems:
    return learn_systems(houses, seed)


def _best(systems: Systems) -> str:
    errors = systems.errors()
    return OPTIONS[min(errors, key=errors.__getitem__)]


def _words(chosen: str) -> None:
    """The tree of fields, and the chosen one in words."""
    tree, words = st.columns(2, gap="large", vertical_alignment="center")
    with tree:
        show(tree_figure(chosen, current_look()), "fields_tree", tree_alt(chosen))
    ring = RINGS[chosen]
    with words:
        st.header(ring.name, anchor=False)
        st.markdown(
            f"{ring.adds}\n\n"
            f"- **A typical system:** {ring.typical}\n"
            f"- **Learned:** {ring.learned}\n"
            f"- **Fixed by hand:** {ring.by_hand}\n"
            f"- **Here:** {ring.system}."
        )
        if chosen in ("generative", "language"):
            st.markdown(
                "Drawn inside deep learning because today's systems are deep. Strictly the two "
                "overlap: what makes a model generative is that it draws, not how deep it is."
            )


def _rule_numbers(systems: Systems) -> None:
    house = systems.fresh.x[0]
    room, ocean, near = map(latex_number, (PER_ROOM, NEAR_OCEAN, NEAR))
    worked(
        [
            (
                rf"\hat y = {room}\,\mathrm{{bedrooms}} + {ocean}\,[\mathrm{{distance}} < {near}]",
                rf"{room}\cdot {latex_number(house[0])} + {ocean}\cdot {int(house[2] < NEAR)}"
                rf" = {latex_number(float(hand_rule(house[None])[0]))}",
            )
        ]
    )
    _law(systems)


def _law(systems: Systems) -> None:
    law = float(price_law(systems.fresh.x[0]))
    st.markdown(f"The law behind the data says {law:,.1f} thousand dollars for this fresh house.")


def _line_numbers(systems: Systems) -> None:
    line, house = systems.line, systems.fresh.x[0]
    products = " + ".join(
        rf"{latex_number(w)}\cdot {latex_number(x)}"
        for w, x in zip(line.weights, house, strict=True)
    )
    worked(
        [
            (
                r"\hat y = \sum_i w_i x_i + b",
                rf"{products} + {latex_number(line.bias)}"
                rf" = {latex_number(float(line(house[None])[0]))}",
            )
        ]
    )
    _law(systems)
    st.markdown("The weights are those for which the squared error is least.")


def _network_numbers(systems: Systems) -> None:
    sizes = (4, *UNITS, 1)
    parts = " + ".join(rf"({n}\cdot {m} + {m})" for n, m in pairwise(sizes))
    price = systems.network.forward(systems.fresh.x[:1])[0][0]
    worked(
        [
            (r"\sum_l (n_{l-1}\,n_l + n_l)", rf"{parts} = {systems.parameters()['network']}"),
            (
                r"\hat y = W_3^\top \tanh(W_2^\top \tanh(W_1^\top x + b_1) + b_2) + b_3",
                rf"{latex_number(float(price))}\quad\text{{in thousand dollars, rescaled}}",
            ),
        ]
    )
    _law(systems)


def _draw_numbers(systems: Systems) -> None:
    price = float(systems.network.forward(systems.fresh.x[:1])[0][0])
    sold, sd = float(systems.fresh.y[0]), systems.network_sd
    value = surprise(np.array([price]), sd, np.array([sold]))
    worked(
        [
            (
                r"y \sim \mathcal N(\hat y,\ s^2)",
                rf"\mathcal N({latex_number(price)},\ {latex_number(sd)}^2)",
            ),
            (
                r"-\ln p(y) = \tfrac12 \left(\tfrac{y - \hat y}{s}\right)^2"
                r" + \ln s + \tfrac12 \ln 2\pi",
                rf"\tfrac12 \left(\tfrac{{{latex_number(sold)} - {latex_number(price)}}}"
                rf"{{{latex_number(sd)}}}\right)^2 + \ln {latex_number(sd)}"
                rf" + \tfrac12 \ln 2\pi = {latex_number(value)}",
            ),
        ]
    )
    st.markdown("For the first fresh house; the figure above is the mean over all of them.")


def _word_numbers(systems: Systems) -> None:
    words: WordNetwork = systems.words
    at = WORDS.index("ocean")
    logits = words.network.forward(words.theta, np.eye(len(WORDS))[[at]])[0]
    shares = systems.counts[[at]] / systems.counts[at].sum()
    loss = LOSSES["cross_entropy"]
    value = loss.value(logits, shares)
    perplexities = systems.perplexities()["network"]
    worked(
        [
            (
                r"\mathrm{perplexity} = e^{-\frac1m \sum_t \ln p(w_t \mid w_{t-1})}",
                rf"e^{{{latex_number(float(np.log(perplexities)))}}}"
                rf" = {latex_number(perplexities)}",
            ),
            (
                r"-\sum_j t_j \ln p(w_j \mid \mathrm{ocean})",
                rf"{latex_number(value)}\quad\text{{where }} t_j"
                r" \text{ is the share of } w_j \text{ after it}",
            ),
        ]
    )
    st.markdown("The gradient of that cross-entropy by the logits, p − t, checked:")
    check = check_gradient(lambda z: loss.value(z, shares), loss.gradient(logits, shares), logits)
    checked("∂loss/∂z", check, WORDS)


MATHEMATICS = {
    "ai": _rule_numbers,
    "ml": _line_numbers,
    "dl": _network_numbers,
    "generative": _draw_numbers,
    "language": _word_numbers,
}
