"""The table of contents: every page once, for the navigation, the titles and the cards on Home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One page. `question` is what the page answers; `labs` maps a lab's slug to its name;
    `topics` are those of the question bank. A page with labs but no chapter is on the post."""

    slug: str
    title: str
    icon: str
    section: str
    question: str
    chapter: int | None = None
    labs: Mapping[str, str] = field(default_factory=dict)
    topics: tuple[str, ...] = ()


CHAPTERS = {  # as the handbook numbers them
    1: "What is deep learning",
    2: "Foundations",
    3: "Training",
    4: "Optimizers",
    5: "Regularization",
    6: "Vanishing gradients",
    7: "Exploding gradients",
    8: "Sequence models",
}

EXPERIMENT = "Experiment"
PRACTICE = "Practice"
LOOK_UP = "Look up"

CONTENTS = (
    Entry(
        "home",
        "Gradient Gym",
        ":material/home:",
        "",
        "See a network learn, check every gradient, and be ready for the interview.",
    ),
    Entry(
        "deep_learning",
        "What is deep learning",
        ":material/layers:",
        "Learn",
        "What does a network with hidden layers solve that a rule or a line cannot?",
        chapter=1,
        topics=("learning",),
        labs={
            "fields": "Nested fields",
            "matching": "Matching game",
            "xor": "XOR",
            "hierarchy": "Feature hierarchy",
        },
    ),
    Entry(
        "foundations",
        "Foundations",
        ":material/hub:",
        "Learn",
        "What can a network of neurons compute that a single line cannot?",
        chapter=2,
        topics=("basics",),
        labs={
            "activations": "Activations",
            "neuron": "One neuron",
            "network": "House-price network",
            "softmax": "Softmax",
        },
    ),
    Entry(
        "training",
        "Training",
        ":material/sync_alt:",
        "Learn",
        "How does one number, the loss, tell every weight where to go?",
        chapter=3,
        topics=("backprop", "losses"),
        labs={
            "backprop": "Forward and backward",
            "gradcheck": "Gradient check",
            "update": "The update",
        },
    ),
    Entry(
        "optimizers",
        "Optimizers",
        ":material/trending_down:",
        "Learn",
        "Why does momentum cross a ravine that plain descent zigzags in?",
        chapter=4,
        topics=("optimizers",),
        labs={
            "race": "Race",
            "conventions": "Conventions",
            "map": "Convergence map",
            "batches": "Mini-batches",
        },
    ),
    Entry(
        "regularization",
        "Regularization",
        ":material/content_cut:",
        "Learn",
        "What makes a network do well on examples that it has not seen?",
        chapter=5,
        topics=("regularization", "normalization"),
        labs={
            "fitting": "Under- and overfitting",
            "dropout": "Dropout",
            "penalties": "L1 and L2",
            "batchnorm": "Batch norm",
            "augmentation": "Augmentation",
            "stopping": "Early stopping",
        },
    ),
    Entry(
        "vanishing_gradients",
        "Vanishing gradients",
        ":material/south_east:",
        "Learn",
        "Why do the first layers of a deep network stop learning, and what keeps them going?",
        chapter=6,
        topics=("vanishing",),
        labs={
            "depth": "Depth",
            "initializations": "Initializations",
            "learning": "Who learns",
            "symmetry": "Symmetry",
        },
    ),
    Entry(
        "exploding_gradients",
        "Exploding gradients",
        ":material/north_east:",
        "Learn",
        "When do gradients grow without bound, and what does clipping change?",
        chapter=7,
        topics=("exploding",),
        labs={
            "products": "Products of Jacobians",
            "clipping": "Clipping",
            "cliff": "The cliff",
        },
    ),
    Entry(
        "sequence_models",
        "Sequence models",
        ":material/linear_scale:",
        "Learn",
        "How does a network remember what came first, and why do gates help it to learn that?",
        chapter=8,
        topics=("recurrent", "lstm", "gru"),
        labs={
            "unrolled": "Unrolled network",
            "gradient_flow": "Gradient flow",
            "cell": "Inside the cell",
            "memory": "Memory task",
            "costs": "Costs",
        },
    ),
    Entry(
        "lstm_by_hand",
        "LSTM by hand",
        ":material/calculate:",
        "Learn",
        "Where does each number of an LSTM's backward pass come from?",
        topics=("lstm",),
        labs={
            "trails": "Trails",
            "derivation": "Derivation",
            "weights": "Weights and update",
            "notation": "Notation and mistakes",
            "softmax_head": "Softmax head",
        },
    ),
    Entry(
        "translation",
        "Translation",
        ":material/translate:",
        "Learn",
        "How does a German sentence become an English one, word by word?",
        topics=("seq2seq", "attention", "embeddings"),
        labs={
            "translate": "Translate",
            "bottleneck": "With and without attention",
            "train_translator": "Train it",
            "word_step": "Inside one step",
            "road": "Eight steps",
        },
    ),
    Entry(
        "playground",
        "Playground",
        ":material/science:",
        EXPERIMENT,
        "What does a network of your own learn, and why does it not learn the rest?",
    ),
    Entry(
        "practice",
        "Practice",
        ":material/quiz:",
        PRACTICE,
        "Can you derive it, and get the number right?",
    ),
    Entry(
        "review",
        "Review",
        ":material/event_repeat:",
        PRACTICE,
        "What are you about to forget?",
    ),
    Entry(
        "cards",
        "Q&A cards",
        ":material/style:",
        PRACTICE,
        "Can you say it in your own words, as in an interview?",
    ),
    Entry(
        "interview",
        "Mock interview",
        ":material/timer:",
        PRACTICE,
        "How would an interview go today?",
    ),
    Entry(
        "progress",
        "Progress",
        ":material/monitoring:",
        PRACTICE,
        "What do you know, what do you forget, and what should be next?",
    ),
    Entry(
        "errata",
        "Errata",
        ":material/rule:",
        LOOK_UP,
        "Where is the printed handbook wrong, and which number decides?",
    ),
    Entry(
        "glossary",
        "Glossary",
        ":material/menu_book:",
        LOOK_UP,
        "What does a symbol mean here, in the handbook, in the post and in PyTorch?",
    ),
)

PAGES: dict[str, Entry] = {entry.slug: entry for entry in CONTENTS}
