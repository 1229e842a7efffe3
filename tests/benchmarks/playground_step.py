"""A compiled training step of 10 examples, against TensorFlow Playground's in node, or torch's.

The peer is timed where PLAYGROUND_NN names its nn as a JavaScript module (src/nn.ts of
github.com/tensorflow/playground, without the types) and node is there. Both sides train the same
network: tanh units, one linear output, squared error, rate 0.03, 50 batches over and over. Its step
is timed as its site takes it, inputs built from the features that are switched on, and once more
without building them. Run with OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from engine.network import mlp
from engine.optimizers import SGD
from engine.task import Examples, Task
from tests.benchmarks.table import Result

RATE, BATCH, STEPS, REPEATS = 0.03, 10, 50, 300
TARGETS = {(2, 4, 2, 1): 1.0, (2, 8, 8, 1): 0.4}  # times the peer's step
TORCH_TARGET = 1 / 20

DRIVER = """
const [path, shape, built] = process.argv.slice(1);
const found = await import(path);
const nn = found.default ?? found;
const features = {
  x: {on: true, f: (x, y) => x}, y: {on: true, f: (x, y) => y},
  xx: {on: false, f: (x, y) => x * x}, yy: {on: false, f: (x, y) => y * y},
  xy: {on: false, f: (x, y) => x * y}, sx: {on: false, f: (x, y) => Math.sin(x)},
  sy: {on: false, f: (x, y) => Math.sin(y)},
};
const inputs = (x, y) => {
  const values = [];
  for (const name in features) if (features[name].on) values.push(features[name].f(x, y));
  return values;
};
const {TANH, LINEAR} = nn.Activations;
const network = nn.buildNetwork(JSON.parse(shape), TANH, LINEAR, null, ["x", "y"], false);
const points = Array.from({length: STEPS * BATCH}, () => {
  const [x, y] = [12 * Math.random() - 6, 12 * Math.random() - 6];
  return {x, y, label: x * y > 0 ? 1 : -1, values: [x, y]};
});
const epoch = built === "built"
  ? () => points.forEach((point, i) => {
      nn.forwardProp(network, point.values);
      nn.backProp(network, point.label, nn.Errors.SQUARE);
      if ((i + 1) % BATCH === 0) nn.updateWeights(network, RATE, 0);
    })
  : () => points.forEach((point, i) => {
      nn.forwardProp(network, inputs(point.x, point.y));
      nn.backProp(network, point.label, nn.Errors.SQUARE);
      if ((i + 1) % BATCH === 0) nn.updateWeights(network, RATE, 0);
    });
let best = Infinity;
for (let k = 0; k < REPEATS; k++) {
  const begin = performance.now();
  epoch();
  best = Math.min(best, performance.now() - begin);
}
console.log(best * 1000 / STEPS);
"""


def node_step(node: str, module: str, sizes: tuple[int, ...], built: str) -> float:
    """Microseconds of the peer's best step, in a process of its own as its page is."""
    constants = f"const [RATE, BATCH, STEPS, REPEATS] = {[RATE, BATCH, STEPS, REPEATS]};"
    command = [node, "--input-type=module", "-e", constants + DRIVER]
    words = [os.path.abspath(module), str(list(sizes)), built]
    done = subprocess.run([*command, *words], capture_output=True, text=True, check=True)
    return float(done.stdout)


def data() -> tuple[np.ndarray, np.ndarray]:
    """Points (STEPS * BATCH, 2) and the sign of their product (STEPS * BATCH, 1)."""
    x = np.random.default_rng(0).uniform(-6, 6, size=(STEPS * BATCH, 2))
    return x, np.sign(x[:, :1] * x[:, 1:])


def our_epoch(sizes: tuple[int, ...]) -> Callable[[], object]:
    """STEPS compiled steps; the batches are cut beforehand, since the peer's order is fixed."""
    network = mlp(sizes, hidden="tanh")
    task = Task(network, "half_squared_error", SGD(RATE), Examples(*data()), batch_size=BATCH)
    step = network.compile_step(task)
    step.load(network.initialize(np.random.default_rng(0)))
    batches = step.batches(np.arange(STEPS * BATCH), BATCH)
    return lambda: step.run(batches)


def torch_epoch(torch: Any, sizes: tuple[int, ...]) -> Callable[[], object]:
    """The same by autograd and torch.optim."""
    dense = [torch.nn.Linear(n, m, dtype=torch.float64) for n, m in pairwise(sizes)]
    net = torch.nn.Sequential(*[part for p in dense for part in (p, torch.nn.Tanh())][:-1])
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    batches = list(zip(*(torch.tensor(part).split(BATCH) for part in data()), strict=True))

    def epoch() -> None:
        for x, y in batches:
            optimizer.zero_grad()
            (((net(x) - y) ** 2).sum() / (2 * BATCH)).backward()
            optimizer.step()

    return epoch


def best_step(epoch: Callable[[], object], repeats: int) -> float:
    """Microseconds a step in the fastest of so many epochs."""
    best = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        epoch()
        best = min(best, time.perf_counter() - begin)
    return best * 1e6 / STEPS


def run() -> Iterator[tuple[str, Result]]:
    node, module = shutil.which("node"), os.environ.get("PLAYGROUND_NN")
    for sizes, target in TARGETS.items():
        mine = best_step(our_epoch(sizes), REPEATS)
        label = f"step {'-'.join(map(str, sizes))}"
        if node and module:
            yield label, _against_node(node, module, sizes, mine, target)
        else:
            yield label, _against_torch(sizes, mine)


def _against_node(
    node: str, module: str, sizes: tuple[int, ...], mine: float, target: float
) -> Result:
    whole, core = (node_step(node, module, sizes, built) for built in ("", "built"))
    mine = min(mine, best_step(our_epoch(sizes), REPEATS))  # on either side of the peer
    ratios = f"{mine / whole:.2f} x the peer ({mine:.1f} of {whole:.1f} µs), {mine / core:.2f} x nn"
    return Result(ratios, f"at most {target:g} x", mine <= target * whole)


def _against_torch(sizes: tuple[int, ...], mine: float) -> Result:
    try:
        import torch
    except ImportError:
        return Result(f"{mine:.1f} µs; neither node's peer nor torch", "1/20 of torch", False)
    peer = best_step(torch_epoch(torch, sizes), REPEATS // 20)
    measured = f"1/{peer / mine:.0f} of torch ({mine:.1f} of {peer:.0f} µs)"
    return Result(measured, "at most 1/20", mine <= TORCH_TARGET * peer)
