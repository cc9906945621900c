"""Values as JSON knows them."""

from __future__ import annotations

import json
import math
from datetime import date as Date
from typing import Any

import orjson


def plain(value: Any) -> Any:
    """Mappings, lists and tuples throughout, with dates as ISO 8601."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, Date) else value


def well_formed(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot hold, as their escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def to_line(value: dict[str, Any]) -> bytes:
    """One line of JSON without its end, UTF-8, dates as ISO 8601.

    Infinity and what is not a number, which JSON does not know, become null. A lone surrogate, which UTF-8
    cannot hold, is written as its escape, and a whole number of any size as it is.
    """
    try:
        return orjson.dumps(value, _written, orjson.OPT_PASSTHROUGH_DATETIME)
    except TypeError:
        return json.dumps(_finite(value), default=_written, separators=(",", ":")).encode()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _written(value: Any) -> str:
    """Dates as ISO 8601."""
    return str(value.isoformat())
