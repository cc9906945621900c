"""How much evidence each token carries."""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from syndetect.settings import Settings
from syndetect.text.corpus import Corpus
from syndetect.text.folding import CHARACTER
from syndetect.text.tokens import Tokens, tokenize

SCALE = 100  # evidence is counted in hundredths of a content word, so that sums are exact


@cache
def function_words() -> NDArray[np.uint64]:
    """Hashes of the function words of all listed languages, sorted."""
    text = resources.files("syndetect.text").joinpath("function_words.txt").read_text("utf-8")
    lines = [line.partition(" ")[2] for line in text.splitlines() if not line.startswith("#")]
    return np.unique(tokenize(Corpus.from_texts(lines)).hashes)


def weigh(tokens: Tokens, settings: Settings) -> NDArray[np.int32]:
    """Evidence of each token in hundredths of a content word: int32 (tokens).

    With few articles, document frequencies say little about a word; the function words of a
    language are known beforehand. Words of languages without a list count as content words.
    """
    words = function_words()
    places = np.minimum(np.searchsorted(words, tokens.hashes), len(words) - 1)
    weights = np.full(len(tokens.hashes), SCALE, dtype=np.int32)
    weights[words[places] == tokens.hashes] = round(SCALE * settings.function_weight)
    weights[tokens.classes == CHARACTER] = round(SCALE * settings.character_weight)
    return weights
