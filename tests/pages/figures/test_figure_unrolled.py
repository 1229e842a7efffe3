"""The unrolled network: nodes carry its numbers, the reset cuts lines, words repeat what is so."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from engine.by_hand.rnn import half_squared_error, state_gradients
from engine.by_hand.unrolled import SEQUENCES, Unrolled, drawn, outputs_by_inputs
from pages.figures.unrolled import unrolled_alt, unrolled_figure
from pages.figures.unrolled_edges import BIG, places
from pages.figures.unrolled_reach import (
    describe_reach,
    describe_step,
    reach_alt,
    reach_figure,
    reached,
    unrolled_table,
    weights_alt,
    weights_figure,
    which_outputs,
)
from pages.figures.unrolled_worked import (
    column,
    is_end,
    short,
    signed,
    weight_names,
    worked_back,
    worked_loss,
    worked_reaction,
    worked_step,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    points,
    same,
    shown,
    validated,
)


def network(x=(1.0, 0.0, -0.5, 0.5, 0.0), units=2, activation="tanh", reset=False, radius=0.9):
    p = drawn(np.random.default_rng(0), units, radius, 1.0)
    return Unrolled(p, np.array(x)[:, None], activation, reset)


NETS = {
    "default": (network(), 3),
    "reset": (network(reset=True), 3),
    "one step": (network(x=(2.0,), units=1), 1),
    "twelve": (network(x=SEQUENCES["wave"](12), units=4), 12),
    "twelve reset": (network(x=SEQUENCES["wave"](12), units=3, reset=True), 1),
    "large": (network(x=(1000.0, -1000.0, 500.0), activation="relu", radius=2.0), 2),
    "silent": (network(x=(-1.0, -1.0), units=1, activation="relu"), 2),
    "saturated": (network(x=(1000.0, 1000.0), units=2), 2),
}
every_net = pytest.mark.parametrize("name", NETS)


def reactions(net):
    return outputs_by_inputs(net)[:, 0, :, 0]


def nodes(spec):
    (found,) = [trace for trace in spec["data"] if "customdata" in trace]
    return found


@every_net
@every_look
def test_every_value_is_a_node_that_lights_its_step(name, look):
    net, lit = NETS[name]
    found = nodes(validated(unrolled_figure(net, lit, look)))
    steps, units = len(net.x), net.h.shape[1]
    assert len(found["x"]) == (steps + 1) * units + 2 * steps
    assert [t for (t,) in found["customdata"]].count(lit) == units + 2
    at = places(net, lit).at
    for x, (t,), text in zip(found["x"], found["customdata"], found["hovertext"], strict=True):
        assert x == at[t]
        letter, step = re.match(r"(\w)<sub>(\d+)</sub> = ", text).groups()
        assert int(step) == t
        wanted = {"h": net.h[t], "x": net.x[t - 1], "y": net.y[t - 1]}[letter]
        told = numbers(text.partition("= ")[2])[0]
        assert any(told == shown(float(value)) for value in wanted)
    assert max(map(abs, found["marker"]["color"])) <= 1


@every_net
def test_numbers_are_written_where_they_fit(name):
    net, lit = NETS[name]
    found = nodes(validated(unrolled_figure(net, lit, LIGHT)))
    for (t,), text in zip(found["customdata"], found["text"], strict=True):
        assert bool(text) is (len(net.x) <= 6 or t == lit)
        assert len(text) <= 6
    assert places(net, lit).sizes[lit] == BIG


@every_net
def test_columns_follow_one_another_inside_the_picture(name):
    net, lit = NETS[name]
    spec = unrolled_figure(net, lit, LIGHT).to_dict()
    at, (low, high) = places(net, lit).at, spec["layout"]["xaxis"]["range"]
    assert (np.diff(at) > 0).all()
    assert low < at[0]
    assert at[-1] < high


def test_the_reset_cuts_the_lines_between_states():
    for name, cut in (("default", False), ("reset", True)):
        spec = validated(unrolled_figure(*NETS[name], LIGHT))
        label = "W<sub>hh</sub>" + " meets 0" * cut
        line = points(named(spec, label)).reshape(-1, 3, 2)
        at = places(*NETS[name]).at
        same(line[:, 0, 0], at[:-1])
        assert (line[:, 1, 0] < at[1:] - 0.1).all() == cut
        symbols = [trace["marker"]["symbol"] for trace in spec["data"] if "marker" in trace]
        assert ("x-thin" in symbols) is cut


@every_net
def test_lines_end_at_the_frames_of_the_states(name):
    net, lit = NETS[name]
    spec = validated(unrolled_figure(net, lit, LIGHT))
    squares = [t["marker"]["color"] == LIGHT.background for t in spec["data"] if "marker" in t]
    assert squares.index(True) == 0  # under heads and nodes
    (insides,) = [t for t in spec["data"] if t.get("marker", {}).get("color") == LIGHT.background]
    assert set(array(insides["x"])) == set(places(net, lit).at.astype(np.float32))


def test_kinds_of_weights_differ_by_color_and_dash():
    spec = validated(unrolled_figure(*NETS["default"], LIGHT))
    lines = [trace["line"] for trace in spec["data"] if trace["mode"] == "lines"]
    assert len({line["color"] for line in lines}) == len({line["dash"] for line in lines}) == 3


@every_net
def test_the_alternative_has_the_numbers_of_the_step(name):
    net, lit = NETS[name]
    text = clean(unrolled_alt(net, lit))
    assert after(text, "the input ") == shown(net.x[lit - 1, 0], 3)
    assert after(text, "the output ") == shown(net.y[lit - 1, 0], 3)
    assert ("set to 0 again" in text) is net.reset


@every_net
def test_the_sentence_has_state_and_output(name):
    net, lit = NETS[name]
    text = clean(describe_step(net, lit))
    values = [*net.h[lit], net.y[lit - 1, 0]]
    assert numbers(text.replace("₁₂", ""))[-len(values) :] == [shown(float(v), 3) for v in values]


@every_net
@every_look
def test_reactions_are_the_cells_of_a_triangle(name, look):
    net, lit = NETS[name]
    found = reactions(net)
    spec = validated(reach_figure(found, lit, look))
    (heat,) = spec["data"]
    z = array(heat["z"])
    past = np.tri(len(found), dtype=bool)
    assert np.isnan(z[~past]).all()
    largest = np.abs(found).max() or 1.0
    same(z[past], found[past] / largest)
    assert (heat["zmin"], heat["zmax"]) == (-1.0, 1.0)
    (frame,) = spec["layout"]["shapes"]
    assert (frame["y0"], frame["y1"], frame["x1"]) == (lit - 1.5, lit - 0.5, lit - 0.5)
    for t, s in np.argwhere(past):
        assert (heat["text"][t][s] == "0") is bool(found[t, s] == 0)
    assert not any(heat["text"][t][s] for t, s in np.argwhere(~past))


@every_net
def test_the_alternative_of_the_triangle_has_its_first_column(name):
    found = reactions(NETS[name][0])
    told = numbers(clean(reach_alt(found)).rpartition("on: ")[2])
    assert told == [shown(value, 3) for value in found[:, 0]]


@every_net
@every_look
def test_weights_stand_in_their_cells(name, look):
    p = NETS[name][0].p
    spec = validated(weights_figure(p, look))
    z = array(spec["data"][0]["z"])
    values = z[~np.isnan(z)]
    same(np.sort(values), np.sort(p.flat.astype(np.float32)))
    h = len(p.W_hh)
    same(z[:h, 2 : 2 + h], p.W_hh)
    same(z[:h, 0], p.W_xh[:, 0])
    assert len(spec["layout"]["annotations"]) == 5
    assert sorted(numbers(weights_alt(p))) == [shown(v, 3) for v in np.sort(p.flat)]


def test_who_reacts_to_the_first_input():
    right, printed = (reactions(replace(NETS["default"][0], reset=r)) for r in (False, True))
    assert reached(right) == [1, 2, 3, 4, 5]
    assert reached(printed) == [1]
    assert which_outputs(right) == "y₁ to y₅"
    assert which_outputs(printed) == "y₁ alone"


@every_net
@pytest.mark.parametrize("reset", [False, True])
def test_the_sentence_counts_who_reacts(name, reset):
    net = NETS[name][0]
    right, printed = (reactions(replace(net, reset=r)) for r in (False, True))
    text = clean(describe_reach(right, printed, reset).replace("x₁ reaches", "X₁ reaches", 1))
    now = printed if reset else right
    assert f"**{len(reached(now))} of {len(net.x)} " in text
    if len(net.x) > 1:
        assert f"is **{'0' if reset else ''}" in text
        assert shown(right[-1, 0], 3) in numbers(text)


@every_net
def test_the_table_has_a_row_per_step(name):
    net = NETS[name][0]
    found = reactions(net)
    table = unrolled_table(net, found)
    assert list(table["t"]) == list(range(1, len(net.x) + 1))
    np.testing.assert_array_equal(table["yₜ"], net.y[:, 0])
    np.testing.assert_array_equal(table["∂yₜ/∂x₁"], found[:, 0])
    np.testing.assert_array_equal(table.filter(like="unit"), net.h[1:])


@every_net
def test_worked_lines_have_balanced_braces_and_the_numbers(name):
    net, lit = NETS[name]
    target = np.vstack([[0.0], net.x[:-1]])
    error = half_squared_error(net.p, net.x, target, net.activation, reset=net.reset)
    found = reactions(net)
    lines = [
        *worked_step(net, lit),
        *worked_loss(net, target, error),
        *worked_back(net, target, lit),
        *worked_reaction(net, lit, float(found[lit - 1, 0])),
    ]
    for line in lines:
        for text in line:
            assert text.count("{") == text.count("}")
            assert text.count(r"\left(") == text.count(r"\right)")
            assert not re.search(r"\bnan\b|\binf\b|None", text)
    step = [numbers for _, numbers in worked_step(net, lit)]
    assert column(net.h[lit]) in step[1]
    for w, h in zip(net.p.W_hy[0], net.h[lit], strict=True):
        assert rf"{signed(w)} \cdot {signed(h)}" in step[2]
    assert step[2].endswith(f"= {short(net.y[lit - 1, 0])}")
    dh = state_gradients(net.p, net.slopes, net.y - target, carry=not net.reset)
    back = worked_back(net, target, lit)
    assert ("W_{hh}" in back[1][0]) is not is_end(net, lit)
    assert column(dh[lit - 1]) in back[1][1]
    assert column((dh * net.slopes)[lit - 1]) in back[2][1]


def test_vectors_in_short_numbers():
    texts = {
        **{0.0: "0", -0.5: "-0.5", 1.0: "1", -0.4564: "-0.456", 0.36001: "0.360", 12.346: "12.35"},
        **{-543.99: "-544.0", 1234.5: "1234", 36_123.4: "36123", 1e-5: r"1\cdot 10^{-5}"},
    }
    for value, text in texts.items():
        assert short(value) == text
    assert signed(-0.5) == column(np.array([-0.5])) == "(-0.5)"
    assert signed(-2e9) == r"(-2\cdot 10^{9})"
    rows = r"\begin{pmatrix} 1\\ -0.456 \end{pmatrix}"
    assert column(np.array([1.0, -0.4564])) == rf"{{\footnotesize{rows}}}"


@every_net
def test_every_weight_has_a_name(name):
    p = NETS[name][0].p
    names = weight_names(p)
    assert len(set(names)) == len(names) == p.size
    assert names[0] == "W_xh[1, 1]"
    assert names[-1] == "b_y[1]"
