"""What a race says: its table, its sentence and its text alternative, all from the paths."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from engine.descent import Path, first_within
from engine.surfaces import Surface
from pages.figures.base import counted, listed, number

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
    """Who came close first, who did not get there, and who diverged and how."""
    if not paths:
        return "Choose an optimizer to start the race."
    reached = arrivals(paths)
    lost = [name for name, path in paths.items() if name not in reached and _stayed(path)]
    sentences = [_first_sentence(paths, reached)]
    if reached and lost:
        gaps = ", ".join(f"{name} ({number(_gap(paths[name]), 2)} above)" for name in lost)
        sentences.append(f"Not there yet: {gaps}.")
    sentences += [_divergence(name, path) for name, path in paths.items() if not _stayed(path)]
    return " ".join(sentences)


def _first_sentence(paths: Mapping[str, Path], reached: Mapping[str, int]) -> str:
    first = winners(paths)
    if not first:
        steps = counted(max(len(path.values) for path in paths.values()) - 1, "step")
        return f"None comes within {CLOSE_TEXT} of the lowest loss after {steps}."
    verb = "comes" if len(first) == 1 else "come"
    later = [f"{name} takes {step:,}" for name, step in reached.items() if name not in first]
    rest = f"; {listed(later)}" if later else ""
    steps = counted(reached[first[0]], "step")
    return (
        f"**{listed(first)}** {verb} within {CLOSE_TEXT} of the lowest loss first, "
        f"after **{steps}**{rest}."
    )


def _divergence(name: str, path: Path) -> str:
    how = {
        "point": "the point leaves for good",
        "gradient": "the gradient overflows",
        "value": "the loss overflows",
    }[path.diverged_in or "point"]
    return f"**{name} diverges** at step {path.diverged_at}: {how}."


def _stayed(path: Path) -> bool:
    return path.diverged_at is None


def race_alt(surface: Surface, paths: Mapping[str, Path]) -> str:
    """What the contour picture shows, for those who do not see it."""
    lowest = f"({number(surface.minimum[0], 3)}, {number(surface.minimum[1], 3)})"
    contours = f"Contours of the {surface.label} surface with its minimum at {lowest}."
    if not paths:
        return contours
    ends = "; ".join(f"{name} at {_point(path)}" for name, path in paths.items())
    return f"{contours} Paths end: {ends}. {describe_race(paths).replace('*', '')}"


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


def gap_alt(paths: Mapping[str, Path]) -> str:
    """What the loss picture shows."""
    ends = ", ".join(f"{name} {number(_gap(path), 2)}" for name, path in paths.items())
    return f"Loss above the minimum per step on a log axis. At the end: {ends}."
