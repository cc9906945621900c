"""Texts as UTF-8, end to end in one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def encoded(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The UTF-8 bytes of texts end to end, a lone surrogate as its three bytes, and where each begins."""
    import pyarrow as pa

    try:
        return laid_out(pa.array(texts, pa.large_string()))
    except UnicodeEncodeError:  # a lone surrogate
        pieces = [text.encode("utf-8", "surrogatepass") for text in texts]
        return (
            np.frombuffer(b"".join(pieces), dtype=np.uint8),
            np.cumsum([0, *map(len, pieces)], dtype=np.int64),
        )


def laid_out(texts: Any) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of an Arrow array of large strings, and where each text begins and the last ends."""
    if not len(texts):
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    _, places, data = texts.buffers()
    offsets = np.frombuffer(places, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    whole = (
        np.frombuffer(data, np.uint8) if data is not None and len(data) else np.empty(0, np.uint8)
    )
    return whole[offsets[0] : offsets[-1]], offsets - offsets[0]
