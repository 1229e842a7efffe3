"""German by rules of its own: case, gender, adjective endings, and where the verbs stand."""

from __future__ import annotations

from itertools import product

from tests.engine.translation.grammar.corpus_words import (
    GENDER,
    OTHER_CAPITALS,
    PAIRS,
    clauses,
    listed,
    uncapitalised,
    words,
)

GENDERS, CASES = "mfnp", "NADG"
# What each article may be, as gender and case: "mN" is masculine nominative.
ARTICLES = {
    "der": "mN fD fG pG",
    "die": "fN fA pN pA",
    "das": "nN nA",
    "den": "mA pD",
    "dem": "mD nD",
    "des": "mG nG",
}
EIN = {"": "mN nN nA", "e": "fN fA", "en": "mA", "em": "mD nD", "er": "fD fG", "es": "mG nG"}
POSSESSIVE = {**EIN, "e": "fN fA pN pA", "en": "mA pD", "er": "fD fG pG"}
STEMS = {"ein": EIN} | dict.fromkeys(["kein", "mein", "dein", "sein", "unser", "ihr"], POSSESSIVE)
DETERMINERS = {word: set(slots.split()) for word, slots in ARTICLES.items()} | {
    stem + ending: set(slots.split())
    for stem, table in STEMS.items()
    for ending, slots in table.items()
    if stem + ending != "ihr"  # which may be the pronoun "her"
}
STRONG = {
    "e": "fN fA pN pA",
    "er": "mN fD fG pG",
    "es": "nN nA",
    "en": "mA mG nG pD",
    "em": "mD nD",
}
WEAK_E = {"mN", "fN", "fA", "nN", "nA"}
ADJECTIVES = ("alt", "neu", "groß", "klein", "gut", "schön", "kalt", "jung")
FORMS = {stem + ending: ending for stem in ADJECTIVES for ending in ("e", "er", "es", "en", "em")}
CONTRACTIONS = {"im": "mD nD", "ins": "nA", "am": "mD nD", "zum": "mD nD", "zur": "fD", "ans": "nA"}
DATIVE, ACCUSATIVE = ("mit", "nach", "aus"), ("ohne",)
ALL_SLOTS = {a + b for a, b in product(GENDERS, CASES)}

CONJUNCTIONS = ("dass", "weil", "wenn", "ob")
QUESTION_WORDS = ("wo", "wohin", "wann", "warum", "was")
BARE_FINITE = listed(
    """
    bin bist ist sind seid war warst waren habe hast hat haben habt hatte hatten muss musst
    müssen kann kannst können könnt will willst wollen möchte möchtest möchten darf dürfen mag
    magst mögen weiß weißt
    """
)
MODAL = listed(
    """
    muss musst müssen kann kannst können könnt will willst wollen darf dürfen konnte konnten
    musste mussten wollte wollten
    """
)
INFINITIVES = listed(
    """
    anfangen ankommen anrufen arbeiten aufstehen besuchen bleiben brauchen einkaufen essen
    fahren finden geben gehen glauben haben helfen hören kaufen kennen kochen kommen lernen
    lesen lieben machen mitkommen sagen schlafen schreiben schwimmen sehen spielen sprechen
    suchen trinken verstehen warten wohnen
    """
)
PARTICIPLES = listed(
    """
    abgefahren angefangen angekommen angerufen aufgestanden besucht eingekauft geblieben
    gefahren gefunden gegangen gegeben gegessen geholfen gehört gekauft gekocht gekommen
    gelernt gelesen gemacht gearbeitet geschlafen geschrieben geschwommen gesehen gespielt
    gesprochen gesucht getrunken gewartet mitgekommen vergessen verstanden
    """
)
MOTION = listed(
    """
    gegangen gefahren gekommen mitgekommen angekommen abgefahren aufgestanden geblieben
    geschwommen
    """
)
PREFIXED = {
    "stehe": "auf",
    "stehst": "auf",
    "steht": "auf",
    "rufe": "an",
    "rufst": "an",
    "ruft": "an",
    "rufen": "an",
    "fängt": "an",
}


def groups() -> list[tuple[str, str, str, str, str]]:
    """Every word before, determiner, adjective, noun of the corpus; empty where there is none."""
    found = set()
    for pair in PAIRS:
        row = ["", "", "", *uncapitalised(pair.german)]
        for k in range(3, len(row)):
            if row[k] not in GENDER:
                continue
            adjective = row[k - 1] if row[k - 1] in FORMS else ""
            first = k - 2 if adjective else k - 1
            found.add((row[first - 1], row[first], adjective, row[k], pair.german))
    return sorted(found)


GROUPS = groups()


def slots(noun: str) -> set[str]:
    """The gender and cases that a noun's form allows."""
    gender = GENDER[noun]
    genitive = noun in {"Bruders", "Vaters", "Freundes"}
    dative_plural = noun == "Freunden"
    cases = "G" if genitive else "D" if dative_plural else "NAD" if gender in "mn" else CASES
    if noun in {"Freunde", "Kinder", "Brüder", "Äpfel", "Bücher", "Eier"}:
        cases = "NAG"
    return {gender + case for case in cases}


def test_articles_agree_with_their_nouns() -> None:
    for _, determiner, _, noun, sentence in GROUPS:
        table = DETERMINERS.get(determiner)
        if determiner in CONTRACTIONS:
            table = set(CONTRACTIONS[determiner].split())
        if table is not None:
            assert table & slots(noun), (determiner, noun, sentence)


def test_adjective_endings() -> None:
    checked = 0
    for _, determiner, adjective, noun, sentence in GROUPS:
        if not adjective or determiner == "ihr":
            continue
        checked += 1
        ending = FORMS[adjective]
        table = DETERMINERS.get(determiner)
        here = (table if table is not None else ALL_SLOTS) & slots(noun)
        bare = determiner in {"ein", "kein", "mein", "dein", "sein", "unser"}
        if table is None or bare:
            right = any(slot in STRONG[ending].split() for slot in here)
        else:
            weak = any((slot in WEAK_E) == (ending == "e") for slot in here)
            right = weak and ending in ("e", "en")
        assert right, (determiner, adjective, noun, sentence)
    assert checked > 3_000


def test_prepositions_govern_their_case() -> None:
    for before, determiner, _, noun, sentence in GROUPS:
        table = DETERMINERS.get(determiner)
        if table is None or before not in (*DATIVE, *ACCUSATIVE):
            continue
        case = "D" if before in DATIVE else "A"
        assert {slot for slot in table & slots(noun) if slot[1] == case}, (before, sentence)


def test_only_nouns_and_names_are_capitalised() -> None:
    for pair in PAIRS:
        assert pair.german[0].isupper()
        for word in uncapitalised(pair.german):
            known = word in GENDER or word in OTHER_CAPITALS
            assert word[0].isupper() == known or not word[0].isalpha(), (word, pair.german)


def finite(word: str) -> bool:
    """Whether a word may be a finite verb: a short irregular form, or an ending of one."""
    return word in BARE_FINITE | MODAL or word.endswith(("e", "t", "n"))


def test_subordinate_clauses_end_in_their_finite_verb() -> None:
    checked = 0
    for pair in PAIRS:
        for clause in clauses(pair.german):
            if clause[0].lower() not in CONJUNCTIONS:
                continue
            checked += 1
            last, before = clause[-1], clause[-2]
            assert finite(last), pair.german
            assert last not in PARTICIPLES - {"besucht"}, pair.german
            if before in INFINITIVES:
                assert last in MODAL, pair.german
            if before in PARTICIPLES:
                assert last in BARE_FINITE, pair.german
            assert not any(word in MODAL for word in clause[1:-1]) or last in MODAL, pair.german
    assert checked > 3_000


def test_modal_verbs_send_the_infinitive_to_the_end() -> None:
    for pair in PAIRS:
        if pair.kind != "modal":
            continue
        row = words(pair.german)
        assert row[-1] in INFINITIVES, pair.german
        assert set(row[:-1]) & (MODAL | {"möchte", "möchtest", "möchten"}) or row[0] in {
            word.capitalize() for word in MODAL | {"möchte", "möchtest", "möchten"}
        }, pair.german


def test_the_perfect_ends_in_its_participle_with_the_right_auxiliary() -> None:
    for pair in PAIRS:
        if pair.kind != "perfect":
            continue
        row = words(pair.german)
        assert row[-1] in PARTICIPLES, pair.german
        auxiliaries = {"bin", "bist", "ist", "sind", "seid"} & set(row)
        assert bool(auxiliaries) == (row[-1] in MOTION), pair.german


def test_pronoun_subjects_agree_with_the_verb_in_second_place() -> None:
    endings = {
        "ich": ("e", "bin", "kann", "muss", "will", "darf", "mag", "weiß", "war"),
        "du": ("t",),
        "wir": ("n", "sind"),
        "er": ("t", "kann", "muss", "will", "darf", "mag", "weiß", "war", "te"),
    }
    checked = 0
    for pair in PAIRS:
        row = uncapitalised(pair.german)
        if row[0] in endings and pair.german[-1] == ".":
            checked += 1
            assert row[1].endswith(endings[row[0]]), pair.german
    assert checked > 5_000


def test_sie_is_she_or_they_by_its_verb() -> None:
    for pair in PAIRS:
        row = words(pair.german)
        if row[0] == "Sie":
            plural = row[1] != "kann" and row[1].endswith(("n", "sind"))
            assert pair.english.startswith("They" if plural else ("She", "Her")), pair


def test_time_in_front_puts_the_verb_before_the_subject() -> None:
    starts = {"Heute", "Morgen", "Gestern", "Jetzt"}
    for pair in PAIRS:
        row = words(pair.german)
        if pair.kind == "fronted" and row[0] in starts:
            place = 2 if row[1] == "Abend" or row[1] == "Morgen" else 1
            assert finite(row[place]), pair.german
            assert row[place] not in listed("ich du er sie wir ihr mein der die")


def test_separable_prefixes_close_the_main_clause() -> None:
    checked = 0
    for pair in PAIRS:
        for clause in clauses(pair.german):
            if pair.kind != "separable" or clause[0].lower() in (*CONJUNCTIONS, *QUESTION_WORDS):
                continue
            for word in clause:
                if word in PREFIXED and "und" not in clause:
                    checked += 1
                    assert clause[-1] == PREFIXED[word], pair.german
    assert checked > 50


def test_questions_begin_with_the_verb_or_the_question_word() -> None:
    for pair in PAIRS:
        if pair.kind == "yes/no question":
            assert finite(words(pair.german)[0].lower()), pair.german
            assert pair.german.endswith("?")
