"""A script that repeats a run with the engine alone and holds its weights against the page's."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from string import Template

from engine.playground.course import Course
from engine.playground.data import DATA, OwnTable
from engine.playground.export import digest, table_csv
from engine.playground.settings import Settings

TEMPLATE = Template(Path(__file__).with_name("numpy_script.txt").read_text("utf-8"))
EMBEDDED = 20_000  # characters of a table that a script carries; longer ones are a file beside it

OWN_EMBEDDED = '''
ROWS = """\\
$rows"""
table = np.loadtxt(io.StringIO(ROWS), delimiter=",", ndmin=2)
'''
OWN_BESIDE = """
# The page's data.csv, which has to lie beside this script.
table = np.loadtxt(Path(__file__).with_name("data.csv"), delimiter=",", ndmin=2)
"""
OWN_TABLE = """\
OWN = OwnTable(
    names=$names,
    x=np.ascontiguousarray(table[:, :-1]),
    y=np.ascontiguousarray(table[:, -1]),
    labels=$labels,
    target=$target,
)
"""

PENALTY = """\
        gradient[weights] += task.penalty.gradient(theta[weights])
"""
CLIP = """\
        gradient = task.clip(gradient)
"""
SHRINK = """\
        theta[weights] = task.shrink(theta[weights], task.optimizer.learning_rate)
"""


def numpy_script(course: Course) -> str:
    """The script; it runs in the root of this repository, and for a long table beside data.csv.

    What a visitor typed is in it only as literals of Python or as numbers.
    """
    experiment = course.experiment
    own = experiment.own if experiment.settings.data == "own" else None
    task = experiment.task
    return TEMPLATE.substitute(
        told=told(course),
        imports="import io\n" if own is not None and fits(own) else "",
        paths="from pathlib import Path\n" if own is not None and not fits(own) else "",
        tables="from engine.playground.data import OwnTable\n" if own is not None else "",
        settings=_settings(experiment.settings),
        own=_own(own) if own is not None else "",
        given="SETTINGS, OWN" if own is not None else "SETTINGS",
        to_gradient=(PENALTY if task.penalty else "") + (CLIP if task.clip else ""),
        to_theta=SHRINK if task.shrink else "",
        steps=f"{course.now.step:_}",
        every=max(1, course.epoch // 10),
        digest=digest(course.now.theta),
    )


def fits(own: OwnTable) -> bool:
    """Whether a script carries the table, so that no data.csv is needed."""
    return len(table_csv(own)) <= EMBEDDED


def told(course: Course) -> str:
    """The run in a line: data, widths, update rule and steps."""
    settings, network = course.experiment.settings, course.experiment.network
    shapes = [slot.shape for own in network.slots for slot in own if slot.key.startswith("W")]
    widths = "-".join(str(k) for k in (shapes[0][0], *(shape[1] for shape in shapes)))
    steps = f"{course.now.step:,} step{'s' * (course.now.step != 1)}"
    return f"{DATA[settings.data]}, {widths}, {settings.optimizer}, {steps}"


def _settings(settings: Settings) -> str:
    lines = [f"    {f.name}={getattr(settings, f.name)!r},\n" for f in fields(settings)]
    return f"Settings(\n{''.join(lines)})"


def _own(own: OwnTable) -> str:
    source = OWN_BESIDE
    if fits(own):
        source = Template(OWN_EMBEDDED).substitute(rows=table_csv(own))
    names, labels = tuple(map(str, own.names)), tuple(map(str, own.labels))
    literals = {"names": repr(names), "labels": repr(labels), "target": repr(str(own.target))}
    return source + Template(OWN_TABLE).substitute(literals)
