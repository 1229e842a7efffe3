"""Questions on encoder-decoders: worked from the numbers of their prompts alone, and against the
engine, PyTorch and sacrebleu; and the claims of the prose, recomputed."""

from __future__ import annotations

import re
from itertools import islice, product
from types import SimpleNamespace

import numpy as np
import pytest

from engine.recurrent import LSTM
from engine.seq2seq import END, START, Seq2Seq
from engine.seq2seq.beam import beam_search
from engine.seq2seq.loss import sequence_loss
from engine.seq2seq.model import Memory
from quiz_bank.certify import certified_variants, variant_of
from quiz_bank.loader import load_bank
from quiz_bank.templates.seq2seq_beam import EVERY, WORDS, best, by_tables

QUESTIONS = {question.id: question for question in load_bank()}
NUMBER = r"([+-]? ?[\d.]+)"


def exact(value):
    return np.asarray(value, float)


def as_printed(value):
    """With the five digits that solutions print."""
    return np.vectorize(lambda entry: float(f"{entry:.5g}"))(value)


def found(prompt, pattern):
    match = re.search(pattern, prompt, flags=re.DOTALL)
    assert match is not None, f"no {pattern} in {prompt}"
    return [float(text.replace(" ", "")) for text in match.groups()]


def row(prompt, name):
    (text,) = re.search(rf"{name} = \(([^)]*)\)", prompt).groups()
    return np.array([float(part) for part in text.split(r",\ ")])


def rows(prompt):
    """The rows of a table of numbers, their names left out."""
    lines = [line.split("|")[2:-1] for line in prompt.splitlines() if line.startswith("| ")]
    return np.array([[float(cell) for cell in line] for line in lines[2:]])


def probabilities(z, keep):
    return keep(np.exp(z) / np.exp(z).sum())


def masked_loss(prompt, keep):
    (real,) = found(prompt, r"the first has (\d+) tokens")
    p = rows(prompt)
    tokens = [*p[0, : int(real)], *p[1]]
    return keep(-np.log(tokens).sum()) / len(tokens)


def labels(prompt):
    (listed,) = re.search(r"vocabulary (.+?), in this order", prompt, flags=re.DOTALL).groups()
    words = re.findall(r'"(\w+)"', listed)
    (target,) = re.search(r'word is\s+"(\w+)"', prompt).groups()
    return np.array([float(word == target) for word in words])


def word_gradient(prompt, keep):
    (n,) = found(prompt, r"target sentence\s+has (\d+) tokens")
    return keep(probabilities(row(prompt, "z"), keep) - labels(prompt)) / n


def smoothed_gradient(prompt, keep):
    (eps,) = found(prompt, rf"varepsilon = {NUMBER}\$")
    return probabilities(row(prompt, "z"), keep) - (1 - eps) * labels(prompt) - eps / 4


def perplexity(prompt, keep):
    (text,) = re.search(r"are \$\(([^)]*)\)", prompt).groups()
    losses = [float(part) for part in text.split(r",\ ")]
    return np.exp(keep(sum(losses) / 4))


def whole_sentence(prompt, keep):
    (p,) = found(prompt, r"probability ([\d.]+), END")
    (words,) = found(prompt, r"of (\d+) target words")
    return keep(p) ** (words + 1)


def clipped_precision(prompt, keep):
    written, reference = (text.split() for text in re.findall(r'"([^"]+)"', prompt))
    left, matches = list(reference), 0
    for word in written:
        if word in left:
            left.remove(word)
            matches += 1
    return matches / len(written)


def fractions(prompt):
    return [[int(part) for part in pair] for pair in re.findall(r"tfrac\{(\d+)\}\{(\d+)\}", prompt)]


def bleu(prompt, keep):
    length, reference = found(prompt, r"of (\d+) words has a reference of (\d+)")
    p = [m / n for m, n in fractions(prompt)]
    return keep(np.prod(p) ** 0.25) * keep(np.exp(1 - reference / length))


def penalized_score(prompt, keep):
    n, m = found(prompt, r"first has (\d+) tokens.+second (\d+) tokens")
    first, second = (
        float(x) for x in re.findall(r"(?:probability|tokens and)\s\$(-[\d.]+)\$", prompt)
    )
    (alpha,) = found(prompt, r"\\alpha = ([\d.]+)")
    return max(total / keep(((5 + size) / 6) ** alpha) for total, size in ((first, n), (second, m)))


def beam(prompt, keep):
    start, *after = rows(prompt)
    kept = [((), 1.0)]
    for _ in range(3):
        grown = [
            ((*words, k), p * (after[words[-1]] if words else start)[k])
            for words, p in kept
            for k in range(3)
        ]
        kept = sorted(grown, key=lambda pair: pair[1])[-2:]
    return np.log(keep(kept[-1][1]))


def parameters(prompt, keep):
    source, target, e, half, h = found(
        prompt,
        r"from (\d+) words into\s+(\d+), .*?of (\d+) numbers.*?with (\d+) units.*?LSTM with (\d+)",
    )
    cells = 2 * LSTM(int(e), int(half)).size + LSTM(int(e), int(h)).size
    return (source + target) * e + cells + h * target + target


def memory(prompt, keep):
    layers, h, tokens = found(prompt, r"of (\d+) LSTM layers with (\d+) units.+?of\s+(\d+) tokens")
    return tokens * h - 2 * layers * h


def encoder_state(prompt, keep):
    h, q, w, v, r = (
        *found(prompt, rf"state \$h = {NUMBER}\$"),
        *found(prompt, rf"\$q = {NUMBER}\$, \$w = {NUMBER}\$, \$v = {NUMBER}\$"),
        *found(prompt, rf"\$r = {NUMBER}\$"),
    )
    x, y = row(prompt, r"\$x"), row(prompt, r"\$y")
    s1 = keep(np.tanh(q * h + v * x[0]))
    s2 = keep(np.tanh(w * s1 + v * x[1]))
    e1, e2 = (keep(1 / (1 + np.exp(-r * s)) - k) for s, k in zip((s1, s2), y, strict=True))
    d2 = keep(r * e2 * (1 - s2**2))
    d1 = keep(keep(r * e1 + w * d2) * (1 - s1**2))
    return q * d1


WORKED = {
    "seq2seq/perplexity": perplexity,
    "seq2seq/word-gradient": word_gradient,
    "seq2seq/whole-sentence": whole_sentence,
    "seq2seq/clipped-precision": clipped_precision,
    "seq2seq/memory": memory,
    "seq2seq/masked-loss": masked_loss,
    "seq2seq/smoothed-gradient": smoothed_gradient,
    "seq2seq/length-penalty": penalized_score,
    "seq2seq/bleu": bleu,
    "seq2seq/parameters": parameters,
    "seq2seq/encoder-state": encoder_state,
    "seq2seq/beam-by-hand": beam,
}


def drawn(name, count=60):
    question = QUESTIONS[name]
    return [variant_of(question, seed) for seed in islice(certified_variants(question), count)]


def test_every_template_is_worked_here():
    templates = {q.id for q in QUESTIONS.values() if q.topic == "seq2seq" and q.is_template}
    assert templates == set(WORKED)


@pytest.mark.parametrize("name", WORKED)
def test_the_answer_follows_from_the_prompt_and_bears_rounding(name):
    for variant in drawn(name):
        np.testing.assert_allclose(WORKED[name](variant.prompt, exact), variant.answer, rtol=1e-9)
        rounded = WORKED[name](variant.prompt, as_printed)
        bound = max(QUESTIONS[name].rtol / 2, 1e-12)
        np.testing.assert_allclose(rounded, variant.answer, rtol=bound)


def test_losses_and_gradients_are_those_of_the_engine_and_of_torch():
    torch = pytest.importorskip("torch")
    for name, smoothed in (("seq2seq/word-gradient", False), ("seq2seq/smoothed-gradient", True)):
        for variant in drawn(name, 20):
            z, target = row(variant.prompt, "z"), int(labels(variant.prompt).argmax())
            eps = found(variant.prompt, rf"varepsilon = {NUMBER}\$")[0] if smoothed else 0.0
            n = 1 if smoothed else int(found(variant.prompt, r"has (\d+) tokens")[0])
            logits = torch.tensor(z[None], requires_grad=True)
            loss = torch.nn.functional.cross_entropy(
                logits, torch.tensor([target]), label_smoothing=eps
            )
            (loss / n).backward()
            np.testing.assert_allclose(logits.grad[0].numpy(), variant.answer, rtol=1e-10)
            # one more word in front, so that no target is PAD
            padded = np.concatenate([[-1e9], z])[None, None]
            if not smoothed:
                value, gradient = sequence_loss(padded, np.array([[target + 1]]))
                assert value == pytest.approx(loss.item(), rel=1e-10)
                np.testing.assert_allclose(gradient[0, 0, 1:] / n, variant.answer, rtol=1e-9)


def test_masked_loss_is_that_of_the_engine():
    for variant in drawn("seq2seq/masked-loss", 20):
        p = rows(variant.prompt)
        real = int(found(variant.prompt, r"the first has (\d+) tokens")[0])
        target = np.ones((2, 5), int)
        target[0, real:] = 0
        other = np.log(1 - p)  # word 1 with probability p, PAD with the rest, or the reverse
        logits = np.where(
            target[..., None] == 1,
            np.stack([other, np.log(p)], axis=-1),
            np.stack([np.log(p), other], axis=-1),
        )
        assert sequence_loss(logits, target)[0] == pytest.approx(variant.answer, rel=1e-10)


def test_bleu_is_that_of_sacrebleu():
    metrics = pytest.importorskip("sacrebleu.metrics")
    for variant in drawn("seq2seq/bleu", 20):
        length, reference = found(variant.prompt, r"of (\d+) words has a reference of (\d+)")
        matches, totals = map(list, zip(*fractions(variant.prompt), strict=True))
        assert totals[0] == length
        score = metrics.BLEU.compute_bleu(
            matches, totals, int(length), int(reference), smooth_method="none"
        )
        assert score.score / 100 == pytest.approx(variant.answer, rel=1e-10)
    for variant in drawn("seq2seq/clipped-precision", 20):
        written, reference = re.findall(r'"([^"]+)"', variant.prompt)
        score = metrics.BLEU(tokenize="none").sentence_score(written, [reference])
        assert score.precisions[0] / 100 == pytest.approx(variant.answer, rel=1e-10)


def test_parameters_are_those_of_torch():
    torch = pytest.importorskip("torch")
    for variant in drawn("seq2seq/parameters", 5):
        source, target, e, half, h = (
            int(number)
            for number in found(
                variant.prompt,
                r"from (\d+) words into\s+(\d+), .*?of (\d+) numbers.*?with (\d+) units.*?"
                r"LSTM with (\d+)",
            )
        )
        parts = (
            torch.nn.Embedding(source, e),
            torch.nn.Embedding(target, e),
            torch.nn.LSTM(e, half, bidirectional=True),
            torch.nn.LSTM(e, h),
            torch.nn.Linear(h, target),
        )
        size = sum(p.numel() for part in parts for p in part.parameters())
        assert size - 4 * (2 * half + h) == variant.answer  # torch has a second bias per gate


def test_encoder_memory_has_the_shapes_of_the_engine():
    model = Seq2Seq(9, 9, embedding=3, hidden=4, layers=3, attention="dot")
    left = model.encode(model.initialize(np.random.default_rng(0)), np.full((1, 18), 5))
    assert left.outputs.size == 18 * 4
    assert sum(part.size for part in left.state) == 2 * 3 * 4


class Chain:
    """A decoder whose next word depends on the word before alone, as in the prompt of beam search;
    words come after PAD, START, END and UNKNOWN."""

    def __init__(self, chances):
        self.chances = np.asarray(chances)

    def encode(self, theta, source):
        nothing = np.zeros((1, 1, 1))
        return Memory(nothing, (nothing, nothing))

    def decode(self, theta, memory, state, fed):
        words = np.where(fed[:, 0] == START, 0, fed[:, 0] - 3)
        logits = np.full((len(words), 1, 7), -1e9)
        logits[:, 0, 4:] = np.log(self.chances[words])
        blank = np.zeros((1, len(words), 1))
        return SimpleNamespace(logits=logits, cache=SimpleNamespace(state=(blank, blank)))


def test_beam_search_by_hand_is_that_of_the_engine():
    for variant in drawn("seq2seq/beam-by-hand", 20):
        chances = rows(variant.prompt)
        result = beam_search(Chain(chances), None, np.array([4]), width=2, penalty=0, limit=3)
        top = result.hypotheses[0]
        assert top.log_probability == pytest.approx(variant.answer, rel=1e-9)
        words = "".join(WORDS[k - 4] for k in top.ids)
        assert END not in top.ids
        assert f"The best is {words}." in variant.solution
        assert np.log(by_tables(chances)) == pytest.approx(variant.answer, rel=1e-12)
        every = {
            f"{WORDS[a]}{WORDS[b]}{WORDS[c]}": chances[0, a] * chances[a + 1, b] * chances[b + 1, c]
            for a, b, c in product(range(3), repeat=3)
        }
        likeliest = max(every, key=every.get)
        assert f"the most probable sentence of all is {likeliest} with" in variant.solution
        assert every[likeliest] > every[words]


def test_perplexity_of_equal_chances_is_their_number():
    for variant in drawn("seq2seq/perplexity", 5):
        assert np.exp(np.mean(np.full(4, np.log(variant.answer)))) == pytest.approx(variant.answer)
        assert -np.log(1 / variant.answer) == pytest.approx(variant.wrong["loss_for_perplexity"])


def test_length_penalty_turns_the_order_round():
    for variant in drawn("seq2seq/length-penalty"):
        first, second = (
            float(x)
            for x in re.findall(r"(?:probability|tokens and)\s\$(-[\d.]+)\$", variant.prompt)
        )
        assert first > second
        assert variant.wrong["length_penalty_left_out"] == first
        assert variant.wrong["other_hypothesis"] < variant.answer


def test_what_beam_search_promises():
    """Width 1 is greedy; wider beams may find less than greedy search, and miss the likeliest."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        chances = rng.dirichlet([0.5, 0.5, 0.5], size=4)
        word, p = -1, 1.0
        for _ in range(3):
            p *= chances[word + 1].max()
            word = int(chances[word + 1].argmax())
        assert best(chances, 1)[0][1] == pytest.approx(p)
    chances = np.array(
        [[0.4, 0.38, 0.22], [0.33, 0.33, 0.34], [0.48, 0.48, 0.04], [0.9, 0.05, 0.05]]
    )
    (wide, p_wide), (greedy, p_greedy) = best(chances, 2)[0], best(chances, 1)[0]
    assert (greedy, wide[0]) == ("ACA", "B")
    assert p_wide < 0.8 * p_greedy <= best(chances, EVERY)[0][1]
    by_engine = beam_search(Chain(chances), None, np.array([4]), width=2, penalty=0, limit=3)
    assert np.exp(by_engine.hypotheses[0].log_probability) == pytest.approx(p_wide)


def test_reversing_the_source_keeps_the_mean_distance():
    for n in (3, 8):
        source, target = np.arange(1, n + 1), n + np.arange(1, n + 1)
        forward = target - source
        places = n + 1 - source  # of the source words, read backward
        assert set(forward) == {n}
        np.testing.assert_array_equal(target - places, np.arange(1, 2 * n, 2))
        assert (target - places).mean() == n


def test_a_zero_input_does_not_hold_the_state():
    rng = np.random.default_rng(0)
    cell = LSTM(3, 4)
    theta, x = rng.normal(size=cell.size), rng.normal(size=(1, 5, 3))
    short = cell.forward(theta, x)[0]
    padded = cell.forward(theta, np.concatenate([x, np.zeros((1, 3, 3))], axis=1))[0]
    np.testing.assert_allclose(padded[:, :5], short, rtol=1e-12)
    assert np.abs(padded[0, -1] - short[0, -1]).max() > 0.05


def test_a_bidirectional_encoder_reads_both_sides_with_weights_of_its_own():
    rng = np.random.default_rng(0)
    model = Seq2Seq(9, 9, embedding=3, hidden=4, bidirectional=True, attention="dot")
    theta, source = rng.normal(size=model.size), np.array([[4, 5, 6, 7]])
    here = model.encode(theta, source).outputs[0, 1]
    for place in (0, 3):
        other = source.copy()
        other[0, place] = 8
        assert np.abs(model.encode(theta, other).outputs[0, 1] - here).max() > 1e-6
    names = model.encoder.names
    assert len(names) == 2
    assert model.spans[names[0]] != model.spans[names[1]]
