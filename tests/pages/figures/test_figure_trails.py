"""The graph of the LSTM's two steps and its trails: boxes, lit lines, ladder, words and tables."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine.by_hand.lstm import backward, forward, total_error, weight_gradient
from engine.by_hand.lstm_example import EXAMPLE, GATES
from engine.by_hand.lstm_trails import Node, summed
from engine.gradcheck import numerical_gradient
from pages.figures.trails import trails_figure
from pages.figures.trails_ladder import ladder_figure, rungs
from pages.figures.trails_places import (
    all_links,
    node_box,
    pill_place,
    route,
    weight_box,
    x_box,
)
from pages.figures.trails_sum import describe_sum, sum_figure
from pages.figures.trails_symbols import (
    FORMULAS,
    boxed,
    formula,
    inline,
    latex,
    latex_formula,
    latex_numbers,
    marked,
    plain,
    short,
)
from pages.figures.trails_walk import GATE_NAMES, LOOKS, OVER_CELL, ROUTES, Walk, route_names
from pages.figures.trails_words import (
    describe_walk,
    graph_alt,
    nodes_table,
    parameter_names,
    sum_table,
    trail_alt,
    worked_links,
    worked_product,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    clean,
    every_look,
    numbers,
    points,
    same,
    shown,
    validated,
)

rng = np.random.default_rng(0)
EXAMPLES = {
    "the post's": EXAMPLE,
    "zero state": replace(EXAMPLE, a_0=0.0, c_0=0.0),
    "saturated": replace(EXAMPLE, W=1000 * rng.normal(size=(4, 3)), c_0=-1000.0),
    "all large": replace(
        EXAMPLE,
        W=np.full((4, 3), 1000.0),
        b=np.full(4, -1000.0),
        x=np.full((2, 2), 1000.0),
        y=np.full(2, -1000.0),
        a_0=1000.0,
        c_0=1000.0,
    ),
    "all zero": replace(
        EXAMPLE, W=np.zeros((4, 3)), b=np.zeros(4), x=np.zeros((2, 2)), y=np.zeros(2), c_0=0.0
    ),
}
every_example = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
WAYS = [(gate, way) for gate in GATE_NAMES for way in ROUTES if (gate, way) != ("o", OVER_CELL)]
every_way = pytest.mark.parametrize(("gate", "way"), WAYS)


def walks(example, ways=WAYS):
    """Trails at their start, half way and at their end."""
    for gate, way in ways:
        walk = Walk(example, gate, way)
        for followed in (0, walk.length // 2, None):
            yield replace(walk, followed=followed)


@every_example
@every_look
def test_figures_are_valid_everywhere(example, look):
    for walk in walks(example, [("o", "2"), ("f", "C"), ("u", "c")]):
        validated(trails_figure(walk, look))
        validated(ladder_figure(walk, look))
        validated(sum_figure(walk, look))
    validated(trails_figure(Walk(example, "o", "2"), look, revealed=False))


@every_example
def test_words_are_clean_everywhere(example):
    for walk in walks(example):
        clean(describe_walk(walk))
        clean(trail_alt(walk))
        clean(describe_sum(walk))
        clean(graph_alt(walk, True))
        clean(graph_alt(walk, False))


@pytest.mark.parametrize("gate", GATES)
def test_routes_name_all_trails_once(gate):
    walk = Walk(EXAMPLE, gate, "2")
    assert sorted(walk.all_trails) == sorted(way for g, way in WAYS if g == gate)


@every_way
def test_a_route_leads_where_its_label_says(gate, way):
    nodes = Walk(EXAMPLE, gate, way).trail.nodes
    label = ROUTES[way]
    assert label.startswith(f"{plain(nodes[0])} to step {nodes[-1].step}")
    back = [b for a, b in pairwise(nodes) if b.step < a.step]
    if back:
        assert label.endswith(plain(back[0]))
    if "via" in label and back[0].name == "a":
        assert nodes[-1] == (f"u{gate}", 1)
        assert label.split("via ")[1].split(",")[0] in [plain(node) for node in nodes]


@every_way
def test_walk_runs_from_the_error_to_the_weights(gate, way):
    walk = Walk(EXAMPLE, gate, way)
    factors = [link.derivative for link in walk.trail.links]
    assert walk.length == len(factors) + 1
    for done in range(walk.length + 1):
        now = replace(walk, followed=done)
        assert now.running == pytest.approx(np.prod(factors[:done]))
        assert now.here == walk.trail.nodes[min(done, len(factors))]
        assert now.at_weights == (done == walk.length)
    assert walk.at_weights
    assert replace(walk, followed=99).at_weights


def test_no_two_boxes_overlap():
    """The tags of the weights stand on the boxes of their pre-activations."""
    nodes = {node for pair in all_links() for node in pair}
    boxes = [node_box(node) for node in nodes] + [x_box(1), x_box(2)]
    boxes += [weight_box(gate, step) for gate in GATES for step in (1, 2)]
    for k, a in enumerate(boxes):
        for b in boxes[:k]:
            apart_x = abs(a.x - b.x) - a.half_width - b.half_width
            apart_y = abs(a.y - b.y) - a.half_height - b.half_height
            assert max(apart_x, apart_y) > -1e-9


def test_lines_start_and_end_at_boxes_and_pills_are_apart():
    for of, by in all_links():
        line = route(of, by)
        for (x, y), node in ((line[0], of), (line[-1], by)):
            box = node_box(node)
            at_side = abs(abs(x - box.x) - box.half_width) < 1e-9 and y == box.y
            at_end = abs(abs(y - box.y) - box.half_height) < 1e-9 and x == box.x
            assert at_side or at_end
    for gate, way in WAYS:
        places = [pill_place(link.of, link.by) for link in Walk(EXAMPLE, gate, way).trail.links]
        for k, (x, y) in enumerate(places):
            for other_x, other_y in places[:k]:
                assert abs(x - other_x) > 0.5 or abs(y - other_y) > 0.3


def texts_of(spec):
    (found,) = [trace for trace in spec["data"] if trace.get("mode") == "text"]
    return found["text"]


def test_boxes_show_values_and_once_revealed_gradients():
    walk = Walk(EXAMPLE, "u", "1")
    hidden = texts_of(validated(trails_figure(walk, LIGHT, revealed=False)))
    assert not any("∂" in text for text in hidden)
    texts = texts_of(validated(trails_figure(walk, LIGHT)))
    gradients = backward(EXAMPLE, forward(EXAMPLE))
    for node, value in walk.values.items():
        separator = " " if node_box(node).half_height < 0.35 else "<br>"
        gradient = walk.node_gradients[node]
        text = f"<b>{boxed(node)}</b>{separator}{short(value)}<br><i>∂ {short(gradient)}</i>"
        assert text in texts
    assert f"<b>a<sub>1</sub></b><br>0.12<br><i>∂ {short(gradients[1].da_prev)}</i>" in texts
    assert sum(text.startswith("<b>x") for text in texts) == 2


def test_only_the_revealed_picture_tells_what_the_output_is_made_of():
    """The lines from a, T and C would answer the question."""
    walk = Walk(EXAMPLE, "o", "2")
    for revealed in (False, True):
        spec = validated(trails_figure(walk, LIGHT, revealed))
        drawn = {tuple(point) for point in points(spec["data"][0])}
        for of, by in all_links():
            told = of.name in ("E", "a", "T", "C")
            start = tuple(np.float32(route(of, by)[0]).tolist())
            assert (start in drawn) == (revealed or not told)


@every_way
def test_an_arrow_heads_where_each_link_leads(gate, way):
    walk = Walk(EXAMPLE, gate, way)
    spec = validated(trails_figure(walk, LIGHT))
    (heads,) = [t for t in spec["data"] if t.get("marker", {}).get("symbol") == "arrow"]
    assert heads["marker"]["size"] == [0, 13] * (walk.length - 1)
    same(points(heads)[1::2], [route(link.of, link.by)[-1] for link in walk.trail.links])


@every_way
def test_the_lit_line_follows_the_trail(gate, way):
    whole = Walk(EXAMPLE, gate, way)
    for done in range(whole.length + 1):
        walk = replace(whole, followed=done)
        spec = validated(trails_figure(walk, LIGHT))
        (lit,) = [t for t in spec["data"] if str(t.get("name")).startswith(GATE_NAMES[gate])]
        assert lit["line"]["dash"] == LOOKS[gate].dash
        assert lit["line"]["width"] == 4
        assert numbers(lit["name"]) == [shown(walk.running)]
        links = whole.trail.links
        if done > 0:
            wanted = [p for li in links[:done] for p in (*route(li.of, li.by), (np.nan, np.nan))]
            same(points(lit), wanted)
        pills = [note["text"] for note in spec["layout"]["annotations"] if "×" in note["text"]]
        assert pills == [f"×{short(link.derivative)}" for link in links[:done]]
        assert any(t.get("name") == "still ahead" for t in spec["data"]) == (done < len(links))


def test_gates_differ_by_color_and_by_dash():
    assert len({part.color for part in LOOKS.values()}) == 4
    assert len({part.dash for part in LOOKS.values()}) == 4


def test_boxes_say_what_a_click_on_them_means():
    walk = Walk(EXAMPLE, "c", "C")
    spec = validated(trails_figure(walk, LIGHT))
    data = [trace["customdata"] for trace in spec["data"] if "customdata" in trace]
    (data,) = data
    weights = [tuple(entry) for entry in data if entry[0]]
    assert sorted(weights) == sorted((gate, step, 0) for gate in GATES for step in (1, 2))
    places = [entry[1] for entry in data if not entry[0] and entry[1] >= 0]
    assert sorted(places) == list(range(walk.length))
    assert {entry[2] for entry in data if not entry[0]} == {walk.length}


def test_a_click_dims_nothing():
    """Plotly pales what has markers or text and is not selected, unless told otherwise."""
    walk = Walk(EXAMPLE, "u", "1")
    spec = validated(trails_figure(walk, LIGHT))
    for trace in spec["data"]:
        if trace["mode"] == "text":
            assert trace["unselected"]["textfont"]["color"] == trace["textfont"]["color"]
        elif trace["mode"] == "markers":
            assert trace["unselected"]["marker"]["opacity"] == trace["marker"]["opacity"]
    (bars,) = validated(sum_figure(walk, LIGHT))["data"]
    assert bars["unselected"]["marker"]["opacity"] == 1


@every_way
def test_bars_are_the_parts_and_their_sum(gate, way):
    walk = Walk(EXAMPLE, gate, way)
    spec = validated(sum_figure(walk, LIGHT))
    (bars,) = spec["data"]
    values = [trail.product for trail in walk.all_trails.values()]
    values.append(summed(EXAMPLE.W, walk.steps, gate)[1])
    np.testing.assert_allclose(bars["x"], np.array(values) / max(map(abs, values)))
    assert bars["customdata"] == [*walk.all_trails, ""]
    shapes = bars["marker"]["pattern"]["shape"]
    assert [bool(shape) for shape in shapes] == [r == way for r in bars["customdata"]]
    labels = [note["text"] for note in spec["layout"]["annotations"][1:]]
    for value, told in zip(values, labels[1::2], strict=True):
        assert numbers(told.replace("b>", "")) == [shown(value, 3)]
    assert f"<b>{route_names(marked)[way]}</b>" in labels
    assert f"<b>All {len(values) - 1} trails</b>" in labels
    assert after(describe_sum(walk), "add up to") == shown(values[-1])


@every_way
def test_ladder_has_a_rung_per_factor(gate, way):
    walk = Walk(EXAMPLE, gate, way)
    rows = rungs(walk)
    links = walk.trail.links
    assert [row.factor for row in rows[: len(links)]] == [link.derivative for link in links]
    row, bias = walk.contribution()
    names = [r.node.replace("<sub>", "_").replace("</sub>", "") for r in rows[-4:]]
    assert names == parameter_names(gate)
    np.testing.assert_allclose([r.product for r in rows[-4:]], [*row, bias])
    for rung in rows[-4:]:
        assert rung.product == pytest.approx(bias * rung.factor)
    for done in (0, 2, walk.length):
        spec = validated(ladder_figure(replace(walk, followed=done), LIGHT))
        columns = [trace["text"] for trace in spec["data"] if trace.get("mode") == "text"]
        names, factors, products = columns
        assert len(names) == len(factors) == len(products) == len(rows) + 1
        filled = len(rows) if done == walk.length else done
        assert [bool(text) for text in products] == [k <= filled for k in range(len(names))]
        for k in range(1, filled + 1):
            assert numbers(products[k].replace("b>", "")) == [shown(rows[k - 1].product)]


@pytest.mark.parametrize("gate", GATES)
def test_description_tells_product_row_and_total(gate):
    dW, db = weight_gradient(backward(EXAMPLE, forward(EXAMPLE)))
    walk = Walk(EXAMPLE, gate, "2")
    text = clean(describe_walk(walk))
    row, bias = walk.contribution()
    bold = [numbers(part) for part in text.split("**")[1::2]]
    assert bold == [[shown(bias)], [shown(v, 3) for v in row], [shown(db[GATES.index(gate)])]]
    assert after(text, "The ") == len(walk.trail.links)
    assert f"All {len(walk.all_trails)} trails" in text
    smallest = min((link.derivative for link in walk.trail.links), key=abs)
    assert after(text, "smallest factor, ") == shown(smallest, 3)
    assert dW.shape == (4, 3)


def test_description_on_the_way():
    walk = Walk(EXAMPLE, "f", "C")
    assert "no link" in clean(describe_walk(replace(walk, followed=0)))
    text = clean(describe_walk(replace(walk, followed=4)))
    assert "to $C_1$" in text
    told = [numbers(part)[0] for part in text.split("**")[1::2]]
    assert told == [shown(-0.118908286131), shown(-0.176570413457)]
    assert "1 link of" in clean(describe_walk(replace(walk, followed=1)))


def test_description_says_what_stops_a_trail():
    walk = Walk(EXAMPLES["zero state"], "f", "1")
    assert "nothing passes the link from $C_1$ to $\\Gamma_{f,1}$" in clean(describe_walk(walk))


@every_way
def test_tables_repeat_the_numbers(gate, way):
    walk = Walk(EXAMPLE, gate, way)
    table = nodes_table(walk)
    assert len(table) == 26 + 4
    on = table[table["this trail"] != "off the trail"]
    order = [walk.trail.nodes.index(node) for node in walk.values if node in walk.trail.nodes]
    assert on["node"].tolist() == [plain(walk.trail.nodes[k]) for k in order]
    np.testing.assert_array_equal(on["its product"], [walk.trail.products[k] for k in order])
    assert (table.drop(on.index)["its product"] == 0).all()
    assert not table.isna().any().any()
    for k, text in zip(order, on["this trail"], strict=True):
        if k:
            assert numbers(text) == [k, shown(walk.trail.links[k - 1].derivative, 6)]
        else:
            assert text == "starts here"
    xs = table[table["node"].str.startswith("x")]
    np.testing.assert_array_equal(xs["value"], EXAMPLE.x.ravel())
    sums = sum_table(walk)
    assert sums["trail"].iloc[:-2].tolist() == [ROUTES[w] for w in walk.all_trails]
    parts = sums.iloc[:, 1:].to_numpy(float)
    np.testing.assert_allclose(parts[:-2].sum(axis=0), parts[-2])
    np.testing.assert_allclose(parts[-2], parts[-1], rtol=1e-12, atol=1e-15)
    row, bias = summed(EXAMPLE.W, walk.steps, gate)
    np.testing.assert_allclose(parts[-2], [*row, bias], rtol=1e-12)


def test_gradients_of_the_graph_are_central_differences():
    """By the inputs and the initial state, which total_error can move."""
    table = nodes_table(Walk(EXAMPLE, "o", "2")).set_index("node")
    dx = numerical_gradient(lambda x: total_error(replace(EXAMPLE, x=x)), EXAMPLE.x)
    names = ["x₁[1]", "x₁[2]", "x₂[1]", "x₂[2]"]
    np.testing.assert_allclose(table.loc[names, "∂E/∂node"], dx.ravel(), atol=1e-9)
    state = numerical_gradient(
        lambda s: total_error(replace(EXAMPLE, a_0=float(s[0]), c_0=float(s[1]))), [0.1, 0.2]
    )
    np.testing.assert_allclose(table.loc[["a₀", "C₀"], "∂E/∂node"], state, atol=1e-9)


def test_every_link_has_its_formula():
    assert {(of.name, by.name) for of, by in all_links()} == set(FORMULAS)
    assert formula(Walk(EXAMPLE, "o", "2").trail.links[0]) == "a<sub>2</sub> − y<sub>2</sub>"
    assert (
        formula(Walk(EXAMPLE, "o", "2").trail.links[2]) == "Γ<sub>o,2</sub> (1 − Γ<sub>o,2</sub>)"
    )
    assert latex(Node("Gf", 2)) == r"\Gamma_{f,2}"
    assert inline(Node("uo", 2)) == "$u_{o,2}$"
    assert latex(Node("Gc", 1)) == r"\tilde C_1"


@every_way
def test_worked_numbers_give_the_derivative(gate, way):
    """The LaTeX with numbers, evaluated, is the link's derivative to the four digits shown."""
    walk = Walk(EXAMPLE, gate, way)
    for link, (symbols, _) in zip(walk.trail.links, worked_links(walk), strict=True):
        text = latex_numbers(link, EXAMPLE, walk.values)
        plain_text = text.replace(r"\,", "*").replace("^2", "**2").replace(r"\cdot 10^", "*10**")
        plain_text = plain_text.replace("{", "(").replace("}", ")")
        assert eval(plain_text) == pytest.approx(link.derivative, abs=2e-4)
        assert latex_formula(link) in symbols
    (_, product), (_, row) = worked_product(walk)
    assert product.count("\\cdot") >= len(walk.trail.links) - 1
    assert row.count(";") == 4


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1"),
        (-3, "−3"),
        (0.2, "0.20"),
        (-0.00677, "−0.0068"),
        (999, "999"),
        (12.34, "12"),
        (9.97, "10"),
        (1e-4, "1.0e−4"),
        (-123456, "−1.2e5"),
        (-1.26e-12, "−1e−12"),
        (3e-152, "≈ 0"),
    ],
)
def test_short_numbers(value, text):
    assert short(value) == text
    assert len(short(value)) <= 7
