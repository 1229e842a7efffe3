"""Runs the listings that prompts print, and names their lines and the right options."""

from __future__ import annotations

import re

import numpy as np

from quiz_bank.certify import variant_of
from quiz_bank.loader import load_bank


def listing_of(question_id: str) -> str:
    """The listing in the question's prompt."""
    prompt = variant_of(load_bank()[question_id], 0).prompt
    return re.search(r"```text\n(.*?)```", prompt, flags=re.DOTALL)[1]


def run(listing: str, name: str, *arguments, **given):
    """Calls the listing's function; `given` are the names it uses beyond np."""
    scope: dict = {"np": np, **given}
    exec(listing, scope)  # our own listing, as shown to the learner
    return scope[name](*arguments)


def line_of(listing: str, part: str) -> str:
    """What the one line with this part is called among the options."""
    (line,) = (line for line in listing.splitlines() if part in line)
    return "Line " + line.split("# line ")[1]


def right_options(question_id: str) -> list[str]:
    """The texts of all right options."""
    return [o.text for o in variant_of(load_bank()[question_id], 0).answer if o.correct]


def right_option(question_id: str) -> str:
    """The text of the only right one."""
    (text,) = right_options(question_id)
    return text
