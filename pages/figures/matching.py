"""The matching game in pictures: which columns of which card were right, and what goes together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pages.figures.base import Figure, Look, axis, counted, layout, listed, typed
from pages.handbook.applications import (
    APPLICATIONS,
    COLUMNS,
    DATA,
    LABELS,
    LOSSES,
    MODELS,
    Answers,
    Application,
    judge,
)

Given = Mapping[str, Answers]  # by the name of the application


def progress_figure(cards: Sequence[Application], given: Given, current: int, look: Look) -> Figure:
    """A column per card and a row per question: right, wrong or open; the current card framed."""
    verdicts = [judge(card, given[card.name]) if card.name in given else None for card in cards]
    z = np.array([[0] * len(COLUMNS) if v is None else np.where(v, 1, -1) for v in verdicts]).T
    glyphs = {0: "·", 1: "✓", -1: "✗"}
    return Figure(
        [
            {
                "type": "heatmap",
                "x": list(range(1, len(cards) + 1)),
                "y": list(LABELS.values()),
                "z": typed(z),
                "zmin": -1,
                "zmax": 1,
                "colorscale": [look.diverging[0], [0.5, look.grid], look.diverging[2]],
                "text": [[glyphs[int(v)] for v in row] for row in z],
                "texttemplate": "%{text}",
                "textfont": {"color": look.text, "size": 14},
                "customdata": [[card.name for card in cards]] * len(COLUMNS),
                "hovertemplate": "%{customdata}<br>%{y}: %{text}<extra></extra>",
                "xgap": 2,
                "ygap": 2,
                "showscale": False,
            }
        ],
        layout(
            look,
            240,
            margin={"l": 8, "r": 8, "t": 28, "b": 8},
            xaxis=axis(
                look,
                "card",
                showgrid=False,
                zeroline=False,
                tickmode="array",
                tickvals=[n for n in range(1, len(cards) + 1) if n == 1 or n % 3 == 1],
                range=[0.5, max(len(cards), 3) + 0.5],
            ),
            yaxis=axis(look, "", showgrid=False, autorange="reversed"),
            shapes=[
                {
                    "type": "rect",
                    "x0": current + 0.5,
                    "x1": current + 1.5,
                    "y0": -0.5,
                    "y1": len(COLUMNS) - 0.5,
                    "line": {"color": look.text, "width": 2.5},
                }
            ],
        ),
    )


def pairs() -> dict[tuple[str, str], int]:
    """In how many of the applications a data type and a model are both accepted."""
    return Counter(
        (data, model)
        for application in APPLICATIONS
        for data in application.data.accepted
        for model in application.model.accepted
    )


def map_figure(look: Look) -> Figure:
    """Data types against models: the number of applications in which both are accepted."""
    count = pairs()
    z = np.array([[count.get((data, model), 0) for model in MODELS] for data in DATA])
    return Figure(
        [
            {
                "type": "heatmap",
                "x": list(MODELS.values()),
                "y": list(DATA.values()),
                "z": typed(z),
                "colorscale": [[0.0, look.background], [1.0, look.diverging[2][1]]],
                "text": [[str(n) if n else "" for n in row] for row in z],
                "texttemplate": "%{text}",
                "textfont": {"color": look.text, "size": 13},
                "hovertemplate": "%{y} with %{x}: %{z} of the applications<extra></extra>",
                "xgap": 2,
                "ygap": 2,
                "showscale": False,
            }
        ],
        layout(
            look,
            430,
            margin={"l": 8, "r": 8, "t": 28, "b": 8},
            xaxis=axis(look, "", showgrid=False, tickangle=-60),
            yaxis=axis(look, "", showgrid=False, autorange="reversed"),
        ),
    )


def right_by_column(given: Given) -> dict[str, int]:
    """How many of the given answers are accepted, by the key of the column."""
    verdicts = [judge(card, given[card.name]) for card in APPLICATIONS if card.name in given]
    return {column: sum(v[k] for v in verdicts) for k, column in enumerate(COLUMNS)}


def describe_score(given: Given) -> str:
    """Cards answered, columns right and the weakest column."""
    if not given:
        return f"No card is answered yet: **{len(APPLICATIONS)}** are waiting."
    right = right_by_column(given)
    asked = len(given) * len(COLUMNS)
    lead = (
        f"**{sum(right.values())} of {asked}** answers are right on {counted(len(given), 'card')}"
    )
    if sum(right.values()) == asked:
        return f"{lead}: none was wrong."
    lowest = min(right.values())
    weakest = [LABELS[column].lower() for column, n in right.items() if n == lowest]
    verb = "was" if len(weakest) == 1 else "were"
    return f"{lead}; hardest {verb} {listed(weakest)}, right on {lowest} of {len(given)}."


def accepted(application: Application, column: str, but: str = "") -> str:
    """The accepted answers of a column in words, one of them left out where it is given."""
    keys = [key for key in application.match(column).accepted if key != but]
    names = [COLUMNS[column][key] for key in keys]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def feedback(application: Application, answers: Answers) -> list[str]:
    """For each column a line of Markdown: right or wrong, what is accepted, and why."""
    verdicts = judge(application, answers)
    columns = zip(COLUMNS, answers, verdicts, strict=True)
    return [_line(application, column, answer, verdict) for column, answer, verdict in columns]


def _line(application: Application, column: str, answer: str, is_right: bool) -> str:
    match, given = application.match(column), f"{LABELS[column]}: **{COLUMNS[column][answer]}**"
    if not is_right:
        right = accepted(application, column)
        return f":material/cancel: {given} is not it; accepted: {right}. {match.reason}"
    if len(match.accepted) == 1:
        return f":material/check_circle: {given}. {match.reason}"
    others = accepted(application, column, but=answer)
    return f":material/check_circle: {given}; also accepted: {others}. {match.reason}"


def most_defensible(models: Sequence[str]) -> str:
    """The one of these models that is accepted in the most applications."""
    count = Counter(m for application in APPLICATIONS for m in application.model.accepted)
    return max(models, key=count.__getitem__)


def describe_map() -> str:
    """The most frequent pair, and in how many applications each of the two widest models fits."""
    count = pairs()
    (data, model), most = max(count.items(), key=lambda item: item[1])
    models = Counter(m for application in APPLICATIONS for m in application.model.accepted)
    losses = Counter(key for application in APPLICATIONS for key in application.loss.accepted)
    (widest, fits), (loss, uses) = models.most_common(1)[0], losses.most_common(1)[0]
    return (
        f"{DATA[data]} with a {MODELS[model].lower()} is the most frequent pair, accepted in "
        f"**{most} of {len(APPLICATIONS)}** applications. A {MODELS[widest].lower()} can be "
        f"defended in **{fits}**, {LOSSES[loss].lower()} in **{uses}**."
    )


def applications_table() -> pd.DataFrame:
    """Every application with all accepted answers."""
    rows = [
        {"application": application.name, "task": application.task}
        | {label: accepted(application, column) for column, label in LABELS.items()}
        for application in APPLICATIONS
    ]
    return pd.DataFrame(rows)


def progress_alt(cards: Sequence[Application], given: Given, current: int) -> str:
    """What the picture of the round shows."""
    done = [card.name for card in cards if card.name in given]
    return (
        f"A grid of {counted(len(cards), 'card')} by four questions, {len(done)} answered. "
        f"Card {current + 1} is framed: {cards[current].name}. "
        f"{describe_score({name: given[name] for name in done}).replace('*', '')}"
    )


def map_alt() -> str:
    """What the map shows."""
    return f"Heat map of data types against models. {describe_map().replace('*', '')}"
