"""Which lab shows why a mistake is one: for some mistakes a lab of their own, else the topic's."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui.contents import CONTENTS
from pages.ui.lab import OPEN
from quiz_bank.topics import TOPICS

ENTRIES = {lab: entry for entry in CONTENTS for lab in entry.labs}

TOPIC_LABS: Mapping[str, str] = {  # the topics that are left out have no lab
    "learning": "fields",
    "basics": "neuron",
    "backprop": "backprop",
    "losses": "softmax",
    "optimizers": "race",
    "regularization": "penalties",
    "normalization": "batchnorm",
    "vanishing": "depth",
    "exploding": "products",
    "recurrent": "unrolled",
    "lstm": "derivation",
    "gru": "cell",
    "seq2seq": "translate",
    "attention": "word_step",
    "embeddings": "road",
    "convolution": "hierarchy",
    "transformers": "costs",
    "troubleshooting": "fitting",
}

_BY_LAB: Mapping[str, tuple[str, ...]] = {
    "activations": ("sig_plus", "sig_at_a", "tanh_deriv"),
    "gradcheck": ("loss_factor2",),
    "update": ("step_sign",),
    "softmax": ("softmax_diag", "ce_double"),
    "conventions": ("momentum_undamped", "no_bias_correction", "adam_t_zero", "adamw_coupled"),
    "penalties": ("l2_factor", "l1_value"),
    "dropout": (
        "dropout_scale",
        "dropout_test",
        "dropout_unscaled",
        "mask_not_backward",
        "odds_swapped",
    ),
    "initializations": ("xavier_root", "sd_as_bound", "he_for_xavier", "relu_half"),
    "depth": ("residual_no_identity", "largest_slope", "slope_one_half"),
    "clipping": ("clip_value", "clip_l1", "clip_norm_squared", "norm_for_value"),
    "unrolled": ("last_step_only", "mean_over_time", "once_per_step"),
    "notation": (
        "tanh_of_c",
        "c_not_tanhc",
        "f_uses_c_t",
        "swap_ig",
        "no_f_path",
        "f_path_one",
        "f_path_wrong_time",
        "no_gate_recurrence",
        "u_uses_h_t",
    ),
    "softmax_head": ("label_left_out", "right_word_only", "logits_for_probabilities"),
    "cell": ("gates_swapped", "cell_not_squashed", "candidate_as_gate", "forget_complement"),
    "train_translator": ("smoothing_left_out", "smoothing_others_only", "loss_for_perplexity"),
    "bottleneck": ("not_clipped", "brevity_left_out", "brevity_swapped", "recall_for_precision"),
    "word_step": ("attn_scale", "attn_softmax_skipped", "value_path_only", "score_path_only"),
}
MISTAKE_LABS = {key: lab for lab, keys in _BY_LAB.items() for key in keys}


def lab_of(mistake: str, topic: str | None) -> str | None:
    """The slug of the lab for a mistake that was made in a question of this topic, None where no
    lab shows it."""
    return MISTAKE_LABS.get(mistake) or TOPIC_LABS.get(topic or "")


def lab_link(lab: str) -> None:
    """A link that opens the lab."""
    entry = ENTRIES[lab]
    st.page_link(
        f"pages/{entry.slug}.py",
        label=f"See why: {entry.title}, {entry.labs[lab]}",
        icon=entry.icon,
        query_params={OPEN: entry.labs[lab]},
    )


def practice_link(topic: str, label: str | None = None) -> None:
    """A link to the questions of a topic."""
    title = TOPICS[topic].title
    st.page_link(
        "pages/practice.py",
        label=label or f"Practice: {title}",
        icon=":material/quiz:",
        query_params={"topic": title},
    )
