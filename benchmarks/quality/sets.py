"""The public sets, as lists of mappings; `docs/accuracy.md` says where each comes from."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any


def load(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one set."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
