"""The adjectives, and which nouns each may stand before or be said of."""

from __future__ import annotations

from collections.abc import Mapping

# German -> English, for adjectives that take endings.
ADJECTIVES: Mapping[str, str] = {
    "alt": "old",
    "neu": "new",
    "groß": "big",
    "klein": "small",
    "gut": "good",
    "schön": "beautiful",
    "kalt": "cold",
    "jung": "young",
}

# What may stand before a noun, by the noun's first group.
BEFORE: Mapping[str, tuple[str, ...]] = {
    "person": ("alt", "jung"),
    "child": ("klein",),
    "job": ("jung", "gut", "alt", "neu"),
    "animal": ("groß", "klein", "alt", "jung"),
    "fruit": ("groß", "klein"),
    "cake": ("gut", "klein", "groß"),
    "bread": ("gut",),
    "soup": ("gut",),
    "drink": ("kalt",),
    "brew": ("gut",),
    "reading": ("gut", "neu", "alt"),
    "paper": ("neu", "alt"),
    "letter": ("schön",),
    "film": ("gut", "neu", "alt"),
    "present": ("schön", "klein", "groß"),
    "flower": ("schön",),
    "wear": ("neu", "schön", "alt"),
    "thing": ("neu", "alt", "klein"),
    "small": ("alt", "neu", "klein"),
    "vehicle": ("alt", "neu", "schön"),
    "home": ("groß", "klein", "alt", "neu", "schön"),
    "room": ("groß", "klein", "schön"),
    "furniture": ("alt", "neu", "groß", "klein"),
    "question": ("gut",),
}

# What may be said of a thing with "sein", beside what may stand before it.
SAID: Mapping[str, tuple[str, ...]] = {
    "vehicle": ("teuer", "blau", "rot"),
    "home": ("teuer",),
    "room": ("warm", "kalt"),
    "thing": ("teuer", "blau", "rot"),
    "wear": ("teuer", "blau", "rot"),
    "reading": ("teuer", "interessant"),
    "letter": ("interessant",),
    "film": ("interessant",),
    "drink": ("warm",),
    "brew": ("heiß", "warm", "kalt"),
    "soup": ("heiß", "warm"),
}
SAID_ENGLISH: Mapping[str, str] = {
    **ADJECTIVES,
    "warm": "warm",
    "interessant": "interesting",
    "teuer": "expensive",
    "blau": "blue",
    "rot": "red",
    "heiß": "hot",
}

# Said with "sein" of people; these take no endings here.
FEELINGS: Mapping[str, str] = {
    "müde": "tired",
    "krank": "sick",
    "glücklich": "happy",
}
