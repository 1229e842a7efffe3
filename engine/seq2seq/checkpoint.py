"""What a training run needs to go on where it stopped."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.types import Array

LARGEST = 200_000_000  # bytes of an archive when unpacked
UNREADABLE = (
    *(EOFError, KeyError, NotImplementedError, OSError, TypeError, ValueError),
    *(zipfile.BadZipFile, zlib.error),
)  # what damaged archives raise
NAMES = ("step", "theta", "best", "best_score")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Steps done, theta (size,), the optimizer's state, and the best theta with its held-out loss
    (infinite before the first one)."""

    step: int
    theta: Array
    state: tuple[Any, ...]
    best: Array
    best_score: float

    def scored(self, score: float) -> Checkpoint:
        """As it is after its theta had this held-out loss."""
        if not score < self.best_score:
            return self
        return replace(self, best=self.theta, best_score=score)

    def to_bytes(self) -> bytes:
        """A NumPy archive that `from_bytes` reads."""
        arrays = {name: np.asarray(getattr(self, name)) for name in NAMES}
        state = {f"state{k}": np.asarray(part) for k, part in enumerate(self.state)}
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **arrays, **state)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """The checkpoint of an archive. Raises ValueError for anything else; nothing is run."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                if sum(part.file_size for part in packed.infolist()) > LARGEST:
                    raise ValueError(f"expected at most {LARGEST:,} bytes when unpacked")
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                arrays = dict(archive)
            state = [arrays[f"state{k}"] for k in range(len(arrays) - len(NAMES))]
            step, theta, best, score = (arrays[name] for name in NAMES)
            parts = tuple(part if part.ndim else int(part) for part in state)
            fits = best.shape == theta.shape and all(
                part.shape in ((), theta.shape) for part in state
            )
            found = cls(int(step), theta, parts, best, float(score))
        except UNREADABLE as error:
            raise ValueError("this file is not a checkpoint of a training run") from error
        numbers = (theta, best, *state)
        if theta.ndim != 1 or not fits or not all(np.isfinite(part).all() for part in numbers):
            raise ValueError("the arrays of this checkpoint do not fit each other")
        return found
