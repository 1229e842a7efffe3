"""What a run leaves as files: they read back to the same bits, and both scripts repeat the run."""

from __future__ import annotations

import ast
import csv
import importlib.util
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.playground import torch_pieces
from engine.playground.build import CLIPS, FORMS, PENALTIES, build
from engine.playground.course import go_to, history, play, start_course, take_steps
from engine.playground.data import OwnTable
from engine.playground.export import (
    digest,
    history_csv,
    read_weights,
    scores_by_name,
    table_csv,
    weights_json,
)
from engine.playground.numpy_script import EMBEDDED, fits, numpy_script
from engine.playground.settings import Settings
from engine.playground.torch_script import torch_script, without_data
from engine.schedules import SCHEDULES

ROOT = Path(__file__).parents[3]
STEPS = 70  # updates: epochs of 15, so that a run ends in the middle of one
PLAIN = Settings(rate=0.1)
DEEP = replace(PLAIN, units=(4, 4, 4), activations=("tanh", "relu", "silu"))
RNG = np.random.default_rng(3)
ROWS = RNG.normal(3, 20, (61, 3)) * (1, 0.01, 1e4)
NASTY = ("a\"b'c", "line\nbreak\\", "{x} $y \"\"\" '''", "\u202e\ud800\x00")
KINDS = OwnTable(NASTY[:3], ROWS, np.arange(61) % 3.0, NASTY[1:4], NASTY[0])
VALUES = OwnTable(NASTY[:3], ROWS, ROWS @ (0.5, 1, 1e-4) + 7, (), NASTY[2])
LONG = OwnTable(("a", "b"), RNG.normal(size=(900, 2)), np.arange(900) % 2.0, ("no", "yes"))
POINTS = "1.00,2.00,0;-3.00,1.00,1;2.00,-2.00,2;0.50,0.50,1;4.00,4.00,0"

CASES: dict[str, tuple[Settings, OwnTable | None]] = {
    "as it opens": (Settings(), None),
    "no hidden layer": (replace(PLAIN, units=(), activations=()), None),
    "zeros": (replace(PLAIN, initializer="zeros"), None),
    "three classes": (replace(PLAIN, data="spiral", classes=3), None),
    "regression": (replace(PLAIN, data="bumps"), None),
    "houses": (replace(DEEP, data="houses", columns=("age", "distance")), None),
    "all features": (replace(PLAIN, features=("x1", "x2", "x1x1", "x2x2", "x1x2", "sin1")), None),
    "drawn": (replace(PLAIN, data="drawn", points=POINTS), None),
    "batches of one": (replace(DEEP, n=41, share=0.5, batch_size=1, rate=0.02), None),
    "one batch": (replace(PLAIN, batch_size=2000), None),
    "batch norm, rest of one": (replace(DEEP, n=42, share=0.5, batch_norm=True), None),
    "dropout": (replace(DEEP, dropout=0.3), None),
    "residual": (replace(DEEP, residual=True), None),
    "everything": (
        replace(
            DEEP,
            data="gaussians",
            classes=4,
            batch_norm=True,
            dropout=0.2,
            residual=True,
            optimizer="AdamW",
            schedule="cosine",
            horizon=5,
            penalty="l1",
            form="proximal",
            clip="layer",
            limit=0.1,
        ),
        None,
    ),
    "diverges at once": (replace(PLAIN, data="plane", rate=30.0), None),
    "own classes": (replace(PLAIN, data="own", columns=NASTY[1:3]), KINDS),
    "own values": (replace(DEEP, data="own"), VALUES),
    "own long": (replace(PLAIN, data="own"), LONG),
}
CASES |= {f"optimizer {k}": (replace(DEEP, optimizer=k, rate=0.02), None) for k in OPTIMIZERS}
CASES |= {f"schedule {k}": (replace(PLAIN, schedule=k, horizon=4), None) for k in SCHEDULES}
CASES |= {
    f"{k} with {s}": (replace(PLAIN, optimizer=k, schedule=s, horizon=6, rate=0.03), None)
    for k, s in (("Momentum", "inverse_sqrt"), ("Nesterov", "exponential"), ("Adam", "cosine"))
}
CASES |= {
    f"beta {beta!r} of {k}": (replace(PLAIN, optimizer=k, beta=beta, rate=0.02), None)
    for k, beta in (("Momentum", 0), ("Nesterov", 0), ("RMSProp", 0), ("Adam", 0), ("Adam", 0.0))
}
CASES |= {
    f"{penalty} {form} of {rule}": (
        replace(PLAIN, penalty=penalty, form=form, strength=0.03, optimizer=rule, rate=0.05),
        None,
    )
    for penalty in PENALTIES
    for form in FORMS
    for rule in ("SGD", "AdamW")
}
CASES |= {
    f"clip {k}": (replace(DEEP, clip=k, limit=0.05, penalty="l2", strength=0.1), None)
    for k in CLIPS
}
CASES["whole numbers"] = (
    replace(PLAIN, optimizer="AdamW", rate=1, beta=0, beta2=0, epsilon=1, decay=0, strength=1),
    None,
)
CASES |= {
    f"activation {k}": (replace(PLAIN, activations=(k, k), batch_norm=k == "softplus"), None)
    for k in ACTIVATIONS
}
LAST = "own long"  # whose table lies beside the script
RUNNER = """
import contextlib, io, json, runpy, sys
for path in sys.argv[1:]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            runpy.run_path(path, run_name="__main__")
        except BaseException as error:
            print(f"{type(error).__name__}: {error}")
    print(json.dumps(said.getvalue()))
"""


def course_of(settings, own=None, steps=STEPS):
    course = start_course(build(settings, own))
    take_steps(course, steps)
    return course


@pytest.fixture(scope="module")
def courses():
    return {name: course_of(*case) for name, case in CASES.items()}


def said_by(scripts, folder, own_engine):
    """What each script prints: all of them in one process, started in a folder of their own."""
    paths = {name: folder / f"{k}.py" for k, name in enumerate(scripts)}
    for name, path in paths.items():
        path.write_text(scripts[name], "utf-8")
    (folder / "data.csv").write_text(table_csv(LONG), "utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    environment["PYTHONPATH"] = str(ROOT) if own_engine else ""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUNNER, *map(str, paths.values())],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert not done.returncode, done.stderr
    lines = done.stdout.splitlines()
    return dict(zip(paths, map(json.loads, lines), strict=True))


@pytest.fixture(scope="module")
def said_by_numpy(courses, tmp_path_factory):
    scripts = {name: numpy_script(course) for name, course in courses.items()}
    return said_by(scripts, tmp_path_factory.mktemp("numpy"), own_engine=True)


@pytest.fixture(scope="module")
def said_by_torch(courses, tmp_path_factory):
    if importlib.util.find_spec("torch") is None:
        pytest.skip("needs torch")
    scripts = {name: torch_script(course) for name, course in courses.items()}
    return said_by(scripts, tmp_path_factory.mktemp("torch"), own_engine=False)


@pytest.mark.parametrize("name", CASES)
def test_the_numpy_script_ends_with_the_same_bits(name, said_by_numpy):
    assert said_by_numpy[name].endswith("The weights are those of the page, bit for bit.\n")


@pytest.mark.parametrize("name", CASES)
def test_the_loop_in_the_open_takes_the_same_steps(name, said_by_numpy):
    (line,) = (line for line in said_by_numpy[name].splitlines() if "in the open" in line)
    assert float(line.rstrip(".").split()[-1]) < 1e-7


@pytest.mark.parametrize("name", CASES)
def test_the_torch_script_ends_with_the_same_weights(name, said_by_torch):
    last = said_by_torch[name].splitlines()[-1]
    assert last.startswith("All ")
    assert float(last.rstrip(".").split()[-1]) <= 1e-6


def test_the_scripts_tell_the_losses(courses, said_by_torch, said_by_numpy):
    for name in ("regression", "everything"):
        scores = scores_by_name(courses[name])
        for line in said_by_torch[name].splitlines()[:2]:
            kind, ours, page = line.split()[0], line.split()[2], line.split()[-1]
            assert float(page) == pytest.approx(scores[f"{kind}_loss"], abs=1e-9)
            assert float(ours.rstrip(",")) == pytest.approx(float(page), abs=1e-6)
        assert f"training loss {scores['training_loss']:.6f}" in said_by_numpy[name]


def test_a_run_that_diverged_is_repeated_to_its_last_finite_step(courses):
    course = courses["diverges at once"]
    assert course.now.diverged is not None
    assert 0 < course.now.step < STEPS


def test_a_script_with_other_weights_says_so(tmp_path):
    course = course_of(PLAIN, steps=10)
    scripts = {"numpy": numpy_script(course).replace('SHA256 = "', 'SHA256 = "0')}
    assert "not the page's to the last bit" in said_by(scripts, tmp_path, True)["numpy"]
    if importlib.util.find_spec("torch") is not None:
        scripts = {"torch": torch_script(course).replace("RATE = 0.1", "RATE = 0.2")}
        assert "differ from the page's" in said_by(scripts, tmp_path, False)["torch"]


def test_a_run_of_no_steps_has_scripts(tmp_path):
    course = start_course(build(PLAIN))
    said = said_by({"numpy": numpy_script(course)}, tmp_path, True)["numpy"]
    assert said.endswith("bit for bit.\n")


def test_scripts_need_what_they_say(courses):
    for name, course in courses.items():
        for script, allowed in (
            (numpy_script(course), {"hashlib", "io", "pathlib", "numpy", "engine"}),
            (torch_script(course), {"base64", "math", "numpy", "torch"}),
        ):
            assert imported(script) <= allowed, name


def imported(script):
    found = set()
    for node in ast.walk(ast.parse(script)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    return found


def test_what_a_visitor_typed_stays_a_literal():
    """Names from a table are constants of the syntax tree, and nothing else changes with them."""
    course = course_of(replace(PLAIN, data="own", columns=NASTY[:3]), KINDS, 5)
    harmless = OwnTable(("a", "b", "c"), KINDS.x, KINDS.y, ("p", "q", "r"), "t")
    other = course_of(replace(PLAIN, data="own", columns=("a", "b", "c")), harmless, 5)
    for script in (numpy_script, torch_script):
        source = script(course)
        source.encode("utf-8")
        assert shape(source) == shape(script(other))
        strings = {n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant)}
        assert set(NASTY[:3]) <= strings
    drawn = replace(PLAIN, data="drawn", points=f'{POINTS};"""\n{NASTY[2]}')
    source = numpy_script(course_of(drawn, steps=2))
    assert shape(source) == shape(numpy_script(course_of(replace(drawn, points=POINTS), steps=2)))


def shape(source):
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.value = 0
    return ast.dump(tree)


def test_every_part_has_its_name_in_torch():
    assert set(torch_pieces.MODULES) == set(ACTIVATIONS)
    assert set(torch_pieces.OPTIMIZERS) == set(OPTIMIZERS)
    assert set(torch_pieces.FACTORS) == set(SCHEDULES)
    assert set(torch_pieces.PENALTIES) == {(p, form) for p in PENALTIES for form in FORMS}
    assert set(torch_pieces.CLIPS) == set(CLIPS) - {"none"}
    assert set(torch_pieces.LOSSES) <= set(LOSSES)


def test_the_part_to_read_is_short(courses):
    for course in courses.values():
        read = without_data(torch_script(course))
        assert len(read) < 8_000
        assert "DATA = {" not in read
        assert "make_network" in read


def test_a_short_table_is_in_the_script_and_a_long_one_beside_it(courses):
    assert fits(KINDS)
    assert not fits(LONG)
    assert len(table_csv(LONG)) > EMBEDDED
    assert "data.csv" not in numpy_script(courses["own classes"])
    assert "data.csv" in numpy_script(courses[LAST])


def test_a_table_reads_back_to_the_same_bits():
    rows = np.loadtxt(io.StringIO(table_csv(VALUES)), delimiter=",")
    np.testing.assert_array_equal(rows, np.column_stack([VALUES.x, VALUES.y]))


@pytest.mark.parametrize("name", ["as it opens", "everything", "residual", "own values", "zeros"])
def test_weights_read_back_to_the_same_bits(name, courses):
    course = courses[name]
    weights = read_weights(weights_json(course))
    assert weights.theta.tobytes() == course.now.theta.tobytes()
    assert digest(weights.theta) == digest(course.now.theta)
    assert weights.settings == course.experiment.settings
    assert weights.step == STEPS
    named = course.experiment.network.unpack(course.now.theta)
    assert {k: v.shape for k, v in weights.values.items()} == {k: v.shape for k, v in named.items()}


def test_the_weights_file_tells_what_batch_norm_remembers(courses):
    course = courses["batch norm, rest of one"]
    running = json.loads(weights_json(course))["running"]
    names = [name for name in read_weights(weights_json(course)).values if "gamma" in name]
    assert list(running) == names
    for remembered, said in zip(filter(None, course.now.memory), running.values(), strict=True):
        np.testing.assert_array_equal(remembered.mean, said["mean"])
        np.testing.assert_array_equal(remembered.variance, said["variance"])
    assert json.loads(weights_json(courses["residual"]))["running"] == {}
    assert len(json.loads(weights_json(courses["everything"]))["running"]) == 3


def test_the_scores_have_the_names_of_what_they_are(courses):
    kinds = {"regression": "r2", "three classes": "accuracy"}
    for name, quality in kinds.items():
        scores = json.loads(weights_json(courses[name]))["scores"]
        measures = ("loss", quality)
        assert set(scores) == {f"{s}_{m}" for s in ("training", "test") for m in measures}


def test_what_is_not_a_number_is_written_as_nothing():
    settings = replace(PLAIN, data="plane", n=20, share=0.9, data_seed=0)
    table = OwnTable(("a",), np.arange(6.0)[:, None], np.ones(6))
    for course in (course_of(replace(settings, data="own"), table, 0),):
        assert json.loads(weights_json(course))["scores"]["training_r2"] is None
        assert history_csv(course).splitlines()[1].endswith(",,")


BAD = ("", "[]", "{}", "3", "null", '{"format": 1}', '{"format": "x", "version": 1}')


@pytest.mark.parametrize("text", BAD)
def test_another_file_is_refused(text):
    with pytest.raises(ValueError, match=r"playground weights|Expecting value"):
        read_weights(text)


def test_a_changed_file_is_refused(courses):
    content = json.loads(weights_json(courses["as it opens"]))
    changes = ({"version": 2}, {"settings": {"rate": -1}}, {"parameters": {"W1": {}}})
    shapes = {"W1": {"shape": [3, 3], "values": [1.0]}}
    for change in (*changes, {"parameters": shapes}, {"parameters": [1]}, {"step": None}):
        with pytest.raises(ValueError, match=r"."):
            read_weights(json.dumps(content | change))


def test_the_history_has_every_epoch_to_the_last_bit():
    for data, quality in (("xor", "accuracy"), ("plane", "r2")):
        course = start_course(build(replace(PLAIN, data=data)))
        play(course, 7)
        rows = list(csv.DictReader(io.StringIO(history_csv(course))))
        columns = history(course)
        assert [int(row["epoch"]) for row in rows] == list(range(8))
        assert [int(row["step"]) for row in rows] == columns["step"].tolist()
        for ours, theirs in (("loss", "loss"), ("quality", quality)):
            for part in ("training", "test"):
                written = [float(row[f"{part}_{theirs}"]) for row in rows]
                assert written == columns[f"{part}_{ours}"].tolist()


def test_a_rewound_run_has_its_own_weights_and_scripts(courses):
    course = course_of(PLAIN, steps=60)
    go_to(course, 30)
    assert read_weights(weights_json(course)).step == 30
    assert "STEPS = 30 " in numpy_script(course)
    assert digest(course.now.theta) in numpy_script(course)
    assert digest(course.now.theta) == digest(course_of(PLAIN, steps=30).now.theta)
