"""The playground's board in a browser: points drawn and weights pinned, by mouse and by keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.playground.settings import Settings
from tests.browser.playground_driver import (
    IS_BEYOND,
    assert_clean,
    button,
    open_tab,
    opened,
    pause,
    rested,
    step_of,
)

pytestmark = pytest.mark.browser

AT_EACH = """(keys, places) => {
    const box = keys.getBoundingClientRect();
    return places.map(([x, y]) => {
        const at = { clientX: box.left + x, clientY: box.top + y, pointerType: 'mouse' };
        keys.dispatchEvent(new PointerEvent('pointermove', at));
        return keys.style.cursor;
    });
}"""  # what the pointer looks like at each place


HAS_POINTS = r"""(count) => [...document.querySelectorAll('.st-key-play_board *')].some((host) => {
    const told = host.shadowRoot?.querySelector('canvas[role=img]')?.getAttribute('aria-label');
    const parts = [...(told ?? '').matchAll(/(\d+) (training|test) points?/g)];
    return parts.length && parts.reduce((sum, part) => sum + Number(part[1]), 0) === count;
})"""


def board(page: Page) -> Locator:
    return page.get_by_role("application").first


def pointers(page: Page, places: list[tuple[float, float]]) -> list[str]:
    found: list[str] = board(page).evaluate(AT_EACH, places)
    return found


def click_board(page: Page, x: float, y: float) -> None:
    board(page).click(position={"x": x, "y": y}, force=True)


def surface(page: Page) -> tuple[float, float, float]:
    """Left, top and side of the large picture within the board, while points are drawn."""
    box = board(page).bounding_box()
    xs, ys = range(int(box["width"])), range(int(box["height"]))
    y = next(y for y in ys if "crosshair" in pointers(page, [(0.85 * box["width"], y)]))
    inside = [kind == "crosshair" for kind in pointers(page, [(x, y + 4) for x in xs])]
    return inside.index(True), y, sum(inside)


def drawn(page: Page) -> list[list[float]]:
    """The points as the text of all of them says, which the tab Data shows."""
    open_tab(page, "Data")
    text = page.get_by_role("textbox", name=re.compile("^All points")).first
    expect(text).to_be_visible()
    points = [[float(v) for v in part.split(",")] for part in text.input_value().split(";") if part]
    expect(page.get_by_text(re.compile(rf"^{len(points)} points, up to")).first).to_be_visible()
    return points


def expect_points(page: Page, count: int) -> None:
    """Waits until the board says that it shows so many points, for training and for tests."""
    page.wait_for_function(HAS_POINTS, arg=count)


def test_a_click_draws_one_point_also_while_playing(server, visits):
    visit = visits()
    page = opened(server, visit, Settings(data="drawn", points="-3,0,0;3,0,1"))
    left, top, side = surface(page)
    click_board(page, left + 0.25 * side, top + 0.2 * side)
    expect_points(page, 3)
    rested(visit)
    x, y, label = drawn(page)[2]
    reach = 6
    assert (x, y, label) == (
        pytest.approx(-reach / 2, abs=0.3),
        pytest.approx(0.6 * reach, abs=0.3),
        0,
    )
    button(page, "Play").click()
    page.wait_for_function(IS_BEYOND, arg=0)
    for k, (across, down) in enumerate(((0.7, 0.3), (0.3, 0.7), (0.6, 0.8)), 4):
        click_board(page, left + across * side, top + down * side)
        expect_points(page, k)
    before = step_of(page)
    page.wait_for_function(IS_BEYOND, arg=before)  # it plays on
    pause(visit)
    assert len(drawn(page)) == 6
    expect_points(page, 6)
    open_tab(page, "Data")
    button(page, "Undo").click()
    expect_points(page, 5)
    assert_clean(visit)


def test_keys_draw_one_point(server, visits):
    visit = visits()
    page = opened(server, visit, Settings(data="drawn", points="-3,0,0;3,0,1"))
    board(page).focus()
    for key in ("Home", *["ArrowRight"] * 7):  # inputs, W1, hidden 1, ..., the output, the picture
        board(page).press(key)
    board(page).press("ArrowUp")
    board(page).press("Enter")
    expect_points(page, 3)
    rested(visit)
    assert drawn(page)[2] == [0.0, 0.5, 0.0]
    open_tab(page, "Data")
    field = page.get_by_role("spinbutton", name="x₁", exact=True).first
    field.fill("2")
    field.press("Tab")
    button(page, "Add point").click()
    expect_points(page, 4)
    rested(visit)
    assert drawn(page)[3] == [2.0, 0.0, 0.0]
    assert_clean(visit)


def test_a_weight_is_pinned_by_a_choice_by_keys_and_by_a_click(server, visits):
    visit = visits()
    page = opened(server, visit, Settings(), 60, play_view="Why")
    pinned = page.get_by_role("combobox", name="Pin a weight").first
    checked = page.get_by_text("the central difference, taken now, gives").first
    expect(checked).to_have_count(0)
    pinned.click()
    pinned.fill("W2: unit 3 → unit 2")
    pinned.press("Enter")
    expect(checked).to_be_visible()
    expect(page).to_have_url(re.compile("play_weight=W2"))
    rested(visit)
    said = checked.inner_text()
    board(page).focus()
    for key in ("Home", "ArrowRight", "ArrowDown", "Enter"):
        board(page).press(key)
    expect(pinned).to_have_value("W1: x₁ → unit 2")
    expect(checked).not_to_have_text(said)
    rested(visit)
    x, height = (board(page).bounding_box()[name] for name in ("width", "height"))
    x *= 0.13  # between the inputs and the first layer
    places = [(x, y) for y in range(60, int(height) - 60)]
    lines = [
        at for at, kind in zip(places, pointers(page, places), strict=True) if kind == "pointer"
    ]
    click_board(page, *lines[-6])  # well within reach of the lowest line
    expect(pinned).to_have_value(re.compile("^W1: x₂ → unit"))
    expect(checked).to_be_visible()
    rested(visit)
    assert_clean(visit)
