"""Who acts and who is acted on, when no noun is used: pronouns and names."""

from __future__ import annotations

from collections.abc import Mapping

from engine.translation.grammar.conjugation import DU, ER, ICH, IHR, SIE, WIR

# nominative, accusative, dative, English subject, English object, German person, English person.
# "sie" and "Sie" take the same verb; the capital, never first in a sentence, tells them apart.
PRONOUNS: Mapping[str, tuple[str, str, str, str, str, int, int]] = {
    "ich": ("ich", "mich", "mir", "I", "me", ICH, ICH),
    "du": ("du", "dich", "dir", "you", "you", DU, DU),
    "er": ("er", "ihn", "ihm", "he", "him", ER, ER),
    "sie": ("sie", "sie", "ihr", "she", "her", ER, ER),
    "es": ("es", "es", "ihm", "it", "it", ER, ER),
    "wir": ("wir", "uns", "uns", "we", "us", WIR, WIR),
    "ihr": ("ihr", "euch", "euch", "you", "you", IHR, IHR),
    "they": ("sie", "", "ihnen", "they", "them", SIE, SIE),
    "Sie": ("Sie", "", "Ihnen", "you", "you", SIE, DU),
}

# Name -> the possessive stem that points back to it, and its English.
NAMES: Mapping[str, tuple[str, str]] = {
    "Anna": ("ihr", "her"),
    "Maria": ("ihr", "her"),
    "Paul": ("sein", "his"),
    "Tom": ("sein", "his"),
}

# Possessive stem -> English; "ihr" is "her" after a woman and "their" after several people.
POSSESSIVES: Mapping[str, tuple[str, str]] = {
    "mein": ("mein", "my"),
    "dein": ("dein", "your"),
    "sein": ("sein", "his"),
    "unser": ("unser", "our"),
    "her": ("ihr", "her"),
    "their": ("ihr", "their"),
}
