"""What a race says: its table, its sentence and its text alternative, all from the paths."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from engine.descent import Path, first_within
from engine.surfaces import Surface
from pages.figures.base import number

CLOSE = 1e-3
CLOSE_TEXT = "10⁻³"


def arrivals(paths: Mapping[str, Path]) -> dict[str, int]:
    """Step at which each run came within CLOSE of the minimum value, earliest first."""
    steps = {name: first_within(path, CLOSE) for name, path in paths.items()}
    reached = {name: step for name, step in steps.items() if step is not None}
    return dict(sorted(reached.items(), key=lambda item: item[1]))


def winners(paths: Mapping[str, Path]) -> list[str]:
    """The runs that came within CLOSE first: one, several that tie, or none."""
    reached = arrivals(paths)
    best = min(reached.values(), default=None)
    return [name for name, step in reached.items() if step == best]


def describe_race(paths: Mapping[str, Path]) -> str:
    """One or two sentences: who came close first, and who did not and why."""
    if not paths:
        return "Choose an optimizer to start the race."
    reached, first = arrivals(paths), winners(paths)
    sentences = []
    if first:
        verb = "is" if len(first) == 1 else "are"
        sentences.append(
            f"**{_and(first)}** {verb} within {CLOSE_TEXT} of the minimum first, "
            f"after **{reached[first[0]]} steps**"
        )
        later = [name for name in reached if name not in first]
        if later:
            last = later[-1]
            sentences[0] += f"; {last} takes {reached[last]}"
        sentences[0] += "."
    else:
        steps = len(next(iter(paths.values())).values) - 1
        sentences.append(f"None is within {CLOSE_TEXT} of the minimum after {steps} steps.")
    diverged = {name: path for name, path in paths.items() if path.diverged_at is not None}
    for name, path in diverged.items():
        sentences.append(
            f"**{name} diverges**: its {path.diverged_in} overflows at step {path.diverged_at}."
        )
    lost = [name for name in paths if name not in reached and name not in diverged]
    if first and lost:
        gaps = ", ".join(f"{name} ({number(_gap(paths[name]), 2)} above)" for name in lost)
        sentences.append(f"Not there yet: {gaps}.")
    return " ".join(sentences)


def race_alt(surface: Surface, paths: Mapping[str, Path]) -> str:
    """What the contour picture shows, for those who do not see it."""
    ends = "; ".join(f"{name} ends at {_point(path)}" for name, path in paths.items())
    return (
        f"Contours of the {surface.label} surface with its minimum at "
        f"({number(surface.minimum[0], 3)}, {number(surface.minimum[1], 3)}) and a path for each "
        f"optimizer. {ends}. {describe_race(paths).replace('*', '')}"
    )


def race_table(paths: Mapping[str, Path]) -> pd.DataFrame:
    """One row per step and run: step, optimizer, both coordinates and the loss."""
    frames = [
        pd.DataFrame(
            {
                "step": np.arange(len(path.values)),
                "optimizer": name,
                "θ₁": path.points[:, 0],
                "θ₂": path.points[:, 1],
                "loss": path.values,
            }
        )
        for name, path in paths.items()
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _gap(path: Path) -> float:
    return float(path.values[-1] - path.surface.minimum_value)


def _point(path: Path) -> str:
    last = path.points[np.isfinite(path.points).all(axis=1)][-1]
    return f"({number(last[0], 3)}, {number(last[1], 3)})"


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def gap_alt(paths: Mapping[str, Path]) -> str:
    """What the loss picture shows."""
    ends = ", ".join(f"{name} {number(_gap(path), 2)}" for name, path in paths.items())
    return f"Loss above the minimum per step on a log axis. At the end: {ends}."
