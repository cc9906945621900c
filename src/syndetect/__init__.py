"""Find syndicated and automatically paraphrased copies of press statements in news articles.

Everything public stands here; the subpackages are internal and may change at any time. A name
is loaded when it is first used, so that ``import syndetect`` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syndetect.errors import SyndetectError
    from syndetect.io.read import read
    from syndetect.model import (
        Article,
        Comparison,
        Copy,
        Edit,
        Kind,
        Match,
        NearMiss,
        Part,
        Skipped,
        Statement,
    )
    from syndetect.results import Detection, Duplicates
    from syndetect.settings import Settings
    from syndetect.verbs.compare import compare
    from syndetect.verbs.dedupe import dedupe
    from syndetect.verbs.detect import detect
    from syndetect.verbs.minhash import minhash

__version__ = "0.1.0"

__all__ = [
    "Article",
    "Comparison",
    "Copy",
    "Detection",
    "Duplicates",
    "Edit",
    "Kind",
    "Match",
    "NearMiss",
    "Part",
    "Settings",
    "Skipped",
    "Statement",
    "SyndetectError",
    "__version__",
    "compare",
    "dedupe",
    "detect",
    "minhash",
    "read",
]

_HOMES = {
    "SyndetectError": "errors",
    "read": "io.read",
    "Detection": "results",
    "Duplicates": "results",
    "Settings": "settings",
    "compare": "verbs.compare",
    "dedupe": "verbs.dedupe",
    "detect": "verbs.detect",
    "minhash": "verbs.minhash",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'syndetect' has no attribute {name!r}")
    value = getattr(import_module(f"syndetect.{_HOMES.get(name, 'model')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
