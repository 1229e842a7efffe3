"""What a graded answer is told: right, partly right or wrong, and why."""

from __future__ import annotations

import streamlit as st

from pages.ui.stage_verdicts import stage_verdict
from quiz_bank.grading.results import Graded
from quiz_bank.model import Variant

BOXES = {
    "correct": (st.success, ":material/check_circle:"),
    "partial": (st.warning, ":material/contrast:"),
    "incorrect": (st.error, ":material/cancel:"),
    "invalid": (st.warning, ":material/help:"),
}


def show_verdict(graded: Graded, variant: Variant) -> None:
    """The verdict with its reason and, of a staged derivation, that of each stage."""
    box, icon = BOXES[graded.verdict]
    feedback = "" if graded.stages else graded.feedback
    box(" ".join(filter(None, [graded.message, feedback, graded.warning])), icon=icon)
    if graded.stages and graded.verdict != "invalid":
        pairs = zip(variant.answer, graded.stages, strict=True)
        for number, (stage, of_stage) in enumerate(pairs, start=1):
            stage_verdict(of_stage, f"{number}", stage.symbol)
