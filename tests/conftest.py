"""What every test shares: progress goes to a temporary file, never to the developer's own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="session")
def _own_progress_file(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIENT_GYM_DB", str(tmp_path_factory.mktemp("progress") / "progress.db"))
        yield
