"""Augmentation: noise and mirror images, where they help and where they teach something false."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import streamlit as st

from engine.augmentation import AUGMENTATIONS, Mirror, Noise, noisy_squared_error
from engine.studies.augmentation_study import LABEL_LAWS, Classifier, classify, false_share
from engine.studies.letters import PAIRS, letter_error
from engine.types import Array
from pages.figures.augmentation import (
    NAMES,
    augmentation_table,
    describe_augmentation,
    describe_repeats,
    outcome,
    repeats_alt,
    repeats_figure,
    surface_alt,
    surface_figure,
)
from pages.figures.letters import describe_letters, letters_alt, letters_figure
from pages.handbook.model import for_lab
from pages.handbook.regularization import ERRATA
from pages.ui.lab import drawers, lab_columns, show
from pages.ui.labs.augmentation_mathematics import augmentation_mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.training_run import keep_training, run_training

COPIES, REPEATS = 5, 20
SD = 0.1  # of the noise, until a visitor chooses it
ANSWERS = {"falls": "It falls", "rises": "It rises", "stays": "It stays"}
Settings = tuple[str, str, int, float, int]  # law, augmentation, examples, noise, seed


@st.fragment
def lab() -> None:
    """Controls, both surfaces, repeats, letters, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        law, name, n, sd, seed = settings = _controls()
    plain = _trained(law, n, seed, None, 0.0)
    rng = np.random.default_rng(300 + seed)
    added = np.array([AUGMENTATIONS[name](sd)(rng, plain.examples.x) for _ in range(COPIES)])
    with picture:
        revealed = predict(
            "augmentation",
            settings,
            f"{n} examples of a law that is the same left and right. Mirror images are added in "
            "training: what does the test error do?",
            list(ANSWERS.values()),
            lambda: ANSWERS[outcome(plain.error, _trained(law, n, seed, name, sd).error)],
        )
        without, beside = st.columns(2)
        with without:
            _surface("Without augmentation", plain, law, None, None)
        if revealed:
            augmented = _trained(law, n, seed, name, sd)
            with beside:
                _surface(NAMES[name], augmented, law, name, added)
            wrong = np.mean([false_share(law, plain.examples.x, copy) for copy in added])
            st.markdown(describe_augmentation(plain, augmented, name, float(wrong)))
    if revealed:
        left, right = st.columns(2, gap="large")
        with left:
            _letters()
        with right:
            _repeats(settings)
    drawers(
        "augmentation",
        mathematics=lambda: augmentation_mathematics(plain, sd),
        table=lambda: augmentation_table(plain, law, added),
        code=[Noise, Mirror, classify, letter_error, noisy_squared_error],
        errata=for_lab(ERRATA, "augmentation"),
    )
    keep_training("augmentation")


def _controls() -> Settings:
    name = st.selectbox(
        "Augmentation",
        list(NAMES),
        index=1,
        format_func=NAMES.__getitem__,
        key="augmentation_kind",
        bind="query-params",
    )
    law = st.selectbox(
        "Law of the labels",
        list(LABEL_LAWS),
        format_func=lambda key: LABEL_LAWS[key].name,
        key="augmentation_law",
        bind="query-params",
    )
    n = st.slider("Examples", 5, 60, 20, 5, key="augmentation_n", bind="query-params")
    sd = SD if name == "mirror" else _noise()
    seed = st.slider("Seed", 0, 20, 0, key="augmentation_seed", bind="query-params")
    return law, name, n, sd, seed


def _noise() -> float:
    return st.slider(
        "Noise: standard deviation",
        0.0,
        0.5,
        SD,
        0.05,
        key="augmentation_sd",
        bind="query-params",
    )


@st.cache_resource(max_entries=128, show_spinner=False)
def _trained(law: str, n: int, seed: int, name: str | None, sd: float) -> Classifier:
    return classify(law, n, seed, None if name is None else AUGMENTATIONS[name](sd))


def _surface(
    title: str, classifier: Classifier, law: str, name: str | None, added: Array | None
) -> None:
    st.markdown(f"**{title}**")
    show(
        surface_figure(classifier, law, added, current_look()),
        "augmentation_augmented" if name else "augmentation_plain",
        surface_alt(classifier, law, name),
    )


@st.cache_data(max_entries=2 * len(PAIRS))
def _letter_error(pair: str, mirrored: bool) -> float:
    return letter_error(PAIRS[pair], mirrored)


def _letters() -> None:
    st.header("Letters in the mirror", anchor=False)
    pair = st.selectbox("Letters", list(PAIRS), key="augmentation_letters", bind="query-params")
    show(letters_figure(PAIRS[pair], current_look()), "augmentation_pair", letters_alt(PAIRS[pair]))
    errors = (_letter_error(pair, mirrored) for mirrored in (False, True))
    st.markdown(describe_letters(PAIRS[pair], *errors))


def _pairs(settings: Settings) -> Iterator[tuple[int, float, float]]:
    """Sets done, and errors without and with augmentation on this one."""
    law, name, n, sd, _ = settings
    for seed in range(REPEATS):
        plain, augmented = (classify(law, n, seed, a) for a in (None, AUGMENTATIONS[name](sd)))
        yield seed + 1, plain.error, augmented.error


def _repeats(settings: Settings) -> None:
    st.header("Was it luck?", anchor=False)
    records = run_training(
        "augmentation",
        settings[:4],
        lambda: _pairs(settings),
        lambda record: (record[0] / REPEATS, f"{record[0]} of {REPEATS} sets"),
        label=f"Repeat on {REPEATS} training sets",
    )
    look, name = current_look(), settings[1]
    if records:
        _, plain, augmented = zip(*records, strict=True)
        show(
            repeats_figure(plain, augmented, look),
            "augmentation_repeats",
            repeats_alt(plain, augmented, name),
        )
        st.markdown(describe_repeats(plain, augmented, name))
    else:
        show(
            repeats_figure([], [], look).frame_only(),
            "augmentation_repeats",
            "Axes for the test error with and without augmentation; nothing is trained yet.",
        )
