"""Names for the array types that the engine's signatures share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Views = Mapping[str, Array]  # named, shaped views of a flat parameter vector
Grads = dict[str, Array]
