"""Dates as articles give them."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from datetime import date as Date
from email.utils import parsedate_to_datetime

from syndetect.errors import InputError

# Forms in which day, month and year cannot be mistaken for one another.
_FORMS = (
    "%d %B %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%d-%b-%Y %H:%M:%S.%f",
)


def parse_date(value: object, where: str) -> Date | datetime | None:
    """A date from a date, or from text; None from nothing.

    Raises:
        InputError: The text is no date, or one that can be read in two ways.
    """
    if value is None or value != value:
        return None
    if isinstance(value, Date):  # a datetime is a Date too
        return value
    text = str(value).strip()
    if not text:
        return None
    with contextlib.suppress(ValueError):
        parsed = datetime.fromisoformat(text)
        return parsed if len(text) > 10 else parsed.date()
    with contextlib.suppress(ValueError, OverflowError):
        return parsedate_to_datetime(text)
    for form in _FORMS:
        with contextlib.suppress(ValueError):
            parsed = datetime.strptime(text, form)  # noqa: DTZ007 - a date without zone is UTC
            return parsed if "%H" in form else parsed.date()
    raise InputError(
        f"{where}: {text[:40]!r} is no date that can be read in one way only: "
        "write it as 2020-06-10 or 2020-06-10T14:30:00Z, or leave dates out (date='', --date-column '')"
    )


def date_key(value: Date | datetime | None) -> tuple[bool, datetime]:
    """What dates sort by: dated before undated; a value without a time zone is UTC."""
    if value is None:
        return True, datetime.max.replace(tzinfo=UTC)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return False, value if value.tzinfo else value.replace(tzinfo=UTC)
