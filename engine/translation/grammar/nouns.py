"""The nouns: gender, plural, English, and the groups that say what goes with what."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from engine.translation.grammar.declension import Gender


class Noun(NamedTuple):
    """One noun. plural is empty where it has none here; groups say what it combines with.

    article tells how articles go: "count", "mass" (no article: water), "plural" (only plural).
    """

    german: str
    gender: Gender
    plural: str
    english: str
    english_plural: str
    article: str
    groups: tuple[str, ...]
    weak: bool


# German, gender (w: weak masculine), plural or -, English, English plural or -, article, groups.
# The first group chooses the adjectives (adjectives.py).
TABLE = """
Bruder     m Brüder     brother   brothers  count family
Schwester  f Schwestern sister    sisters   count family
Vater      m -          father    -         count family
Mutter     f -          mother    -         count family
Sohn       m -          son       -         count family
Tochter    f -          daughter  -         count family
Eltern     p Eltern     parents   parents   plural family
Freund     m Freunde    friend    friends   count family
Freundin   f -          friend    -         count family
Mann       m -          man       -         count person
Frau       f -          woman     -         count person
Kind       n Kinder     child     children  count child
Junge      w -          boy       -         count child
Mädchen    n -          girl      -         count child
Lehrer     m -          teacher   -         count job
Arzt       m -          doctor    -         count job
Hund       m -          dog       -         count animal
Katze      f -          cat       -         count animal
Apfel      m Äpfel      apple     apples    count fruit food
Ei         p Eier       egg       eggs      plural fruit food cooked
Kuchen     m -          cake      -         count cake food
Brot       n -          bread     -         mass  bread food
Fleisch    n -          meat      -         mass  bread food cooked
Fisch      m -          fish      -         mass  bread food cooked
Suppe      f -          soup      -         mass  soup food cooked
Wasser     n -          water     -         mass  drink
Kaffee     m -          coffee    -         mass  brew drink
Tee        m -          tea       -         mass  brew drink
Milch      f -          milk      -         mass  drink
Bier       n -          beer      -         mass  drink bar
Buch       n Bücher     book      books     count reading gift carry
Zeitung    f -          newspaper -         count paper carry
Brief      m -          letter    -         count letter carry
Film       m Filme      movie     movies    count film
Geschenk   n -          present   -         count present
Blume      p Blumen     flower    flowers   plural flower gift
Tasche     f -          bag       -         count thing carry gift
Schlüssel  m -          key       -         count small carry
Handy      n -          phone     -         count thing carry gift
Auto       n -          car       -         count vehicle
Fahrrad    n -          bike      -         count vehicle gift
Bus        m -          bus       -         count transit
Zug        m -          train     -         count transit
Haus       n -          house     -         count home
Wohnung    f -          apartment -         count home
Zimmer     n -          room      -         count room
Tisch      m -          table     -         count furniture
Bett       n -          bed       -         count furniture
Frage      f -          question  -         count question
Geld       n -          money     -         mass  money
Zeit       f -          time      -         mass  time
Hunger     m -          hungry    -         mass  hunger
Durst      m -          thirsty   -         mass  hunger
Angst      f -          afraid    -         mass  hunger
Hausaufgaben p Hausaufgaben homework homework plural homework
Musik      f -          music     -         mass  music
Deutsch    n -          German    -         mass  language
Englisch   n -          English   -         mass  language
Wetter     n -          weather   -         mass  weather
Kopf       m -          head      -         count body
Bauch      m -          stomach   -         count body
"""


GENDERS: Mapping[str, Gender] = {"m": "m", "w": "m", "f": "f", "n": "n", "p": "p"}


def noun(row: str) -> Noun:
    """The noun of one line of the table."""
    german, gender, plural, english, english_plural, article, *groups = row.split()
    return Noun(
        german,
        GENDERS[gender],
        plural.replace("-", ""),
        english,
        english_plural.replace("-", ""),
        article,
        tuple(groups),
        gender == "w",
    )


_ALL = [noun(row) for row in TABLE.strip().splitlines()]
NOUNS: Mapping[str, Noun] = MappingProxyType({entry.german: entry for entry in _ALL})
GROUPS: Mapping[str, tuple[Noun, ...]] = MappingProxyType(
    {
        group: tuple(entry for entry in _ALL if group in entry.groups)
        for group in dict.fromkeys(group for entry in _ALL for group in entry.groups)
    }
)
