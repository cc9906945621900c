"""Facts: edits that change what was said, and not only how."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise

_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDS = re.compile(r"[.!?…:]$")
_ALIKE = 0.7  # share of letters that two spellings of one name have in common
_LEAD = 8  # characters: a space or two, a bracket or quotation mark, the mark that ends a sentence
_CAPITALS = 2  # a single capital letter is an initial, or "I"
_NUMBERS = {
    word: str(number)
    for number, words in [
        *enumerate(
            (
                "zero null cero zéro", "one eins uno", "two zwei dos deux", "three drei tres trois",
                "four vier cuatro quatre", "five fünf cinco cinq", "six sechs seis", "seven sieben siete sept",
                "eight acht ocho huit", "nine neun nueve neuf", "ten zehn diez dix", "eleven elf onze",
                "twelve zwölf doce douze", "thirteen dreizehn trece treize", "fourteen vierzehn catorce quatorze",
                "fifteen fünfzehn quince quinze", "sixteen sechzehn dieciséis", "seventeen siebzehn diecisiete",
                "eighteen achtzehn dieciocho", "nineteen neunzehn diecinueve",
            )
        ),
        (20, "twenty zwanzig veinte vingt"), (30, "thirty dreißig treinta trente"),
        (40, "forty vierzig cuarenta quarante"), (50, "fifty fünfzig cincuenta cinquante"),
        (60, "sixty sechzig sesenta soixante"), (70, "seventy siebzig setenta"),
        (80, "eighty achtzig ochenta"), (90, "ninety neunzig noventa"),
    ]
    for word in words.split()
}  # fmt: skip
# What is an everyday word of another language is left out: once, seize.
_TENS = frozenset(
    word for word, number in _NUMBERS.items() if number in {*map(str, range(20, 100, 10))}
)
_UNITS = frozenset(word for word, number in _NUMBERS.items() if len(number) == 1 and number != "0")
_NUMBERS |= {
    word: word
    for word in [
        "hundred",
        "thousand",
        "million",
        "billion",
        "trillion",
        "hundreds",
        "thousands",
        "millions",
        "billions",
        "dozen",
        "dozens",
        "half",
        "double",
        "hundert",
        "tausend",
        "millionen",
        "milliarden",
        "cien",
        "mil",
        "millones",
        "cent",
        "mille",
        "milliards",
    ]
}
_NEGATIONS = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "nobody",
        "nothing",
        "neither",
        "nor",
        "without",
        "cannot",
        "nicht",
        "kein",
        "keine",
        "keinen",
        "keiner",
        "keines",
        "nie",
        "niemals",
        "nichts",
        "niemand",
        "ohne",
        "ne",
        "pas",
        "jamais",
        "aucun",
        "aucune",
        "rien",
        "sans",
        "ni",
        "nunca",
        "jamás",
        "nada",
        "nadie",
        "ningún",
        "ninguna",
        "sin",
        "não",
        "nunca",
        "nem",
        "sem",
        "нет",
        "не",
        "никогда",
        "без",
    ]
)


_TELLING = _NEGATIONS | _NUMBERS.keys()
_DIGIT_OR_NOT = re.compile(r"\d|n['’]t")


def _tells_none(text: str) -> bool:
    """Whether there is surely neither a capital letter nor a digit, a number or a negation, by a quick look.

    Of scripts without small letters, and of marks alone, it is not sure.
    """
    if not text.islower():
        return not text
    if text.isalpha():
        return text not in _TELLING
    return not _DIGIT_OR_NOT.search(text) and _TELLING.isdisjoint(_words(text))


def _figures(text: str, words: list[str]) -> set[str]:
    """Figures, and words that stand for them."""
    found = {figure.replace(",", "") for figure in _FIGURE.findall(text)}
    for before, word in pairwise(["", *words]):
        if before in _TENS and word in _UNITS:  # twenty-three
            found.discard(_NUMBERS[before])
            found.add(str(int(_NUMBERS[before]) + int(_NUMBERS[word])))
        elif word in _NUMBERS:
            found.add(_NUMBERS[word])
    return found


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _denies(words: list[str]) -> bool:
    return any(word in _NEGATIONS or word.endswith("n't") for word in words)


def _names(text: str, *, begins: bool) -> list[str]:
    """Words with a capital letter, but for the one that begins a sentence."""
    words = _WORD.findall(text)[1 if begins else 0 :]
    return [word.lower() for word in words if len(word) >= _CAPITALS and word[0].isupper()]


def lead_of(text: str, start: int) -> str:
    """What stands before an edit, as far as it tells whether a sentence begins with it."""
    return text[max(start - _LEAD, 0) : start]


def alters_fact(before: str, after: str, lead: str) -> bool:
    """Whether an edit changes a figure, a date or a name, or turns a sentence into its contrary.

    Args:
        before: The words of the statement.
        after: The words that stand for them.
        lead: What stands before them in the statement, see `lead_of`: after the end of a sentence, a capital
            letter makes no name.

    What is only left out or put in alters no fact, unless it is a negation.

    Examples:
        >>> alters_fact("30 people", "50 people", "They met "), alters_fact("big", "large", "A ")
        (True, False)
        >>> alters_fact("", "not", "It will ")
        True
    """
    if _tells_none(before) and _tells_none(after):
        return False
    words = _words(before), _words(after)
    if _denies(words[0]) != _denies(words[1]):
        return True
    if not before or not after:
        return False
    figures = _figures(before, words[0]), _figures(after, words[1])
    if all(figures) and figures[0] != figures[1]:
        return True
    stem = lead.rstrip(" \n\t\"'“”‘’«»„([")
    begins = not stem or bool(_ENDS.search(stem))
    names = _names(before, begins=begins), _names(after, begins=begins)
    if not all(names) or any(_is_same(a, b) for a in names[0] for b in names[1]):
        return False
    initials = ["".join(name[0] for name in some) for some in names]
    return not any(_is_same(initials[k], name) for k in (0, 1) for name in names[1 - k])


def _is_same(one: str, other: str) -> bool:
    """Whether two names are one, spelled otherwise or cut short: Qaeda and Qaida, Sgt and Sergeant."""
    if SequenceMatcher(None, one, other).ratio() >= _ALIKE:
        return True
    shorter, longer = sorted((one, other), key=len)
    letters = iter(longer)
    return shorter[:1] == longer[:1] and all(letter in letters for letter in shorter)
