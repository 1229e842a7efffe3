"""The nested fields: boxes within boxes, clicks, and captions recomputed from the systems."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import price_law
from engine.studies.adverts import counted_model, pair_counts, perplexity
from engine.studies.fields import hand_rule, learn_systems
from pages.figures.nested_fields import (
    SLUGS,
    bounds,
    inside,
    nested_alt,
    nested_figure,
    tree_alt,
    tree_figure,
)
from pages.figures.nested_words import (
    SYSTEMS,
    describe_field,
    field_metrics,
    fields_table,
    sample_advert,
    sample_prices,
)
from pages.handbook.rings import RINGS
from tests.pages.figures.reading import after, clean, every_look, numbers, points, shown, validated

ALL = {n: learn_systems(n) for n in (20, 200)}
every_size = pytest.mark.parametrize("n", ALL)
every_field = pytest.mark.parametrize("slug", SLUGS)


def rms(prices, x):
    return np.sqrt(np.mean((prices - price_law(x)) ** 2))


def test_each_box_lies_within_the_one_before():
    for k in range(1, len(SLUGS)):
        left, right, bottom, top = bounds(k - 1)
        inner = bounds(k)
        assert left < inner[0] < inner[1] < right
        assert bottom < inner[2] < inner[3] < top


def test_a_point_belongs_to_the_innermost_box():
    middle = np.array([[0.0, bounds(k)[3] - 0.02] for k in range(len(SLUGS))])
    np.testing.assert_array_equal(inside(middle), range(len(SLUGS)))
    np.testing.assert_array_equal(inside(np.array([[0.0, 1.2], [-1.5, 0.5]])), [-1, -1])


@every_look
@every_field
@pytest.mark.parametrize("revealed", [True, False])
def test_the_boxes_can_be_clicked_and_one_is_chosen(look, slug, revealed):
    learned = dict(zip(SLUGS, range(5), strict=True)) if revealed else None
    spec = validated(nested_figure(slug, learned, look))
    (clickable,) = spec["data"]
    places = points(clickable)
    numbered = [SLUGS.index(data[0]) for data in clickable["customdata"]]
    np.testing.assert_array_equal(numbered, inside(places))
    assert set(numbered) == set(range(5))
    widths = [shape["line"]["width"] for shape in spec["layout"]["shapes"]]
    assert widths.index(max(widths)) == SLUGS.index(slug)
    texts = [note["text"] for note in spec["layout"]["annotations"]]
    assert sum("learned number" in text for text in texts) == (5 if revealed else 0)
    assert "<b>" in texts[SLUGS.index(slug)]
    assert ("(0 learned numbers)" in nested_alt(slug, learned)) == revealed
    assert clean(nested_alt(slug, learned)).endswith(f"Chosen: {RINGS[slug].name}.")


@every_look
@every_field
def test_the_tree_names_every_field_and_what_lies_beside(look, slug):
    spec = validated(tree_figure(slug, look))
    texts = " ".join(n["text"].replace("<br>", " ") for n in spec["layout"]["annotations"])
    for ring in RINGS.values():
        assert ring.name in texts
        assert ring.beside in texts
    assert clean(tree_alt(slug)).endswith(f"Chosen: {RINGS[slug].name}.")


@every_size
def test_captions_are_those_of_the_systems(n):
    systems = ALL[n]
    x = systems.fresh.x
    rule, line = rms(hand_rule(x), x), rms(systems.line(x), x)
    network = rms(systems.network.forward(x)[0], x)
    text = clean(describe_field("ai", systems))
    assert after(text, "error of ") == shown(rule, 3)
    text = clean(describe_field("ml", systems))
    assert numbers(text)[0] == n
    assert after(text, "off by ") == shown(line, 3)
    assert "less than the rule" in text
    text = clean(describe_field("dl", systems))
    assert after(text, "off by ") == shown(network, 3)
    assert after(text, "the line’s ") == shown(line, 3)
    assert ("less than" in text) == (network < line)
    assert ("deeper is not better by itself" in text) == (network >= line)


@every_size
def test_captions_of_the_generators(n):
    systems = ALL[n]
    text = clean(describe_field("generative", systems))
    for price in sample_prices(systems, systems.fresh.x[0]):
        assert any(found == shown(price, 3) for found in numbers(text))
    found = systems.surprises()
    assert after(text, "surprises it by ") == shown(found["network"], 3)
    assert after(text, "is surprised by ") == shown(found["line"], 3)
    assert ("too narrow" in text) == (found["network"] >= found["line"])
    text = clean(describe_field("language", systems).replace("…” ", ".” "))
    fresh = pair_counts(systems.fresh.x)
    pairs = perplexity(counted_model(systems.counts), fresh)
    assert after(text, "reach ") == shown(pairs, 3)
    assert sample_advert(systems).rstrip(".… ") in text


@every_size
@every_field
def test_metrics_and_table_agree(n, slug):
    systems = ALL[n]
    learned, measured = field_metrics(slug, systems).values()
    row = fields_table(systems).set_index("field").loc[RINGS[slug].name]
    assert row["learned numbers"] == systems.parameters()[SYSTEMS[slug]]
    assert learned == f"{row['learned numbers']:,}"
    assert row["value"] == measured


@every_field
def test_the_words_of_a_field_are_whole_sentences(slug):
    ring = RINGS[slug]
    for text in (ring.adds, ring.typical, ring.learned, ring.by_hand):
        assert text.endswith(".")
        assert text[0].isupper()
