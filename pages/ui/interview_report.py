"""After an interview: the score, the time, what comes next, and every question explained."""

from __future__ import annotations

import streamlit as st

from pages.figures.interview_topics import (
    describe_scores,
    describe_time,
    score_alt,
    score_figure,
    time_alt,
    time_figure,
    topics_table,
)
from pages.ui.clock import learners_zone
from pages.ui.contents import CONTENTS
from pages.ui.interview_question import question_of_report
from pages.ui.interview_records import close_report, report_of
from pages.ui.lab import choose, drawer, show, table_and_downloads
from pages.ui.look import current_look
from pages.ui.progress import due_questions, warn_when_not_saving
from quiz_bank.interview import words
from quiz_bank.interview.as_html import as_html
from quiz_bank.interview.as_markdown import as_markdown
from quiz_bank.interview.report import OfTopic, Report
from quiz_bank.interview.sitting import Sitting

PICTURES = {"score": "Points", "time": "Time"}


@st.fragment
def show_report(sitting: Sitting) -> None:
    """The report of an interview that is over."""
    report = report_of(sitting)
    st.header(f"Interview of {words.when(report, learners_zone())}", anchor=False)
    st.markdown(f"{words.settings_line(report)}\n\n**{words.headline(report)}**")
    _downloads(report)
    _topics(report)
    _next(report)
    st.header("Questions", anchor=False)
    for entry in report.marked:
        question_of_report(sitting, entry)
    st.markdown(words.seed_line(report))
    st.page_link(
        "pages/interview.py",
        label="Set up these questions again",
        icon=":material/replay:",
        query_params=_same(report),
    )
    if st.button("New interview", key="interview_new", icon=":material/add:"):
        close_report()
        st.rerun()
    warn_when_not_saving()


def _same(report: Report) -> dict[str, str]:
    plan = report.sitting.plan
    return {
        "minutes": str(plan.minutes),
        "level": plan.level.capitalize(),
        "role": plan.role.capitalize(),
        "set": str(plan.seed),
    }


def _downloads(report: Report) -> None:
    zone = learners_zone()  # asked here: a download is written outside the session
    name = f"interview-{report.sitting.began.astimezone(zone):%Y-%m-%d-%H%M}"
    with st.container(horizontal=True):
        for kind, mime, write in (
            ("HTML", "text/html", as_html),
            ("Markdown", "text/markdown", as_markdown),
        ):
            st.download_button(
                f"Download as {kind}",
                lambda write=write: write(report, zone).encode(),
                f"{name}.{'html' if kind == 'HTML' else 'md'}",
                mime,
                key=f"interview_{kind}",
                on_click="ignore",
                icon=":material/download:",
            )


def _topics(report: Report) -> None:
    """The two pictures by topic, and their table."""
    if not report.topics:
        return
    st.header("By topic", anchor=False)
    picture = choose("Picture", PICTURES, "interview_picture", label_visibility="collapsed")
    if picture == "score":
        show(
            score_figure(report.topics, current_look()),
            "interview_scores",
            score_alt(report.topics),
        )
        st.markdown(describe_scores(report.topics))
    else:
        show(time_figure(report.topics, current_look()), "interview_times", time_alt(report.topics))
        st.markdown(describe_time(report.topics))
    if section := drawer("Table and downloads", "interview_table"):
        with section:
            table_and_downloads("interview", topics_table(report.topics))


def _next(report: Report) -> None:
    """The weakest topics with their labs and questions, and the cards that are due."""
    st.header("What to review next", anchor=False)
    for topic in report.next:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(words.next_line(topic))
            _links(topic)
    if not report.next:
        st.markdown("No topic stands out: every one that counts reached 80 % of its points.")
    due = len(due_questions())
    if due:
        noun = "question is" if due == 1 else "questions are"
        st.page_link(
            "pages/review.py", label=f"Review: {due} {noun} due", icon=":material/event_repeat:"
        )


def _links(topic: OfTopic) -> None:
    st.page_link(
        "pages/practice.py",
        label="Practice",
        icon=":material/quiz:",
        query_params={"topic": topic.title},
    )
    for entry in CONTENTS:
        if topic.topic in entry.topics:
            st.page_link(f"pages/{entry.slug}.py", label=entry.title, icon=entry.icon)
