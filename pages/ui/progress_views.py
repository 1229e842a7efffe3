"""The views of the progress page: each a picture, its sentence, what is meant, and its table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.figures import accuracy, calibration, forgetting
from pages.figures import mastery as known
from pages.figures import misconceptions_seen as mistakes
from pages.figures.base import Figure, counted
from pages.ui.lab import DRAWERS, choose, drawer, show, table_and_downloads
from pages.ui.look import current_look
from pages.ui.progress_data import AHEAD, Snapshot
from pages.ui.progress_next import mistake_link
from quiz_bank.progress.statistics import Seen

NAMES = {
    "mastery": "Mastery",
    "weeks": "Accuracy and time",
    "forgetting": "Forgetting",
    "calibration": "Calibration",
    "mistakes": "Misconceptions",
}
NOTHING = (
    "Nothing to show yet. Each graded answer counts here, whether it was given in Practice, in a "
    "review, on a card or in a mock interview."
)
TENTHS = {"minutes", "median seconds", "mean days", "expected today"}
IN_TENTHS = st.column_config.NumberColumn(format="%.1f")
IN_PERCENT = st.column_config.NumberColumn(format="percent")
TOLD = 5  # mistakes that are shown with their sentence


def views(found: Snapshot) -> None:
    """The choice of the view, and the view; the others are not computed."""
    view = choose("View", NAMES, "progress_view", label_visibility="collapsed")
    if found.history:
        VIEWS[view](found)
    else:
        st.info(NOTHING, icon=":material/monitoring:")


def _mastery(found: Snapshot) -> None:
    rows = {"topic": "By topic", "chapter": "By chapter"}
    by = choose("Rows", rows, "progress_rows", label_visibility="collapsed")
    drawn = found.titled_topics if by == "topic" else found.chapters
    _picture(
        "mastery",
        known.mastery_figure(drawn, current_look()),
        known.mastery_alt(drawn, by),
        (known.describe_mastery(drawn, by), known.DEFINITION),
        lambda: known.mastery_table(drawn, by),
    )


def _weeks(found: Snapshot) -> None:
    weeks = found.weeks
    if not weeks.answers.size:
        st.info("None of the answers has a date in the last two years.")
        return
    _picture(
        "weeks",
        accuracy.accuracy_figure(weeks, current_look()),
        accuracy.accuracy_alt(weeks),
        (accuracy.describe_accuracy(weeks), accuracy.DEFINITION),
        lambda: accuracy.accuracy_table(weeks),
    )


def _forgetting(found: Snapshot) -> None:
    recall = found.recall
    st.header("Recall at your reviews", anchor=False)
    if recall.reviews < forgetting.LEAST:
        st.info(
            f"{counted(recall.reviews, 'review')} so far came a day or more after the one before; "
            f"from {forgetting.LEAST} on there is a curve.",
            icon=":material/event_repeat:",
        )
    else:
        _picture(
            "recall",
            forgetting.recall_figure(recall, current_look()),
            forgetting.recall_alt(recall),
            (forgetting.describe_recall(recall), forgetting.DEFINITION),
            lambda: forgetting.recall_table(recall),
        )
    if not found.cards:
        return
    st.header("If you stopped today", anchor=False)
    words = (AHEAD, found.ahead, len(found.cards))
    _picture(
        "ahead",
        forgetting.ahead_figure(AHEAD, found.ahead, current_look()),
        forgetting.ahead_alt(*words),
        (forgetting.describe_ahead(*words),),
        lambda: forgetting.ahead_table(AHEAD, found.ahead),
    )


def _calibration(found: Snapshot) -> None:
    asked = found.calibration
    if asked.answers < calibration.LEAST:
        st.info(
            f"{counted(asked.answers, 'answer')} so far came with a confidence; from "
            f"{calibration.LEAST} on there is a picture. Say how sure you are before you see the "
            "grade, where a page asks for it.",
            icon=":material/balance:",
        )
        return
    _picture(
        "calibration",
        calibration.calibration_figure(asked, current_look()),
        calibration.calibration_alt(asked),
        (calibration.describe_calibration(asked), calibration.DEFINITION),
        lambda: calibration.calibration_table(asked),
    )


def _mistakes(found: Snapshot) -> None:
    seen = found.mistakes
    if not seen:
        st.info("No wrong answer so far was one of the known mistakes.", icon=":material/check:")
        return
    _picture(
        "mistakes",
        mistakes.misconceptions_figure(seen, current_look()),
        mistakes.misconceptions_alt(seen),
        (mistakes.describe_misconceptions(seen), mistakes.DEFINITION),
        lambda: mistakes.misconceptions_table(seen),
    )
    for one in seen[:TOLD]:
        _told(found, one)


def _told(found: Snapshot, one: Seen) -> None:
    with st.container(border=True):
        times = mistakes.times_made(one.times)
        st.markdown(f"**{mistakes.name_of(one)}**, {times}. {mistakes.mistake(one.key).feedback}")
        mistake_link(found, one.key)


def _picture(
    name: str,
    figure: Figure,
    alt: str,
    words: Sequence[str],
    table: Callable[[], pd.DataFrame],
) -> None:
    """A picture with its sentence, its definition, and its table in a drawer."""
    show(figure, f"progress_{name}", alt)
    for paragraph in words:
        st.markdown(paragraph)
    if section := drawer(DRAWERS["table"], f"progress_{name}_table"):
        with section:
            rows = table()
            table_and_downloads(f"progress_{name}", rows, _formats(rows))


def _formats(table: pd.DataFrame) -> dict[str, Any]:
    """Shares in percent, as the picture has them; days, times and sums in tenths."""
    names = table.select_dtypes("float").columns
    return {name: IN_TENTHS if name in TENTHS else IN_PERCENT for name in names}


VIEWS: dict[str, Callable[[Snapshot], None]] = {
    "mastery": _mastery,
    "weeks": _weeks,
    "forgetting": _forgetting,
    "calibration": _calibration,
    "mistakes": _mistakes,
}
