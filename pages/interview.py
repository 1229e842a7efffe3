"""A mock interview: set up, sat through against the clock, and reported on at its end."""

from __future__ import annotations

from pages.ui.frame import open_page
from pages.ui.interview_records import now, settled, shown_report
from pages.ui.interview_report import show_report
from pages.ui.interview_setup import past, set_up
from pages.ui.interview_sitting import sit

open_page("interview")
held = settled()
running = next((sitting for sitting in held if not sitting.is_over(now())), None)
shown = shown_report(held)
if running:
    sit(running.interview)
elif shown:
    show_report(shown)
else:
    set_up()
    past([sitting for sitting in held if not sitting.is_left])
