"""How users write against the public types; checked by mypy and pyright, and run by the tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import syndetect as sd


def use(seeds: Path) -> int:
    articles: Sequence[sd.Article] = sd.read(seeds, encoding="utf-8")
    found = sd.detect(articles, settings=sd.Settings(min_score=8))
    assert_type(found, sd.Detection)
    count = 0
    for statement in found.at(similarity=0.5).statements:
        assert_type(statement.text, str)
        assert_type(statement.first, sd.Copy | None)
        for copy in statement.copies:
            assert_type(copy.article, str | int)
            assert_type(copy.kind, sd.Kind)
            for part in copy.parts:
                assert_type(part.edits, tuple[sd.Edit, ...])
                count += part.end - part.start
    assert_type(sd.compare("a", "b").matches, tuple[sd.Match, ...])
    kept = sd.dedupe(["a", "b"], threshold=0.5, ngram=3)
    assert_type(kept, sd.Duplicates)
    assert_type(kept.keep, NDArray[np.bool_])
    assert_type(kept.clusters, tuple[tuple[int, ...], ...])
    assert_type(sd.minhash(["a"]), NDArray[np.uint32])
    return count
