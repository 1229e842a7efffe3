"""The calendar of reviews: every day in its cell, overload framed, words that agree with it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from pages.figures.coming import coming_alt, coming_figure, coming_table, describe_coming
from quiz_bank.progress.outlook import days_ahead
from tests.pages.figures.reading import array, clean, every_look, numbers, validated

TODAYS = [date(2026, 3, 2) + timedelta(days=k) for k in range(7)]  # a Monday to a Sunday


def counts_from(today: date, high: int, weeks: int = 12) -> dict[date, int]:
    rng = np.random.default_rng(today.toordinal())
    return {day: int(rng.integers(high)) for day in days_ahead(today, weeks)}


STATES = {
    **{f"{today:%a}": counts_from(today, 30) for today in TODAYS},
    "empty": dict.fromkeys(days_ahead(TODAYS[3], 12), 0),
    "one week": counts_from(TODAYS[6], 30, weeks=1),
    "backlog": counts_from(TODAYS[5], 5) | {TODAYS[5]: 200},
}
every_state = pytest.mark.parametrize("counts", STATES.values(), ids=STATES)


@every_state
@every_look
def test_each_day_stands_in_its_cell(counts, look):
    spec = validated(coming_figure(counts, 20, look))
    (heat,) = spec["data"]
    z = array(heat["z"])
    today = min(counts)
    monday = today - timedelta(days=today.weekday())
    assert heat["x"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    for (week, weekday), value in np.ndenumerate(z):
        day = monday + timedelta(days=7 * week + weekday)
        text = heat["text"][week][weekday]
        if day < today:
            assert np.isnan(value)
            assert text == ""
        else:
            assert value == counts[day]
            assert (str(counts[day]) if counts[day] else "·") in text
            assert ("<u>" in text) == (day == today)
        assert heat["customdata"][week][weekday] == f"{day:%a} {day.day} {day:%b}"
    assert heat["y"][0] == f"{monday.day} {monday:%b}"


@every_state
@every_look
def test_days_beyond_the_cap_are_framed(counts, look):
    spec = validated(coming_figure(counts, 20, look))
    today = min(counts)
    monday = today - timedelta(days=today.weekday())
    frames = {
        monday + timedelta(days=round((s["y0"] + s["y1"]) / 2) * 7 + round((s["x0"] + s["x1"]) / 2))
        for s in spec["layout"].get("shapes", [])
    }
    assert frames == {day for day, count in counts.items() if count > 20}


@every_state
def test_the_words_are_computed_from_the_days(counts):
    text = clean(describe_coming(counts, 20))
    days = sorted(counts)
    if not any(counts.values()):
        assert text.startswith("No review is due until")
        return
    assert numbers(text)[:2] == [counts[days[0]], sum(counts[day] for day in days[:7])]
    assert f"{sum(counts.values())}** until" in text
    is_today = counts[days[0]] == max(counts.values())
    assert ("The fullest day" in text) != is_today
    assert is_today or f"with **{max(counts.values())}**." in text
    over = sum(count > 20 for count in counts.values())
    assert ("framed" in text) == bool(over)
    if over:
        assert ("The framed day holds" if over == 1 else f"The {over} framed days each") in text
    assert text.replace("*", "") in clean(coming_alt(counts, 20))


@every_state
def test_the_table_has_a_row_for_each_day(counts):
    table = coming_table(counts, 20)
    assert dict(zip(table["date"], table["reviews due"], strict=True)) == {
        day.isoformat(): count for day, count in counts.items()
    }
    assert list(table["more than 20"]) == ["yes" if counts[d] > 20 else "no" for d in counts]
