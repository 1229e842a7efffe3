"""Small models of every kind, a batch with padding, and a torch twin of any of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.seq2seq import ATTENTIONS, END, PAD, START, Batch, Seq2Seq

WORDS = 9
MODELS = {
    "plain": Seq2Seq(7, WORDS, 3, 4, attention=None),
    **{name: Seq2Seq(7, WORDS, 3, 4, attention=name) for name in ATTENTIONS},
    "both ways": Seq2Seq(7, WORDS, 3, 4, bidirectional=True),
    "two layers": Seq2Seq(7, WORDS, 3, 4, layers=2, attention="additive"),
    "two layers both ways": Seq2Seq(7, WORDS, 3, 4, 2, True, None),
    "dropout": Seq2Seq(7, WORDS, 3, 4, bidirectional=True, dropout=0.3),
}
BATCH = Batch(
    np.array([[4, 5, 6, 4], [3, 3, 5, 6], [6, 5, 4, 4]]),
    np.array([[4, 8, END, PAD], [END, PAD, PAD, PAD], [7, 7, 5, END]]),
)


def start(model: Seq2Seq, seed: int = 0) -> np.ndarray:
    """A theta with nothing at 0."""
    rng = np.random.default_rng(seed)
    return model.initialize(rng) + 0.3 * rng.normal(size=model.size)


class Twin:
    """The same model in torch, with its own LSTM, attention and loss."""

    def __init__(self, torch: Any, model: Seq2Seq, theta: np.ndarray) -> None:
        self.torch, self.model = torch, model
        views = model.unpack(theta)
        self.cells = {
            name: self._lstm(cell, theta[model.spans[name]])
            for name, cell in (
                *zip(model.encoder.names, model.encoder.cells, strict=True),
                ("decoder", model.decoder),
            )
        }
        self.p = {
            name: torch.tensor(view, requires_grad=True)
            for name, view in views.items()
            if "." not in name
        }

    def _lstm(self, cell: Any, theta: np.ndarray) -> Any:
        torch = self.torch
        net = torch.nn.LSTM(cell.d_in, cell.hidden, cell.layers, batch_first=True).double()
        weights = {name: torch.tensor(w) for name, w in cell.to_torch(theta).items()}
        net.load_state_dict(weights)
        return net

    def logits(self, batch: Batch) -> Any:
        torch, p, layers = self.torch, self.p, self.model.layers
        y = p["E_source"][torch.tensor(batch.source)]
        h, c = [], []
        for layer in range(layers):
            names = [name for name in self.cells if name.startswith(f"encoder{layer + 1}")]
            outputs, ends = [], []
            for name in names:
                flip = (lambda x: x.flip(1)) if name.endswith("back") else (lambda x: x)
                out, end = self.cells[name](flip(y))
                outputs.append(flip(out))
                ends.append(end)
            y = torch.cat(outputs, 2)
            h.append(torch.cat([end[0] for end in ends], 2))
            c.append(torch.cat([end[1] for end in ends], 2))
        fed = np.column_stack([np.full(len(batch.target), START), batch.target[:, :-1]])
        words = p["E_target"][torch.tensor(fed)]
        out, _ = self.cells["decoder"](words, (torch.cat(h), torch.cat(c)))
        return self._attended(out, y) @ p["W_y"] + p["b_y"]

    def _attended(self, h: Any, m: Any) -> Any:
        torch, p = self.torch, self.p
        scores = {
            "dot": lambda: torch.einsum("ntd,nsd->nts", h, m),
            "general": lambda: torch.einsum("ntd,de,nse->nts", h, p["W_a"], m),
            "additive": lambda: (
                torch.tanh((h @ p["W_h"]).unsqueeze(2) + (m @ p["W_m"]).unsqueeze(1)) @ p["v_a"]
            ),
        }
        if self.model.attention is None:
            return h
        context = torch.softmax(scores[self.model.attention](), 2) @ m
        return torch.tanh(torch.cat([context, h], 2) @ p["W_c"])

    def loss(self, batch: Batch, smoothing: float = 0.0) -> Any:
        loss = self.torch.nn.CrossEntropyLoss(ignore_index=PAD, label_smoothing=smoothing)
        target = self.torch.tensor(batch.target).reshape(-1)
        return loss(self.logits(batch).reshape(-1, self.model.target), target)

    def gradient(self) -> np.ndarray:
        """The gradients as our theta has them, after `loss(...).backward()`."""
        found = np.zeros(self.model.size)
        views = self.model.unpack(found)
        for name, value in self.p.items():
            views[name][...] = value.grad.numpy()
        for name, net in self.cells.items():
            cells = {**dict(zip(self.model.encoder.names, self.model.encoder.cells, strict=True))}
            cell = cells.get(name, self.model.decoder)
            grads = {
                key: value.grad.numpy()
                for key, value in net.named_parameters()
                if not key.startswith("bias_hh")  # the same as bias_ih's
            }
            found[self.model.spans[name]] = cell.from_torch(grads)
        return found
