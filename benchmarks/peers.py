"""The libraries that users would otherwise take, each at its best documented way.

Every peer gets the same raw texts, and the same features unless its row says otherwise: runs of
five words in lower case. Each run has a process of its own::

    python -m benchmarks.peers signatures rensa dump.parquet

prints one line of JSON: seconds, the answer's quality, and peak memory.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

VALUES, RUN = 128, 5
CALLS = {"signatures": 3, "dedupe": 1}  # of which the middle one counts: a short call varies much


def shingles(text: str) -> list[str]:
    """Runs of five words, the way Python users make them."""
    words = text.lower().split()
    return [" ".join(words[k : k + RUN]) for k in range(max(len(words) - RUN + 1, 1))]


def bare_shingles(text: str) -> list[str]:
    """The same of words without the marks around them."""
    words = re.findall(r"[^\W_]+", text.lower())
    return [" ".join(words[k : k + RUN]) for k in range(max(len(words) - RUN + 1, 1))]


def words(text: str) -> list[str]:
    """The words alone: cheaper to make, and another question."""
    return text.lower().split()


def _sets(texts: list[str], features: Callable[[str], list[str]]) -> Iterator[list[str]]:
    return (features(text) for text in texts)


def _syndetect_signatures(texts: list[str]) -> Any:
    import syndetect as sd

    return sd.minhash(texts)


def _datasketch_signatures(texts: list[str]) -> Any:
    from datasketch import MinHash

    sets = ([run.encode() for run in shingles(text)] for text in texts)
    return np.array([sketch.hashvalues for sketch in MinHash.generator(sets, num_perm=VALUES)])


def _rensa_signatures(features: Callable[[str], list[str]]) -> Callable[[list[str]], Any]:
    def run(texts: list[str]) -> Any:
        from rensa import RMinHash

        return RMinHash.digest_matrix_from_token_sets(_sets(texts, features), VALUES, 1)

    return run


def _fastsketch_signatures(texts: list[str]) -> Any:
    from FastSketchLSH import FastSimilaritySketch

    sketcher = FastSimilaritySketch(size=VALUES, seed=42)
    return np.concatenate(
        [
            np.asarray(sketcher.batch(list(_sets(texts[low : low + 1000], shingles))))
            for low in range(0, len(texts), 1000)
        ]
    )


def _syndetect_dedupe(texts: list[str], threshold: float) -> Any:
    import syndetect as sd

    return sd.dedupe(texts, threshold=threshold).keep


def _datasketch_dedupe(texts: list[str], threshold: float) -> Any:
    from datasketch import MinHash, MinHashLSH

    index, kept = MinHashLSH(threshold=threshold, num_perm=VALUES), {}
    keep = np.ones(len(texts), bool)
    sets = ([run.encode() for run in shingles(text)] for text in texts)
    for row, sketch in enumerate(MinHash.generator(sets, num_perm=VALUES)):
        if any(kept[other].jaccard(sketch) >= threshold for other in index.query(sketch)):
            keep[row] = False
        else:
            index.insert(row, sketch, check_duplication=False)
            kept[row] = sketch
    return keep


def _rensa_dedupe(features: Callable[[str], list[str]]) -> Callable[[list[str], float], Any]:
    def run(texts: list[str], threshold: float) -> Any:
        from rensa import RMinHashDeduplicator

        index = RMinHashDeduplicator(threshold=threshold, num_perm=VALUES, use_lsh=True)
        entries = ((str(row), features(text)) for row, text in enumerate(texts))
        return np.array(index.add_pairs(entries))

    return run


def _rho_dedupe(texts: list[str], threshold: float) -> Any:
    from rensa import RMinHash, RMinHashLSH

    matrix = RMinHash.digest_matrix_from_token_sets_rho(_sets(texts, shingles), VALUES, 1)
    index = RMinHashLSH(threshold=threshold, num_perm=VALUES, num_bands=8)
    return ~np.array(index.query_duplicate_flags_matrix_one_shot(matrix), bool)


def _gaoya_dedupe(texts: list[str], threshold: float) -> Any:
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=threshold,
        num_bands=16,
        band_size=8,
        num_hashes=VALUES,
        analyzer="word",
        lowercase=True,
        ngram_range=(RUN, RUN),
        id_container="smallvec",
    )
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    keep = np.ones(len(texts), bool)
    for row, found in enumerate(index.par_bulk_query(texts)):
        keep[row] = not any(other < row and keep[other] for other in found)
    return keep


def _fastsketch_dedupe(texts: list[str], threshold: float) -> Any:
    from FastSketchLSH import LSH

    bands = 16 if threshold >= 0.75 else 32
    index = LSH(num_perm=VALUES, num_bands=bands)
    return ~np.asarray(index.insert_and_query_duplicates(_fastsketch_signatures(texts)), bool)


SIGNATURES: dict[str, Callable[[list[str]], Any]] = {
    "syndetect": _syndetect_signatures,
    "datasketch": _datasketch_signatures,
    "rensa": _rensa_signatures(shingles),
    "rensa (words)": _rensa_signatures(words),
    "FastSketchLSH": _fastsketch_signatures,
}
DEDUPE: dict[str, Callable[[list[str], float], Any]] = {
    "syndetect": _syndetect_dedupe,
    "datasketch": _datasketch_dedupe,
    "rensa": _rensa_dedupe(shingles),
    "rensa (words)": _rensa_dedupe(words),
    "rensa (rho)": _rho_dedupe,
    "gaoya": _gaoya_dedupe,
    "FastSketchLSH": _fastsketch_dedupe,
}


def _jaccard(one: str, other: str, features: Callable[[str], list[str]] = shingles) -> float:
    left, right = set(features(one)), set(features(other))
    return len(left & right) / len(left | right)


def _exact(path: Path, texts: list[str]) -> tuple[list[int], list[int], list[float]]:
    """Planted copies and their originals among the texts, with their exact Jaccard."""
    table = pq.read_table(path.with_suffix(".duplicates.parquet"))
    pairs = zip(table["article"].to_pylist(), table["base"].to_pylist(), strict=True)
    known = [(copy, base) for copy, base in pairs if copy < len(texts)]
    values = [_jaccard(texts[copy], texts[base]) for copy, base in known]
    return [copy for copy, _ in known], [base for _, base in known], values


def _signature_quality(found: Any, path: Path, texts: list[str]) -> dict[str, float]:
    """Mean error of the estimated Jaccard of planted copies."""
    rows = np.array(found.to_rows() if hasattr(found, "to_rows") else found)
    copies, bases, exact = _exact(path, texts)
    estimates = (rows[copies] == rows[bases]).mean(axis=1)
    return {"error": float(np.abs(estimates - exact).mean())}


def _dedupe_quality(keep: Any, path: Path, texts: list[str], threshold: float) -> dict[str, float]:
    """Recall of the copies that are to be dropped, and how many others were dropped.

    A copy is to be dropped when it is similar to its original, which stands before it. Another
    article is wrong to be dropped unless it is at most a tenth below the threshold to an earlier
    one of the same original, its words parted with the marks around them or without.
    """
    copies, bases, exact = _exact(path, texts)
    dropped = ~np.asarray(keep)
    due = np.array([c for c, value in zip(copies, exact, strict=True) if value >= threshold])
    family: dict[int, list[int]] = {}
    for copy, base in zip(copies, bases, strict=True):
        family.setdefault(base, [base]).append(copy)
    relatives = {copy: family[base] for copy, base in zip(copies, bases, strict=True)}

    def is_wrong(row: int) -> bool:
        return not any(
            _jaccard(texts[row], texts[other], features) >= threshold - 0.1
            for other in relatives.get(row, [])
            if other < row
            for features in (shingles, bare_shingles)
        )

    return {
        "recall": float(dropped[due].mean()),
        "wrong": sum(map(is_wrong, np.flatnonzero(dropped).tolist())),
        "dropped": int(dropped.sum()),
    }


def run(work: str, peer: str, path: Path, rows: int, threshold: float) -> dict[str, Any]:
    """Time one peer on the texts of a dump, after a look at its answer."""
    texts = pq.read_table(path, columns=["text"])["text"][:rows].to_pylist()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    function: Any = (SIGNATURES if work == "signatures" else DEDUPE)[peer]
    extra = () if work == "signatures" else (threshold,)
    function(texts[:700], *extra)  # imports and compilation are not what is compared
    calls = []
    for _ in range(CALLS[work]):
        begin = time.perf_counter()
        found = function(texts, *extra)
        calls.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if work == "signatures":
        quality = _signature_quality(found, path, texts)
    else:
        quality = _dedupe_quality(found, path, texts, threshold)
    return {
        "work": work,
        "peer": peer,
        "articles": len(texts),
        "bytes": sum(len(text.encode()) for text in texts),
        "threshold": threshold,
        "seconds": statistics.median(calls),
        "first": calls[0],
        "memory": (peak - before) / 1024,
        **quality,
    }


def main() -> None:
    """Run one peer once."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", choices=("signatures", "dedupe"))
    parser.add_argument("peer", choices=sorted({*SIGNATURES, *DEDUPE}))
    parser.add_argument("path", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--threshold", type=float, default=0.8)
    options = parser.parse_args()
    found = run(options.work, options.peer, options.path, options.articles, options.threshold)
    json.dump(found, sys.stdout)
    print()


if __name__ == "__main__":
    main()
