"""A Streamlit server with the app's settings, on a loopback port of its own, while it is needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--server.fileWatcherType=none",
    "--server.headless=true",
    "--server.address=127.0.0.1",
)
SECONDS_TO_START = 30


@contextmanager
def serving(script: Path, database: Path | None = None) -> Iterator[int]:
    """Runs a script under the repository's .streamlit/config.toml; its port once it is healthy.
    Progress is in `database`, by default in a new one."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, *FLAGS],
            cwd=ROOT,
            env=os.environ | {"GRADIENT_GYM_DB": str(database or Path(kept) / "progress.sqlite")},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_healthy(process, port)
            yield port
        finally:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"no healthy server within {SECONDS_TO_START} s")
