"""Dates as articles give them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from datetime import date as Date
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from syndetect.errors import InputError
from syndetect.io.columns import Column

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LAST = (1 << 63) - 1  # behind every date

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


def sort_keys(dates: Sequence[Date | datetime | None]) -> NDArray[np.int64]:
    """int64 (dates), what dates sort by: microseconds since 1970 in UTC, undated ones last."""
    import numpy as np

    if isinstance(dates, Column):
        import pyarrow as pa
        import pyarrow.compute as pc

        kind = dates.array.type
        if pa.types.is_null(kind):
            return np.full(len(dates), _LAST, dtype=np.int64)
        if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
            moments = dates.array.cast(pa.timestamp("us", tz=getattr(kind, "tz", None)))
            return np.asarray(pc.fill_null(moments.cast(pa.int64()), _LAST), dtype=np.int64)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    step = timedelta(microseconds=1)
    keys = (date_key(value) for value in dates)
    return np.array([_LAST if none else (when - epoch) // step for none, when in keys], np.int64)
