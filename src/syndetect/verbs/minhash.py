"""`minhash`: signatures that any datasketch index takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.errors import InputTypeError, SettingsError
from syndetect.io.articles import collect
from syndetect.jit import announced
from syndetect.progress import Progress
from syndetect.sketch.minhash import sketch
from syndetect.text.corpus import Corpus


def minhash(
    texts: Any,
    *,
    ngram: int = 5,
    num_perm: int = 128,
    seed: int = 1,
    progress: bool = False,
) -> NDArray[np.uint32]:
    """MinHash signatures of texts, equal to datasketch's (scheme ``affine32``) bit for bit.

    The shingles are runs of `ngram` folded words; a shorter text is one shingle, a text
    without words none. The 32-bit hash of a shingle is given in the documentation
    (`docs/signatures.md`), so that ``datasketch.MinHash(hashfunc=…)`` reproduces it.

    Args:
        texts: An iterable of texts, or anything else that `detect` takes.
        ngram: Words of a shingle, 1 to 64.
        num_perm: Values of a signature, 1 to 65536.
        seed: Seed of the permutations, 0 to 2**32 - 1.
        progress: Show on stderr how far it is.

    Returns:
        uint32 (texts, num_perm), the ``hashvalues`` of ``datasketch.MinHash(num_perm, seed)``.

    Raises:
        SettingsError: An option is out of its range.
        InputTypeError, InputError, ReadError: As for `detect`.

    Examples:
        >>> import datasketch, syndetect as sd
        >>> row = sd.minhash(["we stand ready to help if requested"])[0]
        >>> sketch = datasketch.MinHash(hashvalues=row, scheme="affine32")
        >>> len(sketch), row.dtype
        (128, dtype('uint32'))
    """
    for name, value, low, high in (
        ("ngram", ngram, 1, 64),
        ("num_perm", num_perm, 1, 65536),
        ("seed", seed, 0, 2**32 - 1),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise SettingsError(f"{name} is {value!r}: give a whole number from {low} to {high}")
    if isinstance(texts, str):
        raise InputTypeError("texts is one str, but many texts are expected: give [text]")
    found = collect(texts)
    pieces = (piece for block in found.blocks() for piece in Corpus(*block).pieces())
    with announced(), Progress(shown=progress) as watch:
        watched = watch.over("signatures", pieces, found.expected)
        return sketch(watched, ngram, num_perm, seed, found.expected).signatures
