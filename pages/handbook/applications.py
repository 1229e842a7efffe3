"""The nineteen applications of the handbook's ten fields, and what each of them asks for.

An application can often be solved in more than one way: every answer that can be defended is
accepted, and one sentence says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FIELDS = {
    "healthcare": "Healthcare",
    "finance": "Finance",
    "automotive": "Automotive",
    "retail": "Retail",
    "entertainment": "Entertainment",
    "technology": "Technology",
    "manufacturing": "Manufacturing",
    "agriculture": "Agriculture",
    "security": "Security",
    "research": "Research and teaching",
}
DATA = {
    "table": "Rows of a table",
    "images": "Images",
    "series": "Series over time",
    "text": "Text, strings of symbols",
    "sound": "Sound",
    "graph": "Graphs",
    "choices": "Choices of users",
    "play": "Own trials and rewards",
}
MODELS = {
    "mlp": "Multilayer perceptron",
    "cnn": "Convolutional network",
    "rnn": "Recurrent network",
    "transformer": "Transformer",
    "graph_network": "Graph network",
    "embeddings": "Embeddings, dot product",
    "autoencoder": "Autoencoder",
}
LOSSES = {
    "squared": "Squared error",
    "binary": "Binary cross-entropy",
    "classes": "Cross-entropy over classes",
    "reconstruction": "Squared error against the input",
    "reward": "Cross-entropy times reward",
}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "field": FIELDS,
    "data": DATA,
    "model": MODELS,
    "loss": LOSSES,
}
LABELS = {"field": "Field", "data": "Data type", "model": "Model", "loss": "Loss"}

Answers = tuple[str, str, str, str]  # keys of the four columns, in their order


@dataclass(frozen=True)
class Match:
    """The accepted answers of one column, the most usual first, and why."""

    accepted: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Application:
    """One application: its name, the task in a few words, and a match for each of COLUMNS."""

    name: str
    task: str
    field: Match
    data: Match
    model: Match
    loss: Match

    def match(self, column: str) -> Match:
        """The match of one of COLUMNS."""
        found: Match = getattr(self, column)
        return found


def _application(name: str, task: str, *columns: tuple[str, str]) -> Application:
    field, data, model, loss = (Match(tuple(keys.split()), why) for keys, why in columns)
    return Application(name, task, field, data, model, loss)


def judge(application: Application, answers: Answers) -> tuple[bool, ...]:
    """For each of COLUMNS whether the answer is accepted."""
    pairs = zip(COLUMNS, answers, strict=True)
    return tuple(answer in application.match(column).accepted for column, answer in pairs)


APPLICATIONS = (
    _application(
        "Diagnosis from scans",
        "Tell from an X-ray, MRI or CT scan which condition a patient has.",
        ("healthcare", "Diagnosis and prognosis are the physician's work."),
        ("images", "A scan is a grid of gray values."),
        ("cnn transformer", "Local patterns repeat anywhere in the picture; patches work too."),
        ("classes binary", "One condition of several, or present against absent."),
    ),
    _application(
        "Drug discovery",
        "Predict how well a molecule binds to a protein, before anyone makes it.",
        ("healthcare research", "It serves patients; much of it is done in research."),
        ("graph text", "Atoms and bonds are a graph; SMILES writes the same as a string."),
        ("graph_network transformer rnn", "Graphs need a graph network; strings a sequence model."),
        ("squared binary", "A binding strength is a number; active or not is a yes or no."),
    ),
    _application(
        "Algorithmic trading",
        "Decide from past prices whether to buy or sell in the next minute.",
        ("finance", "Prices and orders are finance."),
        ("series", "Prices come in order, one after the other."),
        ("rnn transformer cnn mlp", "Each can read a window of past prices."),
        ("squared binary reward", "The next return, up or down, or the profit of an action."),
    ),
    _application(
        "Fraud detection",
        "Stop the card payment that its owner did not make.",
        ("finance security", "Banks run it; it protects against crime."),
        ("table series", "Each payment is a row; a card's payments are a series."),
        ("mlp rnn transformer autoencoder", "Read the row or the history, or learn what is usual."),
        ("binary reconstruction", "Fraud or not; without labels, what fits badly is suspect."),
    ),
    _application(
        "Autonomous vehicles",
        "Find lanes, cars and people in the camera's view, and steer.",
        ("automotive", "The car drives."),
        ("images", "Cameras see most of it; lidar adds points in space."),
        ("cnn transformer", "Objects look alike wherever they are in the picture."),
        ("classes squared", "What a thing is, is a class; its box and the steering are numbers."),
    ),
    _application(
        "Traffic management",
        "Forecast the flow on every road for the next half hour.",
        ("automotive", "Cars and roads."),
        ("series graph", "Counts over time, at the junctions of a network of roads."),
        ("rnn graph_network transformer", "Time asks for a sequence model, roads for a graph."),
        ("squared", "A flow is a number."),
    ),
    _application(
        "Product recommendation",
        "Show each customer of a shop what they may want to buy.",
        ("retail", "Shops sell."),
        ("choices", "Who bought what, and after what."),
        ("embeddings transformer mlp", "Customers and goods become vectors; orders are sequences."),
        ("binary classes", "Bought or not; or which article comes next."),
    ),
    _application(
        "Supply chain",
        "Forecast the demand for every article in every store.",
        ("retail", "Goods have to be on the shelf."),
        ("series table", "Past sales, with price, season and promotions beside them."),
        ("rnn transformer mlp", "Sequence models read the history; rows suit a perceptron."),
        ("squared", "Demand is a number."),
    ),
    _application(
        "Films and music for you",
        "Suggest the next film or song, as Netflix or Spotify does.",
        ("entertainment", "Films and songs."),
        ("choices", "Who watched, skipped or rated what."),
        ("embeddings transformer rnn", "Users and titles become vectors; sessions are sequences."),
        ("binary classes squared", "Played or not, which title is next, or the stars given."),
    ),
    _application(
        "Game play",
        "Learn to win a game by playing it.",
        ("entertainment", "Games."),
        ("play images", "It learns from its own games; what it sees may be the screen."),
        ("cnn mlp transformer", "The screen or board is a grid; short states suit a perceptron."),
        ("reward squared", "Good moves are made likelier, or the value of a move is fitted."),
    ),
    _application(
        "Voice assistants",
        "Write down what was said to Siri or Alexa.",
        ("technology", "Software that everyone carries."),
        ("sound", "A microphone records sound."),
        ("transformer rnn", "Sound is a sequence, and so is what was said."),
        ("classes", "Each output is one letter or word of a list."),
    ),
    _application(
        "Translation",
        "Turn a German sentence into an English one, as Google Translate does.",
        ("technology", "Software that everyone uses."),
        ("text", "A sentence goes in, a sentence comes out."),
        ("transformer rnn", "An encoder reads words, a decoder writes words."),
        ("classes", "Each next word is one class out of the vocabulary."),
    ),
    _application(
        "Predictive maintenance",
        "Tell which machine will fail soon, from its sensors.",
        ("manufacturing", "Machines stand in factories."),
        ("series", "Sensors report temperature and vibration over time."),
        ("rnn cnn transformer autoencoder", "Read a window of the signal, or learn what is usual."),
        ("binary squared reconstruction", "Fails or not, hours left, or far from usual."),
    ),
    _application(
        "Quality control",
        "Find the scratched part on the conveyor belt.",
        ("manufacturing", "Parts are made in factories."),
        ("images", "A camera looks at each part."),
        ("cnn transformer autoencoder", "Defects are local patterns, or what is not usual."),
        ("binary classes reconstruction", "Good or bad, which defect, or far from usual."),
    ),
    _application(
        "Crop monitoring",
        "See from a drone which plants are ill, and how much will be harvested.",
        ("agriculture", "Fields and plants."),
        ("images", "Drones and satellites take pictures."),
        ("cnn transformer", "Leaves look alike wherever they are in the picture."),
        ("classes squared", "An illness is a class; a yield is a number."),
    ),
    _application(
        "Face recognition",
        "Tell who stands in front of the door.",
        ("security", "It lets people in, or not."),
        ("images", "A camera takes a picture."),
        ("cnn transformer", "A network turns a face into a vector that can be compared."),
        ("classes binary", "Which of the known people; or the same person, yes or no."),
    ),
    _application(
        "Anomaly detection",
        "Notice an intruder in a network of computers, with no example of an attack.",
        ("security technology", "It guards computers."),
        ("series table", "Connections over time, each a row of numbers."),
        ("autoencoder rnn", "Learn what is usual, then see what is not well rebuilt or foreseen."),
        ("reconstruction squared", "No labels: what is rebuilt or foreseen badly stands out."),
    ),
    _application(
        "Scientific discovery",
        "Genomics: predict how a protein folds from the sequence that a gene codes for.",
        ("research healthcare", "A question of science, of use in medicine."),
        ("text graph", "A sequence of letters; atoms in space are a graph."),
        ("transformer graph_network", "Parts far apart in the sequence touch: compare all pairs."),
        ("squared classes", "Places in space are numbers; binned distances are classes."),
    ),
    _application(
        "Tutoring tools",
        "Foresee whether a student solves the next exercise.",
        ("research", "Teaching, which the handbook lists with research."),
        ("series choices", "A student's past answers, in order."),
        ("rnn transformer mlp", "Past answers are a sequence."),
        ("binary", "Solved or not."),
    ),
)
