"""Values as JSON knows them."""

from __future__ import annotations

import json
from datetime import date as Date
from typing import Any


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


def to_line(value: dict[str, Any]) -> str:
    """One line of JSON, dates as ISO 8601; a lone surrogate, which UTF-8 cannot hold, is written as its escape."""
    line = json.dumps(value, ensure_ascii=False, default=_written)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(value, default=_written)
    return line


def _written(value: Any) -> str:
    """Dates as ISO 8601; nothing else is left for JSON to ask about."""
    return str(value.isoformat())
