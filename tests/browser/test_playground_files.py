"""The playground in a browser: what is taken along, and that its scripts repeat the run."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.browser.driver import ROOT
from tests.browser.playground_driver import (
    MANY,
    SECONDS,
    TRAINING_LOSS,
    assert_clean,
    downloaded,
    numbers,
    opened,
)

pytestmark = pytest.mark.browser


def run_script(text: str, folder: Path) -> str:
    """What the script prints, which is started in a folder of its own and must end well."""
    script = folder / "script.py"
    script.write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, script],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=2 * SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def taken(server, visits):
    """A run of many settings, paused, with its files."""
    visit = visits()
    yield opened(server, visit, MANY, 160, play_view="Take along")
    assert_clean(visit)


def test_weights_and_history_are_files_that_can_be_read(taken):
    shown = numbers(taken)
    weights = json.loads(downloaded(taken, "Weights (JSON)"))
    assert weights["step"] == 160
    assert f"{weights['scores']['training_loss']:.3g}" == shown[TRAINING_LOSS]
    rows = list(csv.DictReader(io.StringIO(downloaded(taken, "History (CSV)"))))
    columns = ["training_loss", "test_loss", "training_accuracy", "test_accuracy"]
    assert list(rows[0])[2:] == columns
    assert list(rows[0])[:2] == ["epoch", "step"]
    assert rows[0]["step"] == "0"
    assert len(rows) > 10


def test_the_numpy_script_repeats_the_run(taken, tmp_path):
    said = run_script(downloaded(taken, "NumPy script"), tmp_path)
    assert said.endswith("The weights are those of the page, bit for bit.\n")


@pytest.mark.skipif(not find_spec("torch"), reason="torch is not installed")
def test_the_pytorch_script_repeats_the_run(taken, tmp_path):
    assert "weights agree with the page's" in run_script(
        downloaded(taken, "PyTorch script"), tmp_path
    )
