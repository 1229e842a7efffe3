"""Under- and overfitting: what is drawn and said against errors recomputed here."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.bias_variance import study_law, study_table
from engine.studies.polynomials import LAWS, legendre, predict, ridge_fit
from pages.figures.fitting import describe_fit, faded, fit_alt, fit_figure, said, verdict
from pages.figures.fitting_errors import (
    CURVES,
    MEASURED,
    SUM,
    bars,
    bars_alt,
    bars_figure,
    curves,
    describe_parts,
    errors_alt,
    errors_figure,
    fitting_table,
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
    value,
)

RNG = np.random.default_rng(6)
TABLE = (RNG.uniform(100, 900, 40), 1e4 * RNG.normal(size=40))
EXACT = (np.arange(30.0), np.arange(30.0) ** 2)
STUDIES = {
    "default": (study_law("sine", 20, 0.3, 0.0, 0), "sine"),
    "few": (study_law("step", 10, 1.0, 0.0, 3), "step"),
    "ridge": (study_law("sine", 20, 0.3, 1.0, 0), "sine"),
    "silent": (study_law("cubic", 20, 0.0, 0.0, 0), "cubic"),
    "table": (study_table(*TABLE, 0.0, 0), None),
    "exact table": (study_table(*EXACT, 0.0, 0), None),
    "five": (study_table(np.arange(5.0), [1, 0, 1, 0, 3], 0.0, 0), None),
}
DEGREES = (0, 3, 9, 15)
STATES = [(name, degree) for name in STUDIES for degree in DEGREES]
every_state = pytest.mark.parametrize(("name", "degree"), STATES)


@every_look
@every_state
def test_figures_are_valid_in_both_looks(name, degree, look):
    study, law = STUDIES[name]
    for revealed in (True, False):
        validated(fit_figure(study, degree, look, law, ("x", "y"), revealed))
    validated(errors_figure(study, degree, look))
    validated(bars_figure(study, degree, look))


@every_state
def test_points_and_fit_are_drawn_in_the_tables_own_units(name, degree):
    study, law = STUDIES[name]
    spec = validated(fit_figure(study, degree, LIGHT, law, ("dose", "effect"), True))
    assert spec["layout"]["xaxis"]["title"]["text"] == "dose"
    assert spec["layout"]["yaxis"]["title"]["text"] == "effect"
    training = points(named(spec, "training points"))
    if law is None:
        drawn = np.vstack([training, points(named(spec, "test points"))])
        own = {"table": TABLE, "exact table": EXACT, "five": (np.arange(5), [1, 0, 1, 0, 3])}
        expected = np.column_stack(own[name]).astype(float)
        order = np.lexsort(expected.T), np.lexsort(drawn.T)
        np.testing.assert_allclose(drawn[order[1]], expected[order[0]], rtol=1e-9, atol=1e-9)
    else:
        np.testing.assert_allclose(training, np.column_stack([study.x, study.y]), atol=1e-15)
        curve = points(named(spec, "law without noise"))
        same(curve[:, 1], LAWS[law].f(np.linspace(-1, 1, 201)))
    fit = points(named(spec, f"this fit, degree {degree}"))
    exact = study.targets(predict(study.coefficients[degree], np.linspace(-1, 1, 201)))
    low, high = spec["layout"]["yaxis"]["range"]
    inside = (exact > low) & (exact < high)
    np.testing.assert_allclose(fit[inside, 1], exact[inside], rtol=1e-12)
    assert np.all((training[:, 1] > low) & (training[:, 1] < high))


def test_the_band_is_mean_and_standard_deviation_of_the_fits():
    study, law = STUDIES["default"]
    spec = validated(fit_figure(study, 5, LIGHT, law, ("x", "y"), True))
    fits = legendre(np.linspace(-1, 1, 201), 5) @ study.resampled[5, :, :6].T
    mean, sd = fits.mean(axis=1), fits.std(axis=1)
    same(points(named(spec, "mean of 50 fits"))[:, 1], mean)
    same(points(named(spec, "± one standard deviation"))[:, 1], mean + sd)
    same(points(named(spec, "lower edge"))[:, 1], mean - sd)
    traces = [trace["name"] for trace in spec["data"]]
    band = traces.index("± one standard deviation")
    assert traces[band - 1] == "lower edge"
    assert spec["data"][band]["fill"] == "tonexty"


def test_nothing_fitted_is_drawn_before_the_answer():
    study, law = STUDIES["default"]
    spec = validated(fit_figure(study, 9, LIGHT, law, ("x", "y"), False))
    assert [trace["name"] for trace in spec["data"]] == ["training points", "law without noise"]


@every_state
def test_errors_over_the_degree_are_the_studys(name, degree):
    study, _ = STUDIES[name]
    spec = validated(errors_figure(study, degree, LIGHT))
    low, high = (10.0**end for end in spec["layout"]["yaxis"]["range"])
    assert 0 < low < high < 1e30
    for label, values in curves(study).items():
        trace = named(spec, label)
        drawn = array(trace["y"])
        inside = (values > low) & (values < high)
        same(drawn[inside], values[inside])
        assert np.all((drawn <= low) | (drawn >= high) | inside)
        sizes = trace["marker"]["size"]
        assert sizes.index(max(sizes)) == degree
    assert low <= study.test_error.min() or study.test_error.min() < 1e-30
    assert study.test_error.max() <= high
    same(array(named(spec, f"degree {degree}")["x"]), [degree, degree])


def test_lines_differ_by_more_than_color():
    spec = validated(errors_figure(STUDIES["default"][0], 9, LIGHT))
    lines = [named(spec, name) for name in CURVES]
    for style in (
        [trace["line"]["color"] for trace in lines],
        [trace["line"]["dash"] for trace in lines],
        [trace["marker"]["symbol"] for trace in lines],
    ):
        assert len(set(style)) == len(lines)


@every_state
def test_bars_stack_to_their_sum(name, degree):
    study, law = STUDIES[name]
    values = bars(study, degree)
    spec = validated(bars_figure(study, degree, LIGHT))
    texts = spec["data"][-1]
    assert [value(t) for t in texts["text"]] == [
        shown(v, 3) if v >= 1e-20 else 0 for v in values.values()
    ]
    if law is None:
        assert list(values) == ["training error", "test error", "variance"]
        return
    parts = [trace for trace in spec["data"] if SUM in trace["y"] and trace["type"] == "bar"]
    assert len(parts) == 3
    assert sum(trace["x"][1] for trace in parts) == pytest.approx(values[SUM])
    assert values[SUM] == pytest.approx(study.parts.total[degree])
    assert values[MEASURED] == study.parts.measured[degree]
    assert spec["layout"]["barmode"] == "stack"


@every_state
def test_caption_tells_both_errors(name, degree):
    study, _ = STUDIES[name]
    text = clean(describe_fit(study, degree))
    n = len(study.x)
    x, y = study.x, study.y
    ridge = {"ridge": 1.0}.get(name, 0.0)
    c = ridge_fit(legendre(x, degree), y, ridge)
    train = float(np.mean((legendre(x, degree) @ c - y) ** 2))
    assert after(text, "Degree **") == degree
    assert after(text, "has ") == degree + 1
    assert f"for {n} points" in text
    assert after(text, "error is **") == (
        pytest.approx(train, rel=1e-3) if train > 1e-18 else pytest.approx(0, abs=1e-18)
    )
    assert ("share of the variance of y" in text) == (study.parts is None)
    assert f"at degree {study.best}" in text
    assert verdict(study, degree) in text


def test_verdicts():
    default = STUDIES["default"][0]
    assert verdict(default, 0) == "underfits"
    assert verdict(default, default.best) == "is close to the best"
    assert verdict(default, 15) == "overfits"
    five = study_table(np.arange(5.0), [1, 2, 0, 5, 1], 0.0, 0)
    assert (five.best, verdict(five, 9)) == (12, "overfits")  # it passes through every point
    exact = STUDIES["exact table"][0]
    assert exact.best == 2
    assert {verdict(exact, degree) for degree in range(2, 8)} == {"is close to the best"}


@every_state
def test_the_parts_are_told_with_both_sides(name, degree):
    study, law = STUDIES[name]
    text = clean(describe_parts(study, degree))
    if law is None:
        assert "bootstrap" in text
        assert "cannot be told apart" in text
        return
    parts = study.parts
    told = numbers(text)
    expected = [
        50,
        parts.bias2[degree],
        parts.variance[degree],
        parts.noise,
        parts.bias2[degree] + parts.variance[degree] + parts.noise,
        parts.measured[degree],
    ]
    assert told[:6] == [shown(v) if v >= 1e-20 else 0 for v in expected]
    assert told[6] < 5  # % apart


@every_state
def test_alternatives_say_what_is_drawn(name, degree):
    study, _ = STUDIES[name]
    assert describe_fit(study, degree).replace("*", "") in clean(fit_alt(study, degree))
    text = clean(errors_alt(study))
    assert all(label in text for label in curves(study))
    text = clean(bars_alt(study, degree))
    assert all(label in text for label in bars(study, degree))


@pytest.mark.parametrize("name", STUDIES)
def test_table_has_a_row_per_degree(name):
    study, law = STUDIES[name]
    table = fitting_table(study)
    assert list(table["degree"]) == list(range(16))
    np.testing.assert_array_equal(table["test error"], study.test_error)
    if law is not None:
        np.testing.assert_allclose(
            table["sum"], table["bias²"] + table["variance"] + table["noise"]
        )


def test_small_helpers():
    assert said(1e-28) == "0"
    assert said(0.12345, 3) == "0.123"
    assert faded("#0072B2", 0.2) == "rgba(0,114,178,0.2)"
