"""What the score of a rewritten copy means, and whether a threshold chosen on some texts holds for others."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import syndetect as sd

LOWEST = 0.34  # scores are looked at from here on; the default asks for more
GRID = [round(LOWEST + 0.01 * step, 2) for step in range(27)]
BINS = (LOWEST, 0.38, 0.43, 0.46, 0.5, 0.6, 0.7, 1.01)
ASKED, SPLITS, SEED = 0.99, 20, 1

Scored = list[tuple[float, bool, int]]


def _scored(found: sd.Detection, clusters: Sequence[Any]) -> Scored:
    """Of each copy with a score: the score, whether it has another's cluster, and which it has."""
    numbers = {label: number for number, label in enumerate(sorted(set(map(str, clusters))))}
    out = []
    for statement in found.statements:
        plain = {
            str(clusters[int(copy.article)]) for copy in statement.copies if copy.score is None
        }
        for copy in statement.copies:
            if copy.score is not None:
                mine = str(clusters[int(copy.article)])
                out.append((copy.score, mine in plain, numbers[mine]))
    return out


def _share(scored: Scored) -> float:
    return sum(right for _, right, _ in scored) / max(len(scored), 1)


def _least(scored: Scored) -> float:
    """The least threshold from which on the asked share is right."""
    for threshold in GRID:
        if _share([one for one in scored if one[0] >= threshold]) >= ASKED:
            return threshold
    return GRID[-1]


def judge(texts: Sequence[str], clusters: Sequence[Any]) -> dict[str, Any]:
    """Shares of right copies by score; and thresholds chosen on half of the clusters, on the other half."""
    articles = [{"id": row, "text": text} for row, text in enumerate(texts)]
    scored = _scored(sd.detect(articles, settings=sd.Settings(rewritten=LOWEST)), clusters)
    bins = []
    for low, high in pairwise(BINS):
        some = [one for one in scored if low <= one[0] < high]
        bins.append((low, high, sum(right for _, right, _ in some), len(some)))
    numbers = sorted({number for _, _, number in scored})
    draw = random.Random(SEED)
    thresholds, held = [], []
    for _ in range(SPLITS):
        half = set(draw.sample(numbers, len(numbers) // 2))
        chosen = _least([one for one in scored if one[2] in half])
        thresholds.append(chosen)
        held.append(_share([one for one in scored if one[2] not in half and one[0] >= chosen]))
    return {"bins": bins, "thresholds": thresholds, "held back": held}
