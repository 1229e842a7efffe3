"""A bank of one question of each kind in words, with everything in it that could go wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from quiz_bank.loader import load_bank
from quiz_bank.model import Bank

PROSE = r"""
[[question]]
id = "losses/hostile"
chapter = 3
topic = "losses"
title = "A title with <b>tags</b> & more"
difficulty = "easy"
kind = "choice"
tags = ["essential"]
source = "Bridle 1990, <i>section</i> 2"
seconds = 60
hints = ["Think."]
prompt = "Is $a < b$ and <script>alert(1)</script> **bold** or `x < y`? It costs 2 * 3 * 4."
solution = "Because $$\\sum_i p_i = 1$$ and *so* on."
[[question.options]]
text = "Yes, $p \\le 1$"
correct = true
[[question.options]]
text = "No & never"
feedback = "See <u>there</u>: $x$."
[[question.options]]
text = "Perhaps"
feedback = "No."

[[question]]
id = "optimizers/listing"
chapter = 4
topic = "optimizers"
title = "A listing"
difficulty = "easy"
kind = "wrong line"
tags = ["complete"]
source = "Kingma & Ba 2015"
seconds = 60
hints = ["Think."]
prompt = '''
One line is wrong. Which?

```text
m = b1 * m + (1 - b1) * g   # line 1
m_hat = m / (1 + b1**t)     # line 2
if t < 3: print("$m$")      # line 3
```
'''
solution = "The bias correction divides by $1 - \\beta_1^t$."
[[question.options]]
text = "Line 1"
feedback = "That is the running mean."
[[question.options]]
text = "Line 2"
correct = true
[[question.options]]
text = "Line 3"
feedback = "It only prints."

[[question]]
id = "optimizers/order"
chapter = 4
topic = "optimizers"
title = "The order"
difficulty = "easy"
kind = "order"
tags = ["complete"]
source = "Kingma & Ba 2015"
seconds = 60
hints = ["Think."]
prompt = "Put the steps in order."
solution = "First the gradient."
items = ["the gradient", "the moments", "the correction", "the step"]

[[question]]
id = "losses/words"
chapter = 3
topic = "losses"
title = "In your own words"
difficulty = "easy"
kind = "own words"
tags = ["essential"]
source = "Bridle 1990"
seconds = 60
hints = ["Think."]
prompt = "What is a loss?"
solution = "A number that says how wrong the network is."
points = ["says that it is a number", "says that $L \\ge 0$ is usual", "says that it is lowered"]
"""


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    folder = Path(tmp_path_factory.mktemp("prose"))
    (folder / "prose.toml").write_text(PROSE, encoding="utf-8")
    return load_bank(folder)
