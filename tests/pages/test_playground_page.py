"""The playground as a visitor uses it: played, paused, rewound, linked, and given nonsense."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from engine.optimizers import OPTIMIZERS
from engine.playground.build import build
from engine.playground.clouds import CURVES
from engine.playground.data import DATA
from engine.playground.presets import PRESETS
from engine.playground.run import Trainer, begin
from engine.playground.settings import Settings
from engine.schedules import SCHEDULES
from pages.ui.playground_closer import VIEWS
from pages.ui.playground_fields import CHOICES, SCALES, query
from tests.pages.app import visit

BASE = Settings()
VARIED = {
    "default": BASE,
    "deep": replace(BASE, units=(8, 7, 6, 5, 4, 3), activations=("relu", "gelu", "elu") * 2),
    "no hidden layer": replace(BASE, units=(), activations=()),
    "one of two": replace(BASE, units=(4,), activations=("relu",)),
    "features": replace(BASE, features=("x1x1", "x2x2", "sin1")),
    "classes": replace(BASE, data="spiral", classes=5, noise=0.2, n=100, share=0.7, data_seed=9),
    "curve": replace(BASE, data="curve", curve="cubic"),
    "columns": replace(BASE, data="houses", columns=("age", "pool")),
    "drawn": replace(BASE, data="drawn", points="1,2,0;-1,0.5,1;3,3,2"),
    "remedies": replace(BASE, batch_norm=True, residual=True, dropout=0.25, seed=77),
    "rule": replace(BASE, optimizer="AdamW", rate=0.002, beta2=0.99, decay=0.1, batch_size=50),
    "schedule": replace(BASE, schedule="cosine", horizon=40),
    "penalty": replace(BASE, penalty="l1", form="proximal", strength=0.003),
    "clipping": replace(BASE, clip="value", limit=0.3),
    "stops": replace(BASE, stop_epochs=50, stop_loss=0.05, patience=9),
    **{f"preset {key}": preset.settings for key, preset in PRESETS.items()},
}


def settings_of(app):
    return app.session_state["play_course"][0][0]


def course_of(app):
    return app.session_state["play_course"][1]


def shown(app):
    """Numbers of the table under the board: Epoch, Step, Training and Test as (loss, quality)."""
    table = next(m.value for m in app.markdown if m.value.startswith("| Epoch"))
    epoch, step = re.findall(r"[\d,]+", table.splitlines()[0].split("|")[1].replace(", step", ""))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    return {"Epoch": epoch, "Step": step} | {name: (a, b) for name, a, b in rows}


def wait(app):
    """Asks for pieces, as the browser does, until the run stands."""
    for _ in range(500):
        if any(button.key == "play_play" for button in app.button):
            return app
        app.run()
    raise AssertionError("the run never stood still")


@pytest.mark.parametrize("settings", VARIED.values(), ids=VARIED.keys())
def test_a_link_opens_the_playground_with_its_settings(settings):
    app = visit("playground", query(settings))
    assert not app.exception
    opened = settings_of(app)
    irrelevant = {
        name: getattr(opened, name)
        for name in ("columns", "classes", "points")
        if not getattr(settings, name) or name == "classes"
    }
    assert replace(settings, **irrelevant) == opened
    if settings.data in ("spiral", "circle"):
        assert opened.classes == settings.classes


def test_a_link_with_a_step_shows_that_moment_bit_for_bit():
    settings = replace(BASE, optimizer="Adam", rate=0.01, data="xor")
    app = wait(visit("playground", query(settings, step=777)).run())
    experiment = build(settings)
    expected = Trainer(experiment).advance(begin(experiment), 777)
    assert shown(app)["Step"] == "777"
    assert np.array_equal(course_of(app).now.theta, expected.theta)
    assert app.query_params["play_step"] == "777"


def test_play_goes_on_until_pause_and_the_address_names_the_step():
    app = visit("playground")
    app.button(key="play_play").click().run()
    for _ in range(3):
        app.run()
    app.button(key="play_pause").click().run()
    assert app.button(key="play_play").label == "Play"
    step = course_of(app).now.step
    assert step > 0
    assert app.query_params["play_step"] == str(step)
    app.run()
    assert course_of(app).now.step == step


def test_one_step_and_one_epoch():
    app = visit("playground")
    app.button(key="play_one_step").click().run()
    assert shown(app)["Step"] == "1"
    app.button(key="play_one_epoch").click().run()
    assert shown(app)["Step"] == str(course_of(app).experiment.steps_per_epoch)


def test_rewinding_shows_the_moment_that_was():
    app = visit("playground")
    for _ in range(3):
        app.button(key="play_one_epoch").click().run()
    then = course_of(app).moments[1]
    rewind = next(s for s in app.slider if s.label == "Rewind to epoch")
    rewind.set_value(1).run()
    assert shown(app)["Epoch"] == "1"
    assert np.array_equal(course_of(app).now.theta, then.theta)


def test_a_slider_that_the_browser_still_shows_does_not_stop_a_run_that_moves():
    app = visit("playground")
    for _ in range(3):
        app.button(key="play_one_epoch").click().run()
    rewind = next(s for s in app.slider if s.label == "Rewind to epoch")
    app.session_state["play_going"] = True
    rewind.set_value(1).run()
    app.run()
    assert app.button(key="play_pause").label == "Pause"
    assert course_of(app).epoch > 3


def test_what_a_callback_set_outlives_what_the_browser_says_until_the_visitor_chooses():
    settings = replace(BASE, data="plane", rate=10.0, activations=("relu", "relu"))
    app = wait(visit("playground", query(settings, step=3_000)).run())
    app.button(key="play_clip_it").click().run()
    app.session_state["play_picked"] = app.session_state["play_picked"][0], 0.0  # long ago
    app.session_state["play_redrawn"] = True  # the next run is one that the page asks for
    app.selectbox(key="play_clip").set_value("none").run()
    assert settings_of(app).clip == "norm"
    app.selectbox(key="play_clip").set_value("none").run()
    assert settings_of(app).clip == "none"


def test_reset_keeps_the_weights_and_new_weights_change_them_unless_locked():
    app = visit("playground")
    start = course_of(app).now.theta
    app.button(key="play_one_epoch").click().run()
    app.button(key="play_reset").click().run()
    assert shown(app)["Step"] == "0"
    assert np.array_equal(course_of(app).now.theta, start)
    app.button(key="play_new_weights").click().run()
    assert not np.array_equal(course_of(app).now.theta, start)
    assert settings_of(app).seed != BASE.seed
    app.toggle(key="play_lock").set_value(True).run()
    assert app.button(key="play_new_weights").disabled
    assert app.number_input(key="play_seed").disabled


def test_another_setting_shows_the_same_step_of_the_other_run():
    app = wait(visit("playground", {"play_step": "300"}).run())
    app.slider(key="play_noise").set_value(0.3).run()
    app = wait(app.run())
    expected = build(replace(BASE, noise=0.3))
    moment = Trainer(expected).advance(begin(expected), 300)
    assert np.array_equal(course_of(app).now.theta, moment.theta)


def test_a_run_that_diverges_names_step_and_tensor_and_each_cure_lets_it_go_on():
    settings = replace(BASE, data="plane", rate=10.0, activations=("relu", "relu"))
    for cure in ("play_smaller_rate", "play_clip_it"):
        app = wait(visit("playground", query(settings, step=3_000)).run())
        assert "Diverged at step" in app.warning[0].value
        assert app.button(key="play_play").disabled
        before = course_of(app).now.step
        app.button(key=cure).click().run()
        app.run()
        assert settings_of(app) != settings
        app = wait(app)
        course = course_of(app)
        assert not course.stopped or course.now.step > before


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("data", ["circle", "houses"])
def test_every_closer_look_opens_at_the_start_and_later(view, data):
    link = query(replace(BASE, data=data)) | {"play_view": VIEWS[view][0]}
    for step in ({}, {"play_step": "90"}):
        app = visit("playground", link | step).run()
        assert not wait(app).exception


@pytest.mark.parametrize("data", DATA)
def test_every_kind_of_data_can_be_played(data):
    app = visit("playground", {"play_data": DATA[data]})
    app.button(key="play_one_epoch").click().run()
    assert not app.exception
    assert shown(app)["Epoch"] == "1"


NONSENSE = ["", "abc", "-1", "1e999", "nan", "<b>", "9" * 400, "²", "٣", "Circle,XOR", "\x00"]


@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_in_the_address_opens_the_playground(value):
    names = [*CHOICES, *SCALES, "layers", "units_1", "activation_2", "features", "columns", "n"]
    names += ["noise", "seed", "step", "points", "view", "lock", "batch_norm", "speed", "stop_loss"]
    app = visit("playground", {f"play_{name}": value for name in names})
    assert not app.exception
    assert shown(app)["Step"] == "0"
    for name in names:
        assert not visit("playground", {f"play_{name}": value}).exception


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_leads_to_settings_that_train(name):
    tables = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "curve": CURVES}
    assert set(tables.get(name, CHOICES[name])) == set(CHOICES[name])
    needs = {"curve": {"data": "curve"}, "form": {"penalty": "l2"}}.get(name, {})
    for key in CHOICES[name]:
        if key != "own":
            app = visit("playground", query(replace(BASE, **needs, **{name: key})))
            app.button(key="play_one_step").click().run()
            assert not app.exception
            assert getattr(settings_of(app), name) == key


@pytest.mark.parametrize("key", PRESETS)
def test_a_run_worth_seeing_is_set_played_and_in_the_address(key):
    app = visit("playground", {"play_step": "30"})
    app.button(key=f"play_preset_{key}").click().run()
    app.run()
    assert not app.exception
    assert settings_of(visit("playground", app.query_params)) == settings_of(app)
    assert settings_of(app).units == PRESETS[key].settings.units
    assert course_of(app).now.step > 0
    assert "play_step" not in app.query_params
