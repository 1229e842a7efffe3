"""Progress: what to do next, what is known and forgotten, and taking it all along."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame import open_page
from pages.ui.keeping import keeping
from pages.ui.progress_data import snapshot
from pages.ui.progress_exports import exports
from pages.ui.progress_next import what_next
from pages.ui.progress_views import views


@st.fragment
def pictures() -> None:
    """The chosen view; another choice draws it alone."""
    views(snapshot())


open_page("progress")
what_next(snapshot())
pictures()
exports()
keeping()
