"""Chapter 3: what a training step does to the loss, to be predicted before it is drawn."""

from __future__ import annotations

import numpy as np

from engine.activations import ACTIVATIONS
from engine.losses import LOSSES
from engine.optimizers import GD
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import INTEGERS, distinct, one
from quiz_bank.templates.latex import equals, factor, multiple, number, signed
from quiz_bank.templates.parabola import moved
from quiz_bank.templates.pictures import legend, lettered, right_letter
from quiz_bank.templates.slips import SIGMOID

SUBSTEPS = 5  # gradient steps for each point of a curve that follows the gradient all the way
RATES_SHOWN = 60
CUT = 1.5  # a loss above this many times the first one leaves the picture
LOGITS = np.linspace(-4, 4, 61)
SOFTPLUS = ACTIVATIONS["softplus"]
STEPS = 8


def loss_along_step(rng: np.random.Generator) -> Variant:
    x = one(rng, (-3.0, -2.5, -2.0, 2.0, 2.5, 3.0))
    w, e = one(rng, INTEGERS), one(rng, (-4.0, -2.0, -1.0, 1.0, 2.0, 4.0))
    y = w * x - e
    g = e * x
    rates = np.linspace(0, 2.2 / x**2, RATES_SHOWN)

    def loss(w: float) -> float:
        return LOSSES["half_squared_error"].value(np.array([w * x]), np.array([y]))

    def along(direction: float) -> Array:
        return np.array([loss(w - rate * direction) for rate in rates])

    def many_small_steps() -> Array:
        rule, at, losses = GD(float(rates[1]) / SUBSTEPS), w, [loss(w)]
        for _ in rates[1:]:
            for _ in range(SUBSTEPS):
                at = moved(rule, at, (at * x - y) * x, ())
            losses.append(loss(at))
        return np.array(losses)

    def picture(step: str, losses: Array) -> Picture:
        shown = np.where(losses <= CUT * losses[0], losses, np.nan)
        return Picture(
            "learning rate η", "loss J", {"the step": step}, lines={"loss": (rates, shown)}
        )

    left_out = (
        "the lowest point comes too late"
        if x > 0
        else "for a negative $x$ the step has the wrong sign and the loss rises at once"
    )
    options = lettered(
        rng,
        picture("one step along $-g$", along(g)),
        [
            (
                picture("one step along $-2g$", along(2 * g)),
                r"This is one step along $-2g$: the lowest point is reached at half the rate. The"
                r" $\tfrac12$ of the loss cancels the 2 of the square, so $g$ has no factor 2.",
            ),
            (
                picture(r"one step along $-(\hat y - y)$", along(e)),
                r"This is one step along $-(\hat y - y)$: the factor $x$ of the gradient was left"
                rf" out, so {left_out}.",
            ),
            (
                picture("many tiny steps", many_small_steps()),
                r"This is what many tiny steps of the same total length do, with a new gradient at"
                r" each. One long step keeps its first gradient, and can overshoot.",
            ),
        ],
    )
    return Variant(
        prompt=rf"""A model $\hat y = wx$ sees one example, $x = {number(x)}$ and
$y = {number(y)}$, with the loss $J = \tfrac12 (\hat y - y)^2$. The weight is
$w = {number(w)}$, and $g = \partial J / \partial w$ is taken there.

The pictures show the loss after one step along $-g$, to $w - \eta g$, against the learning rate
$\eta$. Where a curve would rise above {number(CUT)} times the first loss it is cut off. Which
picture is right?""",
        answer=options,
        solution=rf"""Error: $\hat y - y = {factor(w)} \cdot {factor(x)} {signed(-y)}
= {number(e)}$, so $g = (\hat y - y)\, x = {number(g)}$.

After the step the error is $\hat y - y - \eta g x = (\hat y - y)(1 - \eta x^2)$, so the loss is
$J(\eta) = \tfrac12 \cdot {factor(e)}^2 \, (1 - {number(x**2)}\,\eta)^2$.

A parabola: it starts at ${number(e**2 / 2)}$, is zero at
$\eta = 1/x^2 {equals(1 / x**2)}$, and is back at its first value at
$\eta = 2/x^2 {equals(2 / x**2)}$. That is picture {right_letter(options)}.

The pictures show: {legend(options, "the step")}.""",
        hints=(
            r"How does the error $\hat y - y$ change when $w$ moves by $-\eta g$?",
            r"The error after the step is $(\hat y - y)(1 - \eta x^2)$.",
            rf"It is zero at $\eta = 1/x^2 {equals(1 / x**2)}$.",
        ),
    )


def loss_of_logit(rng: np.random.Generator) -> Variant:
    k = int(rng.integers(2, 12))
    a = SIGMOID.f(LOGITS)
    losses = {  # the loss against the logit, and what tells it from the others
        rf"$-{k} \ln \sigma(z)$": (
            k * SOFTPLUS.f(-LOGITS),
            "cross-entropy for target 1: it grows nearly linearly where the unit is wrong",
        ),
        rf"$-{k} \ln(1 - \sigma(z))$": (
            k * SOFTPLUS.f(LOGITS),
            "cross-entropy for target 0: it grows nearly linearly where the unit is wrong",
        ),
        rf"${k}\,(\sigma(z) - 1)^2$": (
            k * (a - 1) ** 2,
            rf"squared error for target 1: it levels off at {k} where the unit is wrong",
        ),
        rf"${k}\,\sigma(z)^2$": (
            k * a**2,
            rf"squared error for target 0: it levels off at {k} where the unit is wrong",
        ),
    }

    def picture(name: str) -> Picture:
        return Picture("logit z", "loss E", {"loss": name}, lines={"E": (LOGITS, losses[name][0])})

    right, *others = (str(name) for name in rng.permutation(list(losses)))
    wrong = [(picture(name), f"This is {name}, a {losses[name][1]}.") for name in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""An output unit has the logit $z$ and the loss $E = $ {right}, where $\sigma$ is
the sigmoid. Which picture shows $E$ against $z$?""",
        answer=options,
        solution=rf"""The loss {right} is a {losses[right][1]}. That is picture
{right_letter(options)}.

Where a squared error levels off, its slope vanishes: a confidently wrong sigmoid unit hardly
learns. Cross-entropy keeps a slope of almost ${k}$ there. The pictures show:
{legend(options, "loss")}.""",
        hints=(
            r"At which end, $z \to \infty$ or $z \to -\infty$, is the loss zero?",
            r"At the other end, is the sigmoid inside a logarithm or inside a square?",
        ),
    )


def sum_or_mean(rng: np.random.Generator) -> Variant:
    m, c = int(rng.choice([8, 10, 12])), one(rng, (0.27, 0.28, 0.3))
    s, (w, goal) = one(rng, (0.5, 2.0, 4.0, 5.0)), distinct(rng, INTEGERS, 2)
    x = rng.normal(size=m)
    x *= np.sqrt(s / np.mean(x**2))
    eta = c / s
    loss, rule = LOSSES["half_squared_error"], GD(eta)

    def picture(name: str, scale: float) -> Picture:
        at, values = w, [loss.value(w * x, goal * x)]
        for _ in range(STEPS):
            at = moved(rule, at, scale * loss.gradient(at * x, goal * x) @ x, ())
            values.append(loss.value(at * x, goal * x))
        curve = np.arange(STEPS + 1.0), np.array(values)
        return Picture("step", "loss J", {"direction": name}, lines={"J": curve}, log_y=True)

    mean = r"the mean of $(\hat y_i - y_i)\,x_i$"
    wrong = {
        r"the sum of $(\hat y_i - y_i)\,x_i$": (
            float(m),
            rf"which is {m} times the mean: every step overshoots and the loss grows.",
        ),
        r"twice the mean of $(\hat y_i - y_i)\,x_i$": (
            2.0,
            r"which forgets that the $\tfrac12$ of the loss cancels the 2 of the square.",
        ),
        r"the mean divided by $m$ again": (
            1 / m,
            r"which averages twice: the loss falls too slowly.",
        ),
    }
    options = lettered(
        rng,
        picture(mean, 1.0),
        [
            (picture(name, scale), f"This steps along {name}, {why}")
            for name, (scale, why) in wrong.items()
        ],
    )
    shrinks = 1 - eta * s
    return Variant(
        prompt=rf"""A model $\hat y = wx$ is trained by gradient descent on all $m = {m}$ examples,
with the loss $J = \tfrac{{1}}{{2m}} \sum_i (\hat y_i - y_i)^2$. So each step goes against {mean}.
The targets are $y_i = {multiple(goal, "x_i")}$, the inputs have
$\tfrac{{1}}{{m}} \sum_i x_i^2 = {number(s)}$, the start is $w = {number(w)}$ and the learning rate
is $\eta = {number(eta)}$. Which picture shows $J$ on a log axis against the number of steps?""",
        answer=options,
        solution=rf"""The gradient is $\dfrac{{1}}{{m}} \sum_i (w - w^*)\, x_i^2 =
{number(s)}\,(w - w^*)$ with $w^* = {number(goal)}$.

A step multiplies $w - w^*$ by $1 - \eta \cdot {number(s)} {equals(shrinks)}$ and the loss by the
square of that, ${number(shrinks**2)}$. From $J = \tfrac12 \cdot {number(s)} \cdot
({number(w)} {signed(-goal)})^2 = {number(s * (w - goal) ** 2 / 2)}$ it comes to
${number(s * (w - goal) ** 2 / 2 * shrinks ** (2 * STEPS))}$ after {STEPS} steps: a straight line
on a log axis. That is picture {right_letter(options)}.

The sum in place of the mean is the same as a learning rate {m} times as large. The pictures show:
{legend(options, "direction")}.""",
        hints=(
            r"By which factor does one step multiply the distance $w - w^*$ to the best weight?",
            rf"The factor is $1 - \eta \cdot {number(s)}$, and the loss changes by its square.",
            rf"The loss is multiplied by ${number(shrinks**2)}$ at every step.",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="losses/loss-of-logit",
        chapter=3,
        topic="losses",
        title="Predict the picture: a loss against its logit",
        difficulty="easy",
        kind="picture",
        source="Goodfellow, Bengio & Courville 2016, section 6.2.2.2; handbook chapter 3",
        seconds=75,
        make=loss_of_logit,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="backprop/loss-along-step",
        chapter=3,
        topic="backprop",
        title="Predict the picture: the loss along one step",
        difficulty="medium",
        kind="picture",
        source="Goodfellow, Bengio & Courville 2016, section 4.3; handbook chapter 3",
        seconds=150,
        make=loss_along_step,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="losses/sum-or-mean",
        chapter=3,
        topic="losses",
        title="Predict the picture: a sum in place of a mean",
        difficulty="medium",
        kind="picture",
        source="Goodfellow, Bengio & Courville 2016, section 5.9; handbook chapter 3",
        seconds=180,
        make=sum_or_mean,
        tags=frozenset({"complete"}),
    ),
)
