"""``python -m syndetect``: the command."""

from syndetect.cli.main import main

main()
