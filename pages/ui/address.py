"""Controls whose change takes another control away: both stay right in the address."""

from __future__ import annotations

from typing import Any

import streamlit as st


def bound(key: str) -> dict[str, Any]:
    """Arguments of a control by whose change a bound control may go."""
    return {"key": key, "bind": "query-params"} | kept(key)


def kept(key: str) -> dict[str, Any]:
    """Those of them that keep its change.

    What goes is taken out of an address that does not have the change yet, and so the change would
    be lost; a value that is set again is written there by the server too.
    """
    return {"on_change": _set_again, "args": (key,)}


def _set_again(key: str) -> None:
    st.session_state[key] = st.session_state[key]
