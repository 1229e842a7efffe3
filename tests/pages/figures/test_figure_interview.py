"""The pictures of an interview's report say the numbers of its topics."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from pages.figures.base import Look
from pages.figures.interview_topics import (
    describe_scores,
    describe_time,
    score_alt,
    score_figure,
    time_alt,
    time_figure,
    topics_table,
    wrapped,
)
from quiz_bank.interview.report import OfTopic, Total

LOOK = Look(False, "#000000", "#FFFFFF", "#CCCCCC", ("#0072B2", "#D55E00"))
TOPICS = [
    OfTopic("losses", Total(3, 2, 3, 1.5, 150, 90)),
    OfTopic("vae", Total(1, 1, 1, 1.0, 20, 60)),
    OfTopic("gan", Total(1, 1, 0, 0.0, 30, 60)),
]


@pytest.mark.parametrize("draw", [score_figure, time_figure])
def test_the_pictures_are_valid_and_named(draw):
    figure = go.Figure(draw(TOPICS, LOOK).to_dict())
    assert figure.layout.xaxis.title.text
    assert all(len(trace.y) == len(TOPICS) for trace in figure.data)


def test_the_bars_are_the_scores_and_the_minutes():
    (scores,) = score_figure(TOPICS, LOOK).to_dict()["data"]
    assert scores["x"] == [50, 100, 0]
    assert scores["text"] == ["1.5 of 3", "1 of 1", "not graded"]
    used, expected = time_figure(TOPICS, LOOK).to_dict()["data"]
    assert used["x"] == [2.5, 20 / 60, 0.5]
    assert expected["x"] == [1.5, 1, 1]


def test_the_words_are_computed_from_the_topics():
    assert describe_scores(TOPICS) == (
        "Best: Variational autoencoders (**100 %**). Weakest: Losses and softmax (**50 %**)."
    )
    assert describe_scores(TOPICS[2:]) == "No answer is graded yet."
    assert describe_scores(TOPICS[1:]) == "Every topic reached **100 %**."
    assert "**3:20** minutes used where 3:30" in describe_time(TOPICS)
    assert "Losses and softmax took 1:00 longer" in describe_time(TOPICS)
    assert "1.5 of 3" in score_alt(TOPICS)
    assert "0:20 used, 1:00 expected" in time_alt(TOPICS)
    assert topics_table(TOPICS)["points"].tolist() == [1.5, 1.0, 0.0]


def test_long_titles_are_broken_into_lines():
    assert wrapped("Vanishing gradients and initialization").count("<br>") == 1
