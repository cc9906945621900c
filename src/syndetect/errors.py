"""The exceptions of syndetect; catch `SyndetectError` and you have caught them all.

::

    SyndetectError
    ├── InputError      (also ValueError)  an article or a text that cannot be used
    ├── InputTypeError  (also TypeError)   something that is no article, text or table
    ├── SettingsError   (also ValueError)  an option out of its range
    ├── ReadError       (also OSError)     a file that cannot be read, or not as what it claims to be
    └── WriteError      (also OSError)     an output that cannot be written

Every message says what happened, where, and what to do about it, in one line.
"""


class SyndetectError(Exception):
    """The base of every error that syndetect raises on purpose."""


class InputError(SyndetectError, ValueError):
    """An article or a text has a value that cannot be used."""


class InputTypeError(SyndetectError, TypeError):
    """Something was given that is no article, no text and no table of them."""


class SettingsError(SyndetectError, ValueError):
    """A setting is out of its range."""


class ReadError(SyndetectError, OSError):
    """A file is missing, damaged, or not what its name says."""


class WriteError(SyndetectError, OSError):
    """An output could not be written; nothing half-written is left behind."""
