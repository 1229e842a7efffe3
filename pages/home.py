"""Home: what this is, the chapters with the learner's progress, and where progress is kept."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.descent import descend
from engine.optimizers import Adam, Momentum
from engine.surfaces import SURFACES
from pages.figures.base import Figure, Look
from pages.figures.contour import contour_figure
from pages.figures.race import describe_race, race_alt
from pages.ui.contents import CONTENTS, EXPERIMENT, LOOK_UP, PRACTICE, Entry
from pages.ui.frame import open_page
from pages.ui.keeping import keeping
from pages.ui.lab import show
from pages.ui.look import current_look
from pages.ui.progress import asked_on, best_scores, due_questions, last_question
from quiz_bank.topics import TOPICS

CARDS = 3  # side by side
SECTIONS = {
    EXPERIMENT: "Build a network, watch it learn, ask it why, and take it along.",
    PRACTICE: "Could you answer this in an interview, today and in a month?",
    LOOK_UP: "What does the handbook say, and is it right?",
}
RATE, BETA, ADAPTIVE_RATE, STEPS = 0.003, 0.9, 0.15, 200  # of the race shown; its link has them too


@st.cache_resource(max_entries=2, show_spinner=False)
def race(look: Look) -> tuple[Figure, str, str]:
    """A race to look at, what the labs are like: picture, text alternative and words."""
    surface = SURFACES["himmelblau"]
    rules = {"Momentum": Momentum(RATE, BETA), "Adam": Adam(ADAPTIVE_RATE)}
    runs = {name: descend(rule, surface, surface.start, STEPS) for name, rule in rules.items()}
    figure = contour_figure(surface, runs, surface.start, look, height=400)
    return figure, race_alt(surface, runs), describe_race(runs)


def next_steps() -> None:
    """Continue where the learner stopped, and what is due today."""
    st.markdown(
        "Every picture is computed as you move a slider, every gradient is checked against a "
        "central difference, and every answer is graded with a reason."
    )
    due, last = due_questions(), last_question()
    if last is not None:
        st.page_link(
            "pages/practice.py",
            label=f"Continue: {last.title}",
            icon=":material/play_arrow:",
            query_params={"question": last.title},
        )
    if last is None:
        st.page_link("pages/cards.py", label="Begin with the essential 50", icon=":material/style:")
    elif due:
        words = f"Due for review now: {len(due)}"
        st.page_link("pages/review.py", label=words, icon=":material/event_repeat:")
    else:
        st.markdown("No question is due for review now.")
    params = {
        "surface": SURFACES["himmelblau"].label,
        "optimizers": ["Momentum", "Adam"],
        "rate": f"{RATE:g}",
        "adaptive_rate": f"{ADAPTIVE_RATE:g}",
        "beta": f"{BETA:g}",
        "steps": f"{STEPS}",
    }
    st.page_link(
        "pages/optimizers.py", label="Open this race", icon=":material/flag:", query_params=params
    )


def card(entry: Entry, scores: dict[str, float]) -> None:
    """One page with labs: what they are, and how many of its questions were right."""
    questions = asked_on(entry)
    right = sum(scores.get(question.id, 0.0) >= 1.0 for question in questions)
    words = f"{entry.question} Labs: {', '.join(entry.labs.values())}."
    with framed(f"{entry.chapter or ''} {entry.title}".lstrip(), words):
        st.page_link(f"pages/{entry.slug}.py", label="Open the labs", icon=entry.icon)
        st.page_link(
            "pages/practice.py",
            label=f"Practice {len(questions)} questions",
            icon=":material/quiz:",
            query_params=practice_filter(entry),
        )
        st.progress(right / max(1, len(questions)), f"{right} of {len(questions)} right")


def practice_filter(entry: Entry) -> dict[str, str]:
    """The query of the practice page that leaves the questions of a page: one topic, or all of
    the chapter."""
    if len(entry.topics) == 1:
        return {"topic": TOPICS[entry.topics[0]].title}
    return {"chapter": str(entry.chapter)}


def section_card(section: str, words: str) -> None:
    """The pages of a section without labs."""
    with framed(section, words):
        for entry in CONTENTS:
            if entry.section == section:
                st.page_link(f"pages/{entry.slug}.py", label=entry.title, icon=entry.icon)


def framed(title: str, words: str) -> DeltaGenerator:
    """A frame with a title and words at its top; what is returned, its links, is at its foot."""
    frame = st.container(border=True, height="stretch", vertical_alignment="distribute")
    frame.markdown(f"## {title}\n\n{words}")
    return frame.container()


open_page("home")
picture, words = st.columns([1.7, 1], gap="large", vertical_alignment="center")
with picture:
    figure, alt, said = race(current_look())
    show(figure, "home_race", alt)
    st.markdown(said)
with words:
    next_steps()
progress = best_scores()
cards = [partial(card, entry, progress) for entry in CONTENTS if entry.labs]
cards += [partial(section_card, section, words) for section, words in SECTIONS.items()]
for first in range(0, len(cards), CARDS):
    for column, draw in zip(st.columns(CARDS), cards[first : first + CARDS], strict=False):
        with column:
            draw()
keeping()
