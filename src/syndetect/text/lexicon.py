"""Words that the library knows: function words, and those that turn speech into reported speech.

Both are listed by language, in ``function_words.txt`` and ``reporting.txt``; a word is looked up
by the folded hash of its token, so case and accents do not matter.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import U8, U32, inner
from syndetect.text.corpus import Corpus
from syndetect.text.tokens import fold_word, tokenize

# Roles of a word, as bits; a word may have several.
FUNCTION, SAYS, THAT, FIRST, THIRD, NOW, THEN = (1 << k for k in range(7))
_ROLES = {"says": SAYS, "that": THAT, "first": FIRST, "third": THIRD, "now": NOW, "then": THEN}
_SLOTS = 1 << 13
_MASK = _SLOTS - 1

Lexicon = tuple[U32, U8]


def _listed(name: str) -> list[list[str]]:
    """The lines of a list, parted at spaces, without remarks."""
    text = resources.files("syndetect.text").joinpath(name).read_text("utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


@cache
def lexicon() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Folded hashes of the words (uint32) and their roles (uint8), laid out for `roles_of`."""
    lines = [(FUNCTION, words) for _, *words in _listed("function_words.txt")]
    lines += [(_ROLES[role], words) for _, role, *words in _listed("reporting.txt")]
    keys, roles = np.zeros(_SLOTS, np.uint32), np.zeros(_SLOTS, np.uint8)
    tokens = tokenize(Corpus.from_texts([" ".join(words) for _, words in lines]))
    for line, (role, _) in enumerate(lines):
        for token in tokens.hashes[tokens.offsets[line] : tokens.offsets[line + 1]]:
            word = int(fold_word(token))
            slot = word & _MASK
            while keys[slot] not in (0, word):
                slot = slot + 1 & _MASK
            keys[slot] = word
            roles[slot] |= role
    return keys, roles


@inner
def roles_of(words: Lexicon, word: np.uint32) -> np.uint8:
    """The roles of a word (uint8), 0 of one that is not listed."""
    keys, roles = words
    slot = np.int64(word) & _MASK
    while keys[slot] != 0:
        if keys[slot] == word:
            return np.uint8(roles[slot])
        slot = (slot + 1) & _MASK
    return np.uint8(0)
