"""One closer look at the run, less often than its picture: a chart takes the browser far longer."""

from __future__ import annotations

import streamlit as st

from engine.playground.course import Course
from engine.playground.data import OwnTable
from pages.ui.lab import choose
from pages.ui.look import current_look
from pages.ui.playground_compare import compare
from pages.ui.playground_session import is_moving, redraw_if_changed, set_picked
from pages.ui.playground_stage import shown_columns
from pages.ui.playground_take import take_along
from pages.ui.playground_views import curves, layers, scores
from pages.ui.playground_why import POINT, WEIGHT, why

VIEWS = {
    "curves": ("Curves", curves),
    "scores": ("Scores", scores),
    "layers": ("Layers", layers),
    "why": ("Why", why),
    "compare": ("Compare", compare),
    "take": ("Take along", take_along),
}
OWN = ("play_view", WEIGHT, POINT)  # controls of the views that callbacks elsewhere set
WAIT = ("compare", "take")  # drawn only while the run stands


def closer(course: Course, own: OwnTable | None) -> None:
    """The view that the visitor chose."""
    set_picked(theirs=OWN)
    redraw_if_changed()
    names = {key: name for key, (name, _) in VIEWS.items()}
    chosen = choose("Look closer", names, "play_view")
    if chosen in WAIT and is_moving():
        st.info("Pause to see this.", icon=":material/pause:")
    elif chosen == "compare":
        compare(course, current_look(), own, shown_columns(course))
    else:
        VIEWS[chosen][1](course, current_look())
