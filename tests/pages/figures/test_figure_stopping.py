"""Early stopping's pictures and words, against the recorded losses."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.stopping_study import EPOCHS, GRID, Recorded, law, record, stopped_at
from engine.task import Examples
from pages.figures import stopping as figures
from tests.pages.figures.reading import (
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

RUN = record(20, 0.5, 16, 1)
WAITS = (1, 20, 1000)
every_patience = pytest.mark.parametrize("waits", WAITS)


def made(validation):
    """A run with these validation losses."""
    v = np.array(validation, float)
    none = Examples(np.zeros((2, 1)), np.zeros((2, 1)))
    return Recorded(none, none, v, v, v, np.zeros((len(v), len(GRID))))


@every_patience
@every_look
def test_losses_are_drawn_with_stop_and_restored(waits, look):
    stop = stopped_at(RUN.validation, waits, 0.0)
    spec = validated(figures.losses_figure(RUN, stop, True, look))
    for name, losses in (("training", RUN.training), ("test", RUN.test)):
        same(points(named(spec, name)), np.column_stack([np.arange(EPOCHS + 1), losses]))
    kept = int(np.argmin(RUN.validation[: EPOCHS + 1 if stop is None else stop + 1]))
    assert named(spec, "restored")["x"] == [kept]
    stops = [trace["x"] for trace in spec["data"] if trace["name"] == "stop"]
    assert stops == ([] if stop is None else [[stop]])
    hidden = validated(figures.losses_figure(RUN, stop, False, look))
    assert [trace["name"] for trace in hidden["data"]] == ["training"]
    assert hidden["layout"]["yaxis"]["range"] == spec["layout"]["yaxis"]["range"]


@every_patience
def test_words_tell_stop_restored_and_test_losses(waits):
    stop = stopped_at(RUN.validation, waits, 0.0)
    text = clean(figures.describe_stopping(RUN, stop, waits))
    kept = figures.restored_epoch(RUN, stop)
    if stop is None:
        assert "never stopped" in text
    else:
        assert after(text, "stops at epoch **") == stop
    assert after(text, "of epoch **") == kept
    assert after(text, "Their test loss is **") == shown(RUN.test[kept], 3)
    assert ("short of" in text) == (kept != RUN.best)
    assert ("no lower" in text) == (RUN.test[kept] >= RUN.test[-1])
    clean(figures.losses_alt(RUN, stop, waits, True))
    clean(figures.losses_alt(RUN, stop, waits, False))


@pytest.mark.parametrize(
    ("validation", "expected"), [([3, 2, 1], "falls"), ([2, 1, 3], "turns"), ([1, 2, 3], "rises")]
)
def test_course_of_the_validation_loss(validation, expected):
    assert figures.course(made(validation)) == expected


@every_look
def test_fits_draw_both_curves_and_both_sets(look):
    stop = stopped_at(RUN.validation, 20, 0.0)
    kept = figures.restored_epoch(RUN, stop)
    spec = validated(figures.fits_figure(RUN, stop, look))
    same(array(named(spec, f"restored, epoch {kept}")["y"]), RUN.curves[kept])
    same(array(named(spec, f"end, epoch {EPOCHS}")["y"]), RUN.curves[-1])
    same(array(named(spec, "law")["y"]), law(GRID))
    same(array(named(spec, "held out")["y"]), RUN.validation_set.y[:, 0])
    text = clean(figures.fits_alt(RUN, stop))
    assert after(text, "by at most ") == shown(np.abs(RUN.curves[kept] - law(GRID)).max(), 2)
    assert numbers(text)[-2:] == [EPOCHS, shown(np.abs(RUN.curves[-1] - law(GRID)).max(), 2)]
    assert text.endswith(clean(figures.describe_fits(RUN, stop)).replace("*", ""))


@every_look
@pytest.mark.parametrize("steps", [1, 50, 500])
def test_shares_and_their_gap(look, steps):
    spec = validated(figures.shares_figure(0.1, steps, look))
    s, strength = figures.SPECTRUM, 1 / (0.1 * steps)
    early, ridge = 1 - (1 - 0.1 * s) ** steps, s / (s + strength)
    same(array(spec["data"][0]["y"]), early)
    same(array(spec["data"][1]["y"]), ridge)
    text = clean(figures.describe_shares(0.1, steps))
    assert after(text, "1/(ηt) = **") == shown(strength, 2)
    assert after(text, "at most **") == shown(np.abs(early - ridge).max(), 2)
    clean(figures.shares_alt(0.1, steps))


def test_table_has_a_row_per_epoch():
    table = figures.stopping_table(RUN)
    assert list(table) == ["epoch", "training loss", "validation loss", "test loss"]
    np.testing.assert_array_equal(table["test loss"], RUN.test)
    assert numbers(str(len(table))) == [EPOCHS + 1]
