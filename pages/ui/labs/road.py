"""Eight steps: the road of the post's series, with the labs, files, questions and numbers here."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import pandas as pd
import streamlit as st

from engine.seq2seq import Seq2Seq
from engine.seq2seq.decoding import greedy
from engine.seq2seq.loss import sequence_loss
from engine.seq2seq.training import update
from engine.studies.translation_gradient import check_parts
from engine.translation.shipped import HeldOut, shipped
from pages.figures.base import counted
from pages.figures.bottleneck_data import NAMES as MODELS
from pages.figures.bottleneck_data import word_count
from pages.figures.road import road_alt, road_figure
from pages.figures.road_facts import Facts, Told
from pages.figures.road_stops import AFTER, NAMES, PREDICTIONS, STOPS, TRANSLATION, Stop
from pages.figures.road_told import FACTS
from pages.ui.contents import PAGES, Entry
from pages.ui.lab import OPEN, checked, choose, drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.progress import bank
from quiz_bank.topics import TOPICS

LENGTHS = (4, 6, 8, 10, 12)  # words of the sentences on offer
LABELS = {name: words.partition(" ")[0].capitalize() for name, words in reversed(MODELS.items())}
LONG_TITLE = 40  # letters of a topic's title that a link has room for on a phone


@st.fragment
def lab() -> None:
    """The road beside its controls, the chosen step with its way on, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        at = st.slider("Step", 1, len(STOPS), 1, key="road_step", bind="query-params") - 1
        model = choose("Attention", LABELS, "road_model", wrap=True)
    with picture:
        asked = st.container()
        german = st.selectbox(
            "Held-out sentence", list(_sentences()), key="road_sentence", bind="query-params"
        )
        sentence = german if german in _sentences() else next(iter(_sentences()))
        told = _told(at, model, sentence)
        with asked:
            _road(at, (at, model, sentence))
            st.markdown(f"**Step {at + 1}: {STOPS[at].name}.** {STOPS[at].question} {told.words}")
    metrics(told.figures)
    _places(STOPS[at])
    drawers(
        "road",
        mathematics=lambda: _mathematics(model, sentence),
        table=lambda: _table(model, sentence),
        code=[Seq2Seq.forward, Seq2Seq.backward, sequence_loss, update, greedy, check_parts],
        errata=(),
    )


def _road(at: int, settings: tuple[int, str, str]) -> None:
    """The question, and the road; what is asked for has no name before."""
    revealed = predict(
        "road",
        settings,
        "The series goes from the landscape of translation to an application in eight steps. "
        "Which step comes right after the backward pass?",
        PREDICTIONS,
        lambda: NAMES[AFTER],
    )
    show(
        road_figure(at, current_look(), revealed=revealed),
        "road_picture",
        road_alt(at, revealed=revealed),
        on_select=_pick,
        selection_mode="points",
    )


def _pick() -> None:
    points = st.session_state["road_picture"].selection.points
    if points:
        st.session_state["road_step"] = int(points[0]["customdata"][0])


@st.cache_resource(show_spinner=False)
def _sentences() -> dict[str, int]:
    """Held-out sentences to choose from, one of each length where there is one: place by text."""
    rows = shipped(next(iter(MODELS))).tested
    places = {word_count(row.german): k for k, row in reversed(list(enumerate(rows)))}
    chosen = [places[n] for n in LENGTHS if n in places] or [0]
    return {rows[k].german: k for k in chosen}


@st.cache_resource(max_entries=8, show_spinner=False)
def _facts(model: str, sentence: str) -> Facts:
    found = shipped(model)
    row: HeldOut = found.tested[_sentences()[sentence]]
    return Facts(found, row)


@st.cache_resource(max_entries=64, show_spinner=False)
def _told(at: int, model: str, sentence: str) -> Told:
    return FACTS[at](_facts(model, sentence))


@st.cache_resource(show_spinner=False)
def _questions() -> Counter[str]:
    """How many questions the quiz has on each topic."""
    return Counter(question.topic for question in bank())


def _places(stop: Stop) -> None:
    """Where the step is found: labs, the quiz, and files of the engine."""
    labs, quiz = st.columns(2, border=True)
    with labs:
        st.markdown(f"**{counted(len(stop.labs), 'lab').capitalize()}**")
        for here, near in groupby(stop.labs, key=lambda place: place[0] == TRANSLATION):
            with st.container(gap=None if here else "small"):  # buttons are higher than links
                for page, lab_slug in near:
                    _to_lab(PAGES[page], lab_slug)
    with quiz:
        st.markdown(f"**{counted(_asked(stop), 'quiz question')}**")
        for topic in stop.topics:
            title = TOPICS[topic].title
            short = title if len(title) <= LONG_TITLE else title.partition(" and ")[0]
            st.page_link(
                "pages/practice.py",
                label=f"{short}: {_questions()[topic]}",
                icon=":material/quiz:",
                query_params={"topic": title},
            )
    files = ", ".join(f"`engine/{file}`" for file in stop.files)
    st.markdown(f"{counted(len(stop.files), 'file')} of the engine: {files}.")


def _to_lab(entry: Entry, slug: str) -> None:
    """A way to a lab. One to this same page would leave the choice of the lab as it is; so that is
    set, and the page drawn anew."""
    name = entry.labs[slug]
    words = f"{entry.title}: {name}"
    if entry.slug != TRANSLATION:
        page = f"pages/{entry.slug}.py"
        st.page_link(page, label=words, icon=entry.icon, query_params={OPEN: name})
        return
    with st.container(horizontal=True, gap=None):
        st.space("xsmall")  # as much as a link is moved in
        chosen = st.button(
            words,
            key=f"to_{slug}",
            type="tertiary",
            icon=entry.icon,
            on_click=st.session_state.__setitem__,
            args=("lab", slug),
        )
    if chosen:
        st.rerun()


def _asked(stop: Stop) -> int:
    return sum(_questions()[topic] for topic in stop.topics)


def _mathematics(model: str, sentence: str) -> None:
    """A formula for each step, with the numbers of this model and sentence."""
    for k, stop in enumerate(STOPS):
        st.markdown(f"**{k + 1} {stop.name}**")
        worked(_told(k, model, sentence).lines)
        if stop.name == "Backward pass":
            found = _facts(model, sentence).checked
            checked("∂E/∂θ", found.check, [f"largest in {part}" for part in found.parts])


def _table(model: str, sentence: str) -> pd.DataFrame:
    """All eight steps in a row each."""
    return pd.DataFrame(
        {
            "step": range(1, len(STOPS) + 1),
            "name": NAMES,
            "question": [stop.question for stop in STOPS],
            "labs": [_labs(stop) for stop in STOPS],
            "engine": [", ".join(stop.files) for stop in STOPS],
            "quiz questions": [_asked(stop) for stop in STOPS],
            "numbers": [_figures(_told(k, model, sentence)) for k in range(len(STOPS))],
        }
    )


def _labs(stop: Stop) -> str:
    return "; ".join(f"{PAGES[page].title}: {PAGES[page].labs[name]}" for page, name in stop.labs)


def _figures(told: Told) -> str:
    return "; ".join(f"{name} {value}" for name, value in told.figures.items())
