"""The app run in the test's own process, and what to do with everything that can be moved on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import (
    ButtonGroup,
    Radio,
    Selectbox,
    SelectSlider,
    Slider,
    Toggle,
    Widget,
)

from pages.ui.contents import CONTENTS
from pages.ui.lab import DRAWERS

APP = Path(__file__).parents[2] / "app.py"
LABS = [(entry.slug, slug, name) for entry in CONTENTS for slug, name in entry.labs.items()]
LAB_IDS = [slug for _, slug, _ in LABS]

SETTINGS: dict[type[Widget], Callable[[Any], list[Any]]] = {
    Slider: lambda widget: [widget.min, widget.max],
    SelectSlider: lambda widget: [type(widget.value)(widget.options[k]) for k in (0, -1)],
    Toggle: lambda _: [True, False],
    Selectbox: lambda widget: list(widget.options),
    Radio: lambda widget: list(widget.options),
    ButtonGroup: lambda widget: (
        list(widget.options)
        if widget._is_single_select
        else [*([option] for option in widget.options), list(widget.options), []]
    ),
}


def visit(slug: str, query: Mapping[str, Any] = {}, theme: str = "light") -> AppTest:
    """The page as a link with these query values opens it, in a session of its own."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.context["theme"] = theme
    app.query_params.update(query)
    return app.switch_page(f"pages/{slug}.py").run()


def drawers(lab: str) -> dict[str, str]:
    """Query values that open all drawers of a lab."""
    return {f"{lab}_{drawer}": "true" for drawer in DRAWERS}


def unfold(app: AppTest, lab: str) -> AppTest:
    """Reveals the lab's result and opens its drawers."""
    app.button(key=f"{lab}_skip").click().run()
    for drawer in DRAWERS:
        app.session_state[f"{lab}_{drawer}"] = True
    return app.run()


def press(app: AppTest, key: str) -> AppTest:
    """Presses a lab's button, such as "<lab>_train" or "<lab>_stop", and asks for the rest of the
    run that goes on then, if any, piece by piece, as the browser does."""
    app.button(key=key).click().run()
    name = f"{key.rpartition('_')[0]}_run"
    run = name in app.session_state and app.session_state[name]
    while run and run.is_going:
        run.advance()
        app.run()
    return app


def controls(app: AppTest) -> dict[str, Widget]:
    """The controls with a key, by key; the lab's own choice left out."""
    return {
        node.key: node for node in app if type(node) in SETTINGS and node.key and node.key != "lab"
    }


def in_the_address(app: AppTest) -> list[str]:
    """Names of the query values that the page reads: of controls, drawers and the lab."""
    protos = (getattr(node, "proto", None) for node in app)
    keys = (getattr(proto, "query_param_key", "") for proto in protos)
    return [key for key in keys if key]


def every_setting(app: AppTest) -> Iterator[tuple[str, Any]]:
    """Moves each control to each of its settings and back, yielding after each run.

    A setting that brings further controls has them moved too.
    """
    yield from _move(app, list(controls(app)))


def _move(app: AppTest, keys: list[str]) -> Iterator[tuple[str, Any]]:
    for key in keys:
        control = controls(app)[key]
        before = control.value
        for setting in SETTINGS[type(control)](control):
            known = controls(app).keys()
            controls(app)[key].set_value(setting)
            app.run()
            yield key, setting
            yield from _move(app, [new for new in controls(app) if new not in known])
        controls(app)[key].set_value(before)
        app.run()


def random_walk(app: AppTest, rng: np.random.Generator, moves: int) -> Iterator[tuple[str, Any]]:
    """Moves controls at random, one after the other and none back, yielding after each run."""
    for _ in range(moves):
        movable = controls(app)
        key = str(rng.choice(sorted(movable)))
        settings = SETTINGS[type(movable[key])](movable[key])
        setting = settings[rng.integers(len(settings))]
        movable[key].set_value(setting)
        app.run()
        yield key, setting
