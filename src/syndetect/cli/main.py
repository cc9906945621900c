"""The command: one verb each over one call of the library.

Data goes to stdout, as a page on a terminal and as JSON lines otherwise; everything else goes
to stderr. Exit status: 0, 1 for an error (one line), 2 for a wrong call.
"""

from __future__ import annotations

import io
import os
import pathlib
import sys
from collections.abc import Callable
from typing import Annotated, Any, Literal

import typer

from syndetect.errors import ReadError, SettingsError, SyndetectError, WriteError

# typer is built on click, which its newer releases carry inside; this holds for both.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]

_INTERRUPTED = 130  # exit status after Ctrl-C, as shells have it

app = typer.Typer(
    name="syndetect",
    help="Find syndicated and paraphrased copies of press statements in news articles.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Paths = Annotated[
    list[str],
    typer.Argument(help="Files or folders (.txt, .jsonl, .csv, .parquet, .gz, .zst); - is stdin."),
]
InputFormat = Annotated[
    Literal["text", "jsonl", "csv", "parquet"] | None,
    typer.Option("--input-format", help="What the files are, when their names do not say."),
]
Encoding = Annotated[str, typer.Option(help="Encoding of text, JSON lines and CSV.")]
TextColumn = Annotated[str | None, typer.Option(help="Column that holds the text.")]
IdColumn = Annotated[str | None, typer.Option(help="Column that holds the id.")]
SourceColumn = Annotated[str | None, typer.Option(help="Column that names the outlet.")]
DateColumn = Annotated[
    str | None, typer.Option(help="Column that holds the date; '' leaves dates out.")
]
Output = Annotated[
    Literal["auto", "page", "json", "jsonl"],
    typer.Option("--format", help="Of the output; auto: a page on a terminal, else jsonl."),
]
MinScore = Annotated[
    float | None, typer.Option(help="Evidence that a match needs, in content words. [default: 8]")
]
Threads = Annotated[
    int | None,
    typer.Option(
        envvar="SYNDETECT_THREADS",
        min=1,
        max=1024,
        help="Threads to use. [default: one a processor]",
    ),
]
ShowProgress = Annotated[
    bool | None,
    typer.Option("--progress/--no-progress", help="Show how far it is. [default: on a terminal]"),
]


def _version(asked: bool) -> None:
    if asked:
        from syndetect import __version__

        print(f"syndetect {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Find syndicated and paraphrased copies of press statements in news articles."""


@app.command()
def detect(
    paths: Paths,
    format: Output = "auto",
    out: Annotated[
        str | None, typer.Option("--out", "-o", help="Write JSON lines to this file instead.")
    ] = None,
    similarity: Annotated[
        float, typer.Option(help="Show only copies of at least this similarity, 0 to 1.")
    ] = 0.0,
    min_score: MinScore = None,
    input_format: InputFormat = None,
    encoding: Encoding = "utf-8",
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    source_column: SourceColumn = None,
    date_column: DateColumn = None,
    threads: Threads = None,
    progress: ShowProgress = None,
) -> None:
    """Find the statements that articles share, who carries them, and what was changed."""
    import syndetect as sd
    from syndetect.cli import page
    from syndetect.io.articles import gather

    if not 0 <= similarity <= 1:  # told before the work, not after
        raise SettingsError(f"similarity is {similarity!r}: give a value from 0 to 1")
    if out is not None and pathlib.Path(out).suffix.lower() in (".csv", ".parquet", ".xlsx"):
        raise WriteError(f"{out}: detect writes JSON lines: let the name end in .jsonl")
    articles = _read(
        paths, input_format, encoding, text_column, id_column, source_column, date_column
    )
    shown = out is None and _wants_page(format)
    if shown:  # else the texts are let go as soon as their words are known
        articles = gather(articles)
    found = sd.detect(
        articles, settings=_settings(min_score), progress=_shows(progress, threads)
    ).at(similarity=similarity)
    if out is not None:
        found.to_jsonl(out)
    elif shown:
        page.show_detection(found, gather(articles))
    elif format == "json":
        print(found.to_json())
    else:
        for line in found.lines():
            print(line)
    page.tell(str(found))
    for skipped in found.skipped[:5]:
        page.tell(f"skipped {skipped.article}: {skipped.reason}")
    if len(found.skipped) > 5:
        page.tell(f"skipped {len(found.skipped) - 5:,} more; --format json lists them all")


@app.command()
def compare(
    left: Annotated[str, typer.Argument(metavar="A", help="A text file; - is stdin.")],
    right: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    format: Output = "auto",
    min_score: MinScore = None,
    encoding: Encoding = "utf-8",
) -> None:
    """Show the passages that two texts have in common."""
    import syndetect as sd
    from syndetect.cli import page
    from syndetect.plain import to_line

    for path in (left, right):
        if pathlib.Path(path).is_dir():
            raise ReadError(f"{path}: it is a folder: give two text files")
    if left == right == "-":
        raise typer.BadParameter("only one of A and B can be stdin")
    texts = [sd.read(path, format="text", encoding=encoding)[0].text for path in (left, right)]
    found = sd.compare(*texts, settings=_settings(min_score))
    if _wants_page(format):
        page.show_comparison(found, (left, right), (texts[0], texts[1]))
        return
    from dataclasses import asdict

    if format == "json":
        print(to_line(asdict(found)).decode())
    else:
        for match in found.matches:
            print(to_line(asdict(match)).decode())
    if not found.matches:
        page.tell("the two texts have no passage in common")


@app.command()
def dedupe(
    paths: Paths,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", help="Write the kept articles here (.jsonl, .csv, .parquet)."),
    ] = None,
    threshold: Annotated[
        float, typer.Option(help="Least Jaccard similarity of duplicates, above 0 to 1.")
    ] = 0.8,
    ngram: Annotated[int, typer.Option(help="Words of a shingle, 1 to 64.")] = 5,
    format: Output = "auto",
    input_format: InputFormat = None,
    encoding: Encoding = "utf-8",
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    source_column: SourceColumn = None,
    date_column: DateColumn = None,
    threads: Threads = None,
    progress: ShowProgress = None,
) -> None:
    """Find near-duplicate articles and write the ones to keep."""
    import syndetect as sd
    from syndetect.cli import page
    from syndetect.io.write import write_articles

    if out is not None:
        from syndetect.io.read import output_format

        output_format(pathlib.Path(out))  # a wrong name is told before the work, not after
    articles = _read(
        paths, input_format, encoding, text_column, id_column, source_column, date_column
    )
    found = sd.dedupe(
        articles, threshold=threshold, ngram=ngram, progress=_shows(progress, threads)
    )
    if out is not None:
        write_articles(articles, found.keep, out)
    if _wants_page(format):
        page.show_duplicates(found)
    else:
        page.print_clusters(found, as_lines=format != "json")
    page.tell(str(found) + (f"; written to {out}" if out else ""))


def _read(
    paths: list[str],
    input_format: Any,
    encoding: str,
    text: str | None,
    id_: str | None,
    source: str | None,
    date: str | None,
) -> Any:
    """The articles of the paths; what was passed over in folders is told."""
    from syndetect.cli import page
    from syndetect.io.read import column_names, open_articles

    names = column_names(text=text, id=id_, source=source, date=date)
    articles = open_articles(paths, input_format, encoding, names)
    if articles.passed_over:
        listed = ", ".join(file.name for file in articles.passed_over[:3])
        more = len(articles.passed_over) - 3
        page.tell(f"passed over {listed}" + (f" and {more:,} more" if more > 0 else ""))
    return articles


def _shows(progress: bool | None, threads: int | None) -> bool:
    """Whether progress is shown; the number of threads goes to where the library looks for it."""
    from syndetect.threads import THREADS_VARIABLE

    if threads is not None:
        os.environ[THREADS_VARIABLE] = str(threads)
    return sys.stderr.isatty() if progress is None else progress


def _settings(min_score: float | None) -> Any:
    from syndetect.settings import Settings

    return Settings() if min_score is None else Settings(min_score=min_score)


def _wants_page(format: str) -> bool:
    return format == "page" or (format == "auto" and sys.stdout.isatty())


def main() -> None:
    """Run the command and turn every expected error into one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    status = _run(app)
    if status == _INTERRUPTED:  # Python may have noted Ctrl-C, and would end by the signal instead
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def _run(command: Callable[..., Any]) -> int:
    """Exit status of the command, its errors told."""
    try:
        status = command(standalone_mode=False)
        sys.stdout.flush()
    except _UsageError as error:
        return _refuse(error)
    except SyndetectError as error:
        return _tell(str(error), 1)
    except (KeyboardInterrupt, typer.Abort):
        return _tell("interrupted: nothing was written", _INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # what typer and rich make of a closed pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else the interpreter complains at exit
        return 0
    except MemoryError:
        return _tell("out of memory: give fewer articles at a time", 1)
    except OSError as error:
        return _tell(f"{error.filename or 'input or output'}: {error.strerror or error}", 1)
    if status == _INTERRUPTED:  # what typer makes of Ctrl-C
        return _tell("interrupted: nothing was written", _INTERRUPTED)
    return status if isinstance(status, int) else 0


def _refuse(error: Any) -> int:
    """A wrong call: the help when there was nothing to understand, else one line."""
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)
        return 2
    where = error.ctx.command_path if error.ctx else "syndetect"
    return _tell(f"{error.format_message()} (see {where} --help)", 2)


def _tell(message: str, status: int) -> int:
    print("syndetect: " + " ".join(message.split()), file=sys.stderr)
    return status


if __name__ == "__main__":
    main()
