"""SQL is written out in the program: what is typed, chosen or restored reaches it bound."""

from __future__ import annotations

import ast
import re

import pytest

from quiz_bank.progress import export, new_entry, open_store, restore, taken_back
from tests.source_imports import app_files, tree

SQL = re.compile(
    r"\b(SELECT\b.*\bFROM|INSERT\s+INTO|UPDATE\b.*\bSET|DELETE\s+FROM|PRAGMA|"
    r"(CREATE|ALTER|DROP)\s+(TABLE|INDEX|SCHEMA|VIEW)|SET\s+LOCAL|BEGIN\s+IMMEDIATE)\b",
    re.DOTALL,
)
RUNS_TEXT = {"exec_driver_sql", "text", "executescript", "literal_column", "TextClause"}
FILES = [file for file in app_files() if file.startswith(("quiz_bank/", "pages/"))]


def texts(node: ast.AST) -> str:
    """All literal text in an expression."""
    return " ".join(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def is_built(node: ast.AST) -> bool:
    """Whether an expression makes text from parts: f-string, %, +, format, join, replace."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod | ast.Add)
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in {"format", "join", "replace"}


def built_sql(file: str) -> list[str]:
    return [
        f"{file}:{node.lineno}"
        for node in ast.walk(tree(file))
        if is_built(node) and SQL.search(texts(node))
    ]


def run_from_elsewhere(file: str) -> list[str]:
    """Calls that run SQL as text, with something that is neither written there nor a migration."""
    found = []
    for node in ast.walk(tree(file)):
        name = getattr(getattr(node, "func", None), "attr", getattr(node, "func", None))
        name = name.id if isinstance(name, ast.Name) else name
        if isinstance(node, ast.Call) and name in RUNS_TEXT and imports_sqlalchemy(file):
            known = isinstance(node.args[0], ast.Constant) or (
                isinstance(node.args[0], ast.Name) and node.args[0].id == "statement"
            )
            found += [] if known else [f"{file}:{node.lineno}"]
    return found


def imports_sqlalchemy(file: str) -> bool:
    return "sqlalchemy" in ast.unparse(tree(file))


@pytest.mark.parametrize("file", FILES)
def test_no_sql_is_built_from_parts(file):
    assert built_sql(file) == []
    assert run_from_elsewhere(file) == []


@pytest.mark.parametrize(
    "code",
    [
        "f'SELECT * FROM t WHERE a = {x}'",
        "'DELETE FROM t WHERE a = %s' % x",
        "'INSERT INTO t VALUES (' + x + ')'",
        "'UPDATE t SET a = {}'.format(x)",
        "' '.join(['DROP TABLE', x])",
    ],
)
def test_the_test_finds_what_it_looks_for(code):
    node = ast.parse(code, mode="eval").body
    assert is_built(node)
    assert SQL.search(texts(node))


NASTY = [
    "'); DROP TABLE attempts; --",
    "' OR '1'='1",
    "%s %(id)s :id ? $1 {0}",
    "\\'; SELECT pg_sleep(9); --",
    "ann' UNION SELECT * FROM cards --",
    "🙂 \u202e \ufeff",
]


@pytest.mark.parametrize("nasty", [text for text in NASTY if text.isprintable()])
def test_any_text_is_kept_and_asked_for_as_it_is(store, make_attempt, nasty):
    bystander = make_attempt(9, learner="ann")
    one = make_attempt(1, learner=nasty, question_id=nasty, response=nasty, misconception=nasty)
    interview = one.id
    entry = new_entry(interview, "answer", 0, nasty, learner=nasty)
    assert store.add(one, entry, bystander).problem is None
    assert store.attempts(nasty, [nasty]) == (one,) == store.attempts(nasty)
    assert store.entries(nasty, interview) == (entry,) == store.entries(nasty)
    assert store.entries(nasty, nasty) == ()
    assert store.best_scores(nasty) == {nasty: 1.0}
    assert store.due(nasty, one.at.replace(year=2090)) == (nasty,)
    assert store.last_attempt(nasty) == one
    other = open_store("sqlite://")
    assert restore(other, nasty, export(store, nasty)).added == 2
    assert other.attempts(nasty) == (one,)
    store.add(taken_back(one))
    assert store.attempts(nasty) == store.cards(nasty) == ()
    assert store.attempts("ann") == (bystander,)
    assert store.saving


@pytest.mark.parametrize("nasty", NASTY)
def test_any_response_is_kept_as_it_is(store, make_attempt, nasty):
    one = make_attempt(1, response=nasty)
    store.add(one)
    assert store.attempts("local") == (one,)
