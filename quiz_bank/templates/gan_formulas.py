"""Chapter 9: derivatives in the game of two networks, as formulas."""

from __future__ import annotations

import numpy as np

from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.vae_formulas import letters

SOURCE = "Goodfellow et al. 2014"


def by_output(rng: np.random.Generator) -> Variant:
    p, q, d = letters(rng, "prk", "qmn", "dsu")
    answer = f"{p}/{d} - {q}/(1 - {d})"
    return Variant(
        prompt=rf"""At one point $x$ the data have the density ${p}$ and the generated examples the
density ${q}$. There the discriminator answers ${d}$, and the point adds
$V = {p} \ln {d} + {q} \ln(1 - {d})$ to the value of the game.

Give $\dfrac{{\partial V}}{{\partial {d}}}$ as a formula in ${p}$, ${q}$ and ${d}$.""",
        answer=Formula(
            answer,
            (p, q, d),
            f"{p}*ln({d}) + {q}*ln(1 - {d})",
            d,
            positive=(p, q),
            unit_interval=(d,),
        ),
        solution=rf"""The derivative of $\ln {d}$ is $1 / {d}$, that of $\ln(1 - {d})$ is
$-1 / (1 - {d})$. Set to 0, their sum gives ${d} = {p} / ({p} + {q})$, the best discriminator. The
sum is: `{answer}`""",
        hints=(rf"The inner derivative of $1 - {d}$ is $-1$.",),
        wrong={
            "inner_sign_left_out": f"{p}/{d} + {q}/(1 - {d})",
            "log_not_differentiated": f"{p}*ln({d}) - {q}*ln(1 - {d})",
            "real_examples_only": f"{p}/{d}",
            "players_exchanged": f"{q}/{d} - {p}/(1 - {d})",
        },
    )


LOSSES = {  # the loss of a generated x: LaTeX, in answer syntax, derivative by the logit
    "non-saturating": (r"-\ln D(x)", "-ln({0})", "-(1 - {0})"),
    "minimax": (r"\ln(1 - D(x))", "ln(1 - {0})", "-{0}"),
}


def by_example(rng: np.random.Generator) -> Variant:
    w, c, x = letters(rng, "wv", "cb", "xy")
    name, other = (str(key) for key in rng.permutation(list(LOSSES)))
    shown, loss, slope = LOSSES[name]
    d = f"sigma({w}*{x} + {c})"
    answer = f"{slope.format(d)}*{w}"
    shown = shown.replace("x", x)
    return Variant(
        prompt=rf"""The discriminator is $D({x}) = \sigma({w} {x} + {c})$, for a number ${x}$ that a
generator has made. The generator's {name} loss is $E = {shown}$.

Give $\dfrac{{\partial E}}{{\partial {x}}}$, what the generator gets back, as a formula in ${w}$,
${c}$ and ${x}$.""",
        answer=Formula(answer, (w, c, x), loss.format(d), x),
        solution=rf"""By the logit $s = {w} {x} + {c}$ the derivative is
${"D - 1" if name == "non-saturating" else "-D"}$: the slope $D (1 - D)$ of the sigmoid cancels
against the derivative of the logarithm. Both losses push the same way, but where $D$ is near 0 the
minimax loss hardly pushes at all.

The logit changes by ${w}$ per unit of ${x}$: `{answer}`""",
        hints=(
            rf"First the derivative by the logit $s = {w} {x} + {c}$.",
            r"The derivative of $\sigma(s)$ is $\sigma(s) (1 - \sigma(s))$.",
        ),
        wrong={
            "discriminator_left_out": slope.format(d),
            "losses_exchanged": f"{LOSSES[other][2].format(d)}*{w}",
            "no_sig": f"-{w}/{d}" if name == "non-saturating" else f"-{w}/(1 - {d})",
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="gan/value-by-output",
        chapter=9,
        topic="gan",
        title="The value by the discriminator's output",
        difficulty="medium",
        kind="formula",
        source=f"{SOURCE}, proposition 1",
        seconds=75,
        make=by_output,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="gan/loss-by-example",
        chapter=9,
        topic="gan",
        title="What the generator gets back",
        difficulty="hard",
        kind="formula",
        source=f"{SOURCE}, section 3",
        seconds=150,
        make=by_example,
        tags=frozenset({"complete"}),
    ),
)
