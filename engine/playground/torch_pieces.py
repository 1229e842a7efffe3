"""What the engine's parts are called in PyTorch, as source for the script that repeats a run."""

from __future__ import annotations

MODULES = {
    "linear": "nn.Identity()",
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "elu": "nn.ELU()",
    "selu": "nn.SELU()",
    "gelu": "nn.GELU()",
    "silu": "nn.SiLU()",
    "softplus": "nn.Softplus(threshold=100)",
    "softsign": "nn.Softsign()",
    "hard_sigmoid": "nn.Hardsigmoid()",
}
"""Each of the engine's ACTIVATIONS in PyTorch; from 100 on, softplus is its argument in float64."""

LOSSES = {
    "half_squared_error": "((z - y) ** 2).sum() / (2 * len(y))",
    "binary_cross_entropy": "F.binary_cross_entropy_with_logits(z, y)",
    "cross_entropy": "F.cross_entropy(z, y)",
}

OPTIMIZERS: dict[str, str] = {
    "GD": "torch.optim.SGD(net.parameters(), lr=RATE)",
    "SGD": "torch.optim.SGD(net.parameters(), lr=RATE)",
    "Momentum": "torch.optim.SGD(net.parameters(), lr=RATE, momentum={beta!r})",
    "Nesterov": (
        "torch.optim.SGD(\n"
        "        net.parameters(), lr=RATE, momentum={beta!r}, nesterov={beta!r} > 0\n"
        "    )"
    ),
    "AdaGrad": "torch.optim.Adagrad(net.parameters(), lr=RATE, eps={epsilon!r})",
    "RMSProp": "torch.optim.RMSprop(net.parameters(), lr=RATE, alpha={beta!r}, eps={epsilon!r})",
    "Adam": (
        "torch.optim.Adam(\n"
        "        net.parameters(), lr=RATE, betas=({beta!r}, {beta2!r}), eps={epsilon!r}\n"
        "    )"
    ),
    "AdamW": (
        "torch.optim.AdamW(\n"
        "        net.parameters(), lr=RATE, betas=({beta!r}, {beta2!r}), eps={epsilon!r},\n"
        "        weight_decay={decay!r},\n"
        "    )"
    ),
}
"""Each of the engine's OPTIMIZERS in PyTorch, whose rules are the same; Momentum is the engine's
in its form "pytorch"."""

FACTORS = {
    "constant": "1.0",
    "step_decay": "0.1 ** (3 * t // HORIZON)",
    "exponential": "0.01 ** (t / HORIZON)",
    "cosine": "(1 + math.cos(math.pi * t / HORIZON)) / 2",
    "linear_warmup": "min((t + 1) / WARMUP, (HORIZON - t) / (HORIZON - WARMUP + 1))",
    "inverse_sqrt": "min((t + 1) / WARMUP, math.sqrt(WARMUP / (t + 1)))",
}
"""Each of the engine's SCHEDULES: the factor of update t of HORIZON."""

RATE_IS_SET = """\
        rate = RATE * factor(step)
        for group in optimizer.param_groups:
            group["lr"] = rate
"""
MASKS_ARE_DRAWN = """\
        rng = np.random.default_rng([SEED, 3, step])
        for module in net.modules():
            if isinstance(module, Dropout):
                module.rng = rng
"""

PENALTIES = {
    ("l1", "subgradient"): "w.grad += STRENGTH * w.sign()",
    ("l2", "subgradient"): "w.grad += STRENGTH * w",
    ("l1", "decoupled"): "w -= rate * STRENGTH * w.sign()",
    ("l2", "decoupled"): "w -= rate * STRENGTH * w",
    ("l1", "proximal"): "w.copy_(w.sign() * (w.abs() - rate * STRENGTH).clamp(min=0))",
    ("l2", "proximal"): "w /= 1 + rate * STRENGTH",
}
"""What each penalty does to the weights w of a layer, by the form in which it acts."""

CLIPS = {
    "norm": "shorten(list(net.parameters()))",
    "layer": "for layer in net:\n    shorten(list(layer.parameters()))",
    "value": "for p in net.parameters():\n    p.grad.clamp_(-LIMIT, LIMIT)",
}
FACTOR = '''
def factor(step):
    """The schedule: by what update 0, 1, ... multiplies the rate; its last value after the end."""
    t = min(step, HORIZON - 1)
    return {}
'''
SHORTEN = '''
def shorten(parameters):
    """Scales their gradients to a common length of LIMIT where it is longer."""
    length = math.sqrt(sum((p.grad**2).sum().item() for p in parameters))
    if length > LIMIT:
        for p in parameters:
            p.grad *= LIMIT / length
'''

RESIDUAL = '''
class Residual(nn.Sequential):
    """The input plus what the layers make of it."""

    def forward(self, x):
        return x + super().forward(x)
'''
NORM = '''
class BatchNorm(nn.BatchNorm1d):
    """Takes a batch of one too, which it maps to beta and which leaves the running variance."""

    def forward(self, x):
        if len(x) > 1 or not self.training:
            return super().forward(x)
        self.running_mean += self.momentum * (x.detach()[0] - self.running_mean)
        return self.weight * (x - x.mean(dim=0)) + self.bias
'''
DROPOUT = '''
class Dropout(nn.Module):
    """Leaves out what the generator of the step says, so that the page leaves out the same."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training:
            return x
        kept = torch.from_numpy(self.rng.random(x.shape) >= self.rate)
        return x * kept * (1 / (1 - self.rate))
'''
