"""The numbers of the LSTM by hand: absurd ones, a file, and typed derivatives, in a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.by_hand.lstm_example import EXAMPLE
from tests.browser.driver import Server
from tests.browser.test_controls import DRAWN, DRAWN_ANEW

pytestmark = pytest.mark.browser

SHAPES = {"weight_ih_l0": (4, 2), "weight_hh_l0": (4, 1), "bias_ih_l0": (4,), "bias_hh_l0": (4,)}


def open_numbers(server: Server, visit) -> Page:
    return visit.open(server.url("lstm_by_hand", "Weights and update", lstm_numbers="true"))


@pytest.mark.parametrize("absurd", ["1e308", "", "abc", "nan", "[[1, 2]]"])
def test_an_absurd_number_gets_a_sentence_and_the_picture_stays(absurd, server, visits):
    visit = visits()
    page = open_numbers(server, visit)
    field = page.get_by_role("textbox", name="Edited numbers")
    before = page.evaluate(DRAWN)
    field.fill("W_o[3]=0.5")
    field.press("Enter")
    page.wait_for_function(DRAWN_ANEW, arg=before)
    good = visit.settle().evaluate(DRAWN)
    field.fill(f"W_o[3]={absurd}")
    field.press("Enter")
    expect(page.get_by_test_id("stAlert").filter(has_text="W_o[3]=")).to_be_visible()
    assert visit.settle().evaluate(DRAWN) == good
    assert field.input_value() == f"W_o[3]={absurd}"
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []


def weights_file(folder: Path, shapes: dict[str, tuple[int, ...]]) -> Path:
    def filled(shape: tuple[int, ...]) -> object:
        return 0.25 if not shape else [filled(shape[1:]) for _ in range(shape[0])]

    file = folder / "lstm.json"
    file.write_text(json.dumps({name: filled(shape) for name, shape in shapes.items()}))
    return file


def test_weights_of_pytorch_are_taken_from_a_file(server, visits, tmp_path):
    visit = visits()
    page = open_numbers(server, visit)
    before = page.evaluate(DRAWN)
    page.locator("input[type=file]").set_input_files(weights_file(tmp_path, SHAPES))
    page.wait_for_function(DRAWN_ANEW, arg=before)
    expect(page.get_by_role("textbox", name="Edited numbers")).to_have_value(
        re.compile(r"W_f\[1\]=0\.25")
    )
    assert visit.problems == []


def test_a_matrix_of_another_shape_is_refused_and_nothing_changes(server, visits, tmp_path):
    visit = visits()
    page = open_numbers(server, visit)
    before = page.evaluate(DRAWN)
    wrong = weights_file(tmp_path, SHAPES | {"weight_ih_l0": (2, 4)})
    page.locator("input[type=file]").set_input_files(wrong)
    alert = page.get_by_test_id("stAlert").filter(has_text="weight_ih_l0")
    expect(alert).to_contain_text("(4, 2)")
    assert visit.settle().evaluate(DRAWN) == before
    assert visit.problems == []


def test_a_typed_derivative_is_graded_and_kept_over_a_reload(server, visits):
    visit = visits()
    page = visit.open(server.url("lstm_by_hand", "Derivation", derivation_mode="Type it"))
    field = page.get_by_label(re.compile(r"^2\.1 "))
    field.fill(f"{-0.141014310341 - EXAMPLE.y[1]:.6f}")
    field.press("Enter")
    expect(page.get_by_text(re.compile("counts"))).to_be_visible()
    expect(page).to_have_url(re.compile("0.441014"))
    visit.settle()
    page.reload()
    visit.settle()
    expect(page.get_by_label(re.compile(r"^2\.1 "))).to_have_value("-0.441014")
    assert page.get_by_test_id("stException").count() == 0
