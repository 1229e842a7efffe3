"""Training on sequence tasks: records, early ends, what reaches the first step, divergence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.sequence_model import loss_gradient
from engine.sequence_tasks import SEQUENCE_TASKS, Sequences
from engine.studies.memory import (
    BATCH,
    EVERY,
    HELD_OUT,
    IN_A_ROW,
    MEMORY_CELLS,
    SOLVED,
    MemoryRun,
    reach,
    train_all,
    train_memory,
)

SMALL = MemoryRun(length=5, hidden=8, learning_rate=0.01, steps=40)
every_cell = pytest.mark.parametrize("cell", MEMORY_CELLS)


@every_cell
@pytest.mark.parametrize("task", SEQUENCE_TASKS)
def test_records_come_every_ten_steps_and_repeat(task, cell):
    run = replace(SMALL, task=task, cell=cell, steps=25)
    records = list(train_memory(run))
    assert [record.step for record in records] == [0, 10, 20, 25]
    assert records[-1].stopped == "steps done"
    assert not any(record.stopped for record in records[:-1])
    t, asked = run.held_out().x.shape[1], len(run.held_out().asked)
    for record in records:
        assert record.reach.shape == (t,)
        assert record.answers.shape == (asked, len(SEQUENCE_TASKS[task].outputs))
        assert np.isfinite([record.loss, record.score]).all()
        assert record.diverged is None
    for first, again in zip(records, train_memory(run), strict=True):
        assert (first.loss, first.score) == (again.loss, again.score)


@pytest.mark.parametrize("task", ["first_symbol", "copy"])
def test_the_first_record_is_a_guess(task):
    run = replace(SMALL, task=task, steps=0)
    (record,) = train_memory(run)
    assert record.loss == pytest.approx(SEQUENCE_TASKS[task].blind_loss, rel=0.5)
    assert abs(record.score - SEQUENCE_TASKS[task].chance) < 0.3
    assert record.stopped == "steps done"


def test_all_cells_see_the_same_sequences():
    for cell in MEMORY_CELLS:
        run = replace(SMALL, cell=cell)
        np.testing.assert_array_equal(run.held_out().x, SMALL.held_out().x)
    assert len(SMALL.held_out().x) == HELD_OUT
    assert not np.array_equal(replace(SMALL, seed=1).held_out().x, SMALL.held_out().x)


@every_cell
def test_a_short_memory_is_learned_and_the_run_ends_there(cell):
    records = list(train_memory(replace(SMALL, cell=cell, hidden=16, steps=400)))
    assert records[-1].stopped == "solved"
    assert records[-1].step < 400
    assert all(record.score >= SOLVED for record in records[-IN_A_ROW:])
    assert records[-IN_A_ROW - 1].score < SOLVED
    assert records[-1].step - records[-IN_A_ROW].step == EVERY * (IN_A_ROW - 1)


def test_at_70_steps_the_gated_cells_still_remember():
    ends = {
        cell: list(train_memory(MemoryRun(cell=cell, length=70)))[-1] for cell in ("RNN", "GRU")
    }
    assert ends["GRU"].score == 1
    assert ends["RNN"].score < 0.6


@pytest.mark.parametrize("cell", ["RNN", "LSTM"])
def test_a_run_is_that_of_pytorch(cell):
    torch = pytest.importorskip("torch")
    run = replace(SMALL, cell=cell, steps=20)
    model, rng = run.model, np.random.default_rng((run.seed, 1))
    theta = model.initialize(np.random.default_rng((run.seed, 0)), run.forget_bias)
    net = getattr(torch.nn, cell)(model.cell.d_in, run.hidden, batch_first=True).double()
    head = torch.nn.Linear(run.hidden, model.d_out).double()
    weights = model.cell.to_torch(theta[: model.cell.size])
    net.load_state_dict({name: torch.tensor(values) for name, values in weights.items()})
    views = model.unpack(theta)
    head.load_state_dict({"weight": torch.tensor(views["V"].T), "bias": torch.tensor(views["c"])})
    net.bias_hh_l0.requires_grad_(False)  # ours has one bias for both
    parameters = [p for p in (*net.parameters(), *head.parameters()) if p.requires_grad]
    rule = torch.optim.Adam(parameters, run.learning_rate)

    def loss(sequences):
        answers = head(net(torch.tensor(sequences.x))[0][:, -1])
        return torch.nn.functional.cross_entropy(answers, torch.tensor(sequences.y[:, 0]))

    for _ in range(run.steps):
        rule.zero_grad()
        loss(run.sequence_task.make(rng, BATCH, run.length)).backward()
        torch.nn.utils.clip_grad_norm_(parameters, run.clip)
        rule.step()
    (*_, end) = train_memory(run)
    assert end.loss == pytest.approx(loss(run.held_out()).item(), rel=1e-5)


def test_reach_is_the_root_mean_square_of_each_sequences_own_gradient():
    run = replace(SMALL, cell="GRU", length=7, steps=0)
    model, task, held_out = run.model, run.sequence_task, run.held_out()
    theta = model.initialize(np.random.default_rng((run.seed, 0)), run.forget_bias)
    own = []
    for k in range(HELD_OUT):
        alone = Sequences(held_out.x[[k]], held_out.y[[k]], held_out.asked)
        own.append(np.linalg.norm(loss_gradient(model, theta, alone, task.loss).dx[0], axis=1))
    (record,) = train_memory(run)
    np.testing.assert_allclose(record.reach, np.sqrt(np.mean(np.square(own), axis=0)), rtol=1e-9)
    assert reach(np.zeros((3, 4, 2))).tolist() == [0, 0, 0, 0]


def test_a_high_forget_bias_lets_the_gradient_reach_the_first_step():
    first = {
        (cell, bias): next(train_memory(MemoryRun(cell=cell, length=40, forget_bias=bias))).reach
        for cell, bias in (("LSTM", 0.0), ("LSTM", 5.0), ("GRU", 0.0), ("GRU", 5.0))
    }
    for cell in ("LSTM", "GRU"):
        assert first[cell, 0.0][0] < 1e-5 * first[cell, 0.0][-1]
        assert first[cell, 5.0][0] > 1e-2 * first[cell, 5.0][-1]


def test_a_run_that_diverges_says_where():
    run = MemoryRun("adding", "ReLU RNN", 100, 32, learning_rate=30.0, clip=None, steps=60)
    records = list(train_memory(run))
    end = records[-1]
    assert end.diverged is not None
    assert end.stopped == f"diverged at step {end.step} in {end.diverged.tensor}"
    assert np.isnan([end.loss, end.score]).all()
    assert end.reach.shape == records[0].reach.shape
    assert np.isnan(end.answers).all()
    assert np.isfinite([record.loss for record in records[:-1]]).all()


def test_clipping_shortens_the_step():
    ends = [
        list(train_memory(replace(SMALL, clip=clip, steps=10)))[-1].loss
        for clip in (None, 1e6, 1e-9)
    ]
    assert ends[0] == ends[1]
    assert ends[2] != ends[0]


def test_every_cell_at_every_length_shortest_first():
    run = replace(SMALL, steps=0)
    records = list(train_all(run, ("RNN", "GRU"), (2, 4)))
    assert [(r.run.length, r.run.cell) for r in records] == [
        (2, "RNN"),
        (2, "GRU"),
        (4, "RNN"),
        (4, "GRU"),
    ]
