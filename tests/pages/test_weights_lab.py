"""The labs on weights and softmax head by link: the example's numbers, and absurd ones."""

from __future__ import annotations

import pytest

from tests.pages.app import controls, drawers, visit

GATES = "fuco"
ABSURD = {
    "all at 1000": "; ".join(
        [
            *(f"W_{g}[{k}]=1000; b_{g}=-1000" for g in GATES for k in (1, 2, 3)),
            "x_1[1]=1000; x_1[2]=-1000; x_2[1]=-1000; x_2[2]=1000",
            "y_1=1000; y_2=-1000; a_0=1000; C_0=-1000; alpha=1000",
        ]
    ),
    "all at 0": "; ".join(
        [
            *(f"W_{g}[{k}]=0; b_{g}=0" for g in GATES for k in (1, 2, 3)),
            "x_1[1]=0; x_1[2]=0; x_2[1]=0; x_2[2]=0; y_1=0; y_2=0; a_0=0; C_0=0; alpha=0",
        ]
    ),
    "steep": "W_f[3]=900; W_u[3]=-900; W_c[3]=700; y_1=1000; alpha=-1000; C_0=500",
}
NAMES = {"weights": "Weights and update", "softmax_head": "Softmax head"}


def text(app):
    return " ".join(m.value for m in app.markdown)


def opened(lab, **query):
    return visit("lstm_by_hand", {"lab": NAMES[lab]} | drawers(lab) | query)


def test_the_update_is_the_reference_run():
    app = opened("weights", weights_rate="1")
    assert "from 0.171121 to **0.170577**" in text(app)
    app = opened("weights", weights_view="Next forward pass")
    assert "from −0.141014 to **−0.139874**" in text(app)


def test_the_head_is_the_reference_run():
    app = opened("softmax_head", softmax_head_row="you (3)")
    assert "**−0.547178**" in text(app)
    assert "**1.17242**" in text(app)


def test_the_rate_is_a_multiple_of_the_edited_alpha():
    app = opened("weights", lstm_edits="alpha=0.5", weights_rate="10")
    assert "α = 0.5, rate used **5**." in text(app)
    assert "One update at rate 5 " in text(app)


@pytest.mark.parametrize("edits", ABSURD.values(), ids=ABSURD)
@pytest.mark.parametrize("lab", NAMES)
def test_absurd_numbers_are_drawn(lab, edits):
    app = opened(lab, lstm_edits=edits)
    assert not app.exception
    for key in ("weights_view", "softmax_head_label"):
        if key in controls(app):
            for option in controls(app)[key].options:
                assert not controls(app)[key].set_value(option).run().exception
    for key in ("weights_rate", "softmax_head_stage"):
        if key in controls(app):
            widget = controls(app)[key]
            for k in (0, -1):
                value = type(widget.value)(widget.options[k])
                assert not controls(app)[key].set_value(value).run().exception


@pytest.mark.parametrize("weights", [("-1000", "1000", "0"), ("1000", "1000", "1000")])
@pytest.mark.parametrize("a", ["1000", "-1000", "0", "1"])
def test_a_saturated_head_says_so(weights, a):
    fields = {f"softmax_head_w{k}": w for k, w in enumerate(weights, 1)}
    app = opened(
        "softmax_head",
        softmax_head_input="My own",
        softmax_head_a=a,
        softmax_head_label="are (1)",
        **fields,
    )
    assert not app.exception
    assert ("softmax is saturated" in text(app)) == (weights[0] == "-1000" and a in ("1000", "1"))
