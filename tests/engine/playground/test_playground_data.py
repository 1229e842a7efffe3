"""The playground's data: inside its plane, even where it should be, told apart without noise, and
the same for the same settings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import NOISE, price_law
from engine.playground.clouds import BUMPS, CLOUDS, CURVES, REACH, curve, inside, moved
from engine.playground.data import (
    DATA,
    DRAWN,
    FIRST_POINTS,
    MAX_POINTS,
    TABLE_REACH,
    OwnTable,
    draw,
    nearest,
    parse_points,
    written,
)
from engine.playground.settings import CLASSES, LIMITS, Settings

EVEN = ("circle", "gaussians", "spiral", "moons")  # classes take turns
KINDS = [(key, k) for key, cloud in CLOUDS.items() for k in cloud.classes or (0,)]
CLASSIFIED = [(key, k) for key, k in KINDS if k]
LAWS = {
    "xor": lambda x, classes: x[:, 0] * x[:, 1] < 0,
    "circle": lambda x, classes: np.hypot(*x.T) * classes // 5,
    "checkerboard": lambda x, classes: ((x + REACH) // 3).sum(axis=1) % classes,
    "sine": lambda x, classes: x[:, 1] > 3 * np.sin(x[:, 0]),
}
each_kind = pytest.mark.parametrize(("key", "classes"), KINDS)
each_classified = pytest.mark.parametrize(("key", "classes"), CLASSIFIED)


def sample(key, classes=2, **more):
    return draw(Settings(data=key, classes=max(classes, 2), **more))


def table(n=40, labels=()):
    rng = np.random.default_rng(0)
    x = rng.normal([3, -20], [2, 0.1], (n, 2))
    y = (np.arange(n) % 2).astype(float) if labels else rng.normal(100, 7, n)
    return OwnTable(("a", "b"), x, y, labels)


@each_kind
@pytest.mark.parametrize("noise", LIMITS["noise"])
def test_points_lie_in_the_plane(key, classes, noise):
    for n in LIMITS["n"]:
        drawn = sample(key, classes, noise=noise, n=n)
        assert drawn.x.shape == (n, 2)
        assert drawn.y.shape == (n,)
        assert np.abs(drawn.x).max() <= REACH
        assert np.isfinite(drawn.y).all()
        assert drawn.y.dtype == np.float64
        assert drawn.reach == REACH
        assert not drawn.is_table


@each_kind
def test_points_fill_the_plane_far_enough_to_be_seen(key, classes):
    x = sample(key, classes, n=2000, noise=0.0).x
    assert np.all(np.abs(x).max(axis=0) > 2)
    assert np.all(x.max(axis=0) - x.min(axis=0) > REACH / 2)


@each_classified
@pytest.mark.parametrize("noise", LIMITS["noise"])
def test_classes_are_as_many_as_asked_for_and_about_even(key, classes, noise):
    drawn = sample(key, classes, noise=noise, n=1000)
    counts = np.bincount(drawn.y.astype(int), minlength=classes)
    assert len(drawn.labels) == len(counts) == classes
    assert set(drawn.y) == set(range(classes))
    if key in EVEN:
        assert np.ptp(counts) <= 1
    else:
        assert counts.min() > 0.5 * len(drawn.y) / classes


def test_two_to_six_classes_are_to_be_had():
    many = [key for key, cloud in CLOUDS.items() if len(cloud.classes) > 1]
    assert many == ["circle", "gaussians", "spiral", "checkerboard"]
    assert all(CLOUDS[key].classes == tuple(range(2, CLASSES + 1)) for key in many)
    for asked in range(2, CLASSES + 1):
        assert len(sample("moons", asked).labels) == 2
        assert sample("plane", asked).labels == ()
    assert [nearest(k, (2, 5)) for k in range(2, 7)] == [2, 2, 5, 5, 5]
    assert nearest(4, ()) == 0


@pytest.mark.parametrize(("key", "classes"), [kind for kind in CLASSIFIED if kind[0] in LAWS])
def test_without_noise_the_law_decides(key, classes):
    drawn = sample(key, classes, noise=0.0, n=2000)
    np.testing.assert_array_equal(LAWS[key](drawn.x, classes), drawn.y)


@pytest.mark.parametrize("key", CURVES)
def test_without_noise_the_curve_decides(key):
    drawn = sample("curve", curve=key, noise=0.0, n=2000)
    np.testing.assert_array_equal(drawn.x[:, 1] > CURVES[key][1](drawn.x[:, 0]), drawn.y)
    assert 0.3 < drawn.y.mean() < 0.7
    assert np.mean(sample("curve", curve=key, noise=0.5, n=2000).y) == drawn.y.mean()


def leave_one_out(x, y):
    """The share of points whose nearest other point is of their class."""
    far = ((x[:, None] - x) ** 2).sum(axis=2)
    np.fill_diagonal(far, np.inf)
    return np.mean(y[far.argmin(axis=1)] == y)


@each_classified
def test_without_noise_neighbors_are_alike_and_noise_mixes_them(key, classes):
    still, noisy = (sample(key, classes, noise=noise, n=1000) for noise in (0.0, 0.5))
    alike = leave_one_out(still.x, still.y)
    assert alike > {"spiral": 0.995, "moons": 0.999}.get(key, 0.88)
    assert leave_one_out(noisy.x, noisy.y) < alike - 0.02


@pytest.mark.parametrize("classes", range(2, CLASSES + 1))
def test_gaussians_are_nearest_to_their_own_center(classes):
    drawn = sample("gaussians", classes, noise=0.0, n=2000)
    angle = np.pi / 4 + 2 * np.pi * np.arange(classes) / classes
    centers = 3 * np.column_stack([np.cos(angle), np.sin(angle)])
    far = ((drawn.x[:, None] - centers) ** 2).sum(axis=2)
    assert np.mean(far.argmin(axis=1) == drawn.y) > 0.98
    spread = np.sqrt(far[np.arange(2000), drawn.y.astype(int)].mean() / 2)
    assert spread == pytest.approx(0.6, rel=0.05)


def test_the_numbers_to_predict_follow_their_laws():
    drawn = sample("plane", noise=0.0)
    np.testing.assert_allclose(drawn.y, drawn.x.sum(axis=1) / 10, rtol=1e-15)
    bumps = sample("bumps", noise=0.0, n=2000)
    assert np.abs(bumps.y).max() == pytest.approx(1, abs=0.05)
    for a, b, height in BUMPS:
        near = np.hypot(*(bumps.x - [a, b]).T) < 0.7
        assert np.all(np.sign(bumps.y[near]) == height)
    for key in ("plane", "bumps"):
        quiet, loud = (sample(key, noise=noise, n=2000) for noise in (0.0, 0.4))
        np.testing.assert_array_equal(quiet.x, loud.x)
        assert np.std(loud.y - quiet.y) == pytest.approx(0.4, rel=0.05)


@pytest.mark.parametrize("key", [key for key in DATA if key not in ("own", DRAWN)])
def test_the_same_settings_give_the_same_examples_and_another_seed_others(key):
    settings = Settings(data=key)
    one, two = draw(settings), draw(replace(settings, seed=9, rate=1.0))
    other = draw(replace(settings, data_seed=2))
    np.testing.assert_array_equal(one.x, two.x)
    np.testing.assert_array_equal(one.y, two.y)
    np.testing.assert_array_equal(one.is_training, two.is_training)
    assert np.any(one.x != other.x)
    assert np.any(one.is_training != other.is_training)


@pytest.mark.parametrize("key", ["circle", "houses", "own", DRAWN])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.77, 0.9])
def test_the_share_trains_and_both_sides_have_one(key, share):
    points = written(np.arange(8.0).reshape(4, 2) / 2, np.arange(4) % 2)
    drawn = draw(Settings(data=key, share=share, points=points), table())
    n = len(drawn.x)
    assert drawn.is_training.sum() == min(max(round(share * n), 1), n - 1)
    two = draw(Settings(data=DRAWN, share=share, points="1,1,0;2,2,0"))
    assert two.is_training.sum() == 1


def test_what_is_noise_outside_comes_back_inside():
    rng = np.random.default_rng(0)
    x = rng.uniform(-REACH, REACH, (500, 2))
    np.testing.assert_allclose(inside(x), x, atol=1e-14)
    outside = np.array([REACH + 0.5, -REACH - 0.5, 3 * REACH, 3 * REACH + 1, -3 * REACH - 1, 1e9])
    folded = inside(outside)
    np.testing.assert_allclose(folded[:5], [5.5, -5.5, -6, -5, 5])
    assert np.abs(folded).max() <= REACH
    far = moved(rng, x, 100.0)
    assert np.abs(far).max() <= REACH
    assert np.mean(np.abs(far) > REACH - 0.1) < 0.05  # nothing piles up at the edge


def test_houses_are_standardized_by_what_trains():
    settings = Settings(data="houses", n=400, noise=0.0)
    drawn = draw(settings)
    assert drawn.is_table
    assert drawn.names == ("bedrooms", "age", "distance", "pool")
    scales = np.array([(scale.mean, scale.sd) for scale in drawn.scales]).T
    prices = drawn.y * drawn.target.sd + drawn.target.mean
    np.testing.assert_allclose(price_law(drawn.x * scales[1] + scales[0]), prices, rtol=1e-12)
    assert drawn.target.unit == "thousand dollars"
    noisy = draw(replace(settings, noise=Settings().noise))
    noise = noisy.y * noisy.target.sd + noisy.target.mean - prices
    assert noise.std() == pytest.approx(NOISE, rel=0.1)


@pytest.mark.parametrize("labels", [(), ("no", "yes")])
def test_a_table_is_standardized_by_what_trains(labels):
    own = table(labels=labels)
    drawn = draw(Settings(data="own"), own)
    training = drawn.x[drawn.is_training]
    np.testing.assert_allclose(training.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(training.std(axis=0), 1, rtol=1e-12)
    back = drawn.x * [s.sd for s in drawn.scales] + [s.mean for s in drawn.scales]
    np.testing.assert_allclose(back, own.x, rtol=1e-12)
    np.testing.assert_allclose(drawn.y * drawn.target.sd + drawn.target.mean, own.y, rtol=1e-12)
    assert (drawn.names, drawn.labels, drawn.reach) == (own.names, labels, TABLE_REACH)
    if labels:
        np.testing.assert_array_equal(drawn.y, own.y)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"data": "own"}, "there is none yet"),
        ({"data": "squares"}, "unknown data 'squares'; known: circle"),
        ({"data": "curve", "curve": "tangent"}, "unknown curve 'tangent'; known: sine"),
    ],
)
def test_what_cannot_be_drawn_is_told(settings, words):
    with pytest.raises(ValueError, match=words):
        draw(Settings(**settings))


def test_fewer_than_two_points_are_a_pair_to_begin_with():
    for points in ("", "x", "1,1,0;9,9,9"):
        drawn = draw(Settings(data=DRAWN, points=points))
        assert written(drawn.x, drawn.y) == FIRST_POINTS
        assert drawn.labels == ("class 0", "class 1")


def test_a_curve_has_a_law_of_its_own():
    for key in CURVES:
        x, _ = curve(key)(np.random.default_rng(0), 50, 0.5, 2)
        assert np.abs(x).max() <= REACH


def test_drawn_points_have_as_many_classes_as_their_highest():
    drawn = draw(Settings(data=DRAWN, points="1,2,0;-3,4.5,3;0,0,0"))
    np.testing.assert_array_equal(drawn.x, [[1, 2], [-3, 4.5], [0, 0]])
    np.testing.assert_array_equal(drawn.y, [0, 3, 0])
    assert drawn.labels == ("class 0", "class 1", "class 2", "class 3")
    assert draw(Settings(data=DRAWN, points="1,2,0;3,4,0")).labels == ("class 0", "class 1")


COORDINATE = st.floats(-REACH, REACH)
POINTS = st.lists(st.tuples(COORDINATE, COORDINATE, st.integers(0, CLASSES - 1)), max_size=40)


@given(POINTS)
def test_points_survive_being_written(points):
    rows = np.array(points, float).reshape(-1, 3)
    text = written(rows[:, :2], rows[:, 2])
    x, y = parse_points(text)
    np.testing.assert_allclose(x, rows[:, :2], atol=0.005 + 1e-12)
    np.testing.assert_array_equal(y, rows[:, 2])
    assert written(x, y) == text
    assert "-0," not in f"{text},".replace("-0.", "")


def test_points_are_short_in_an_address():
    x = np.random.default_rng(0).uniform(-REACH, REACH, (MAX_POINTS, 2))
    assert len(written(x, np.arange(MAX_POINTS) % CLASSES)) < 14 * MAX_POINTS
    assert written(np.array([[1, -0.001], [-2.5, 6]]), np.array([-0.0, 5])) == "1,0,0;-2.5,6,5"


BAD_POINTS = [
    *(
        "",
        ";",
        "x",
        "1,2",
        "1,2,3,4",
        "1,2,x",
        "nan,1,0",
        "1,nan,0",
        "1,1,nan",
        "inf,1,0",
        "1,inf,0",
    ),
    *(
        "7,0,0",
        "0,-6.01,0",
        "1,1,6",
        "1,1,-1",
        "1,1,0.5",
        "1,1,inf",
        "1e999,1,0",
        "<b>,1,0",
        "1,1,",
    ),
]


@pytest.mark.parametrize("part", BAD_POINTS, ids=range(len(BAD_POINTS)))
def test_what_is_no_point_is_left_out(part):
    x, y = parse_points(f"1,2,0;{part};3,4,1")
    np.testing.assert_array_equal(x, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(y, [0, 1])


@given(st.text(max_size=200) | st.text("0123456789.,;-+e\nnaif", max_size=200))
def test_no_text_of_points_raises(text):
    x, y = parse_points(text)
    assert x.shape == (len(y), 2)
    assert np.all(np.abs(x) <= REACH)
    assert set(y) <= set(range(CLASSES))


def test_points_beyond_the_most_are_not_read():
    text = ";".join("1,1,0" for _ in range(MAX_POINTS + 50))
    assert len(parse_points(text)[0]) == MAX_POINTS
    np.testing.assert_array_equal(parse_points("1,2,0\n3,4,1\r\n")[1], [0, 1])
