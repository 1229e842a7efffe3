"""The overview of a report in words, which the page, the HTML and the Markdown show alike."""

from __future__ import annotations

from datetime import tzinfo

from quiz_bank.interview.report import OfTopic, Report, Total

NO_BREAK = "\N{NO-BREAK SPACE}"


def clock(seconds: float) -> str:
    """Minutes and seconds: 83 is "1:23"."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def percent(score: float | None) -> str:
    """A score in percent, and a dash where there is none."""
    return "–" if score is None else f"{100 * score:.0f}{NO_BREAK}%"


def points(value: float) -> str:
    """A sum of scores with at most two digits after the point."""
    return f"{value:.2f}".rstrip("0").removesuffix(".")


def when(report: Report, zone: tzinfo | None) -> str:
    """Date and time of its beginning in the learner's time zone."""
    began = report.sitting.began.astimezone(zone)
    return f"{began.day} {began:%b %Y, %H:%M}"


def settings_line(report: Report) -> str:
    """Length, level and role."""
    plan = report.sitting.plan
    return f"{plan.minutes} minutes · {plan.level} · {plan.role}"


def headline(report: Report) -> str:
    """The score in all, in one or two sentences."""
    total = report.total
    if not total.counted:
        said = "Nothing is graded yet."
    else:
        said = (
            f"{points(total.points)} of {total.counted} points: {percent(total.score)}. "
            f"{total.answered} of {total.asked} questions answered "
            f"in {clock(total.seconds)} of {report.sitting.plan.minutes}:00 minutes."
        )
    return f"{said} {waiting(report)}".strip()


def waiting(report: Report) -> str:
    """What still has to be ticked, in a sentence; empty when nothing has."""
    if not report.untold:
        return ""
    said = "answer in your own words counts"
    if report.untold > 1:
        said = "answers in your own words count"
    return f"{report.untold} {said} once you have ticked the points."


def seed_line(report: Report) -> str:
    """How the same questions can be asked again."""
    return (
        f"Question set {report.sitting.plan.seed}: with the same settings it asks the same "
        "questions."
    )


TOPIC_COLUMNS = ("Topic", "Answered", "Points", "Score", "Time", "Expected")


def topic_rows(report: Report) -> list[tuple[str, ...]]:
    """A row in the order of TOPIC_COLUMNS for each topic, and one for all."""
    rows = [_row(of_topic.title, of_topic.total) for of_topic in report.topics]
    return [*rows, _row("All", report.total)]


def _row(name: str, total: Total) -> tuple[str, ...]:
    return (
        name,
        f"{total.answered} of {total.asked}",
        f"{points(total.points)} of {total.counted}",
        percent(total.score),
        clock(total.seconds),
        clock(total.expected),
    )


def next_line(of_topic: OfTopic) -> str:
    """Why a topic comes next."""
    total = of_topic.total
    return f"{of_topic.title}: {points(total.points)} of {total.counted} points"
