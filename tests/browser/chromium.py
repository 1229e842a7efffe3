"""The system's Chromium; without it this folder is skipped with one line, and in CI a failure."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

FOLDER = Path(__file__).parent
BINARIES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BINARIES)), None)
ADVICE = "Chromium is missing; get it with: sudo apt-get install chromium"


class Missing(pytest.Dir):
    """This folder on a machine without Chromium."""

    def collect(self) -> NoReturn:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(ADVICE)
