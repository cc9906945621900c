"""Progress, threads, interruption and forks: how the library behaves while it works."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import syndetect as sd
from syndetect.threads import beside, spread, stream

TEXTS = [
    f"The office said on day {k} that it will open {k} new schools next year." for k in range(900)
]


@pytest.fixture(scope="module", autouse=True)
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every kernel has been compiled, which is announced on stderr and takes its time."""
    folder = tmp_path_factory.mktemp("compiled")
    sd.dedupe(TEXTS)
    sd.detect(TEXTS[:9])
    sd.minhash(TEXTS)
    pq.write_table(pa.table({"text": TEXTS}), folder / "in.parquet")
    (folder / "in.jsonl").write_text('{"text": "a b c"}\n' * 3)
    for name in ("in.parquet", "in.jsonl"):
        command = [sys.executable, "-m", "syndetect", "dedupe", str(folder / name)]
        subprocess.run(
            [*command, "-o", str(folder / f"out.{name}")], check=True, capture_output=True
        )


def test_progress_is_shown_on_stderr_and_only_when_asked_for(
    capfd: pytest.CaptureFixture[str],
) -> None:
    sd.dedupe(TEXTS)
    sd.detect(TEXTS[:9])
    sd.minhash(TEXTS)
    assert capfd.readouterr() == ("", "")
    sd.dedupe(TEXTS, progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "signatures" in err
    assert "900/900" in err
    sd.detect(TEXTS[:9], progress=True)
    _, err = capfd.readouterr()
    stages = ["words", "seeds", "statements", "rewritten", "boilerplate"]
    assert [line.split()[0] for line in err.splitlines()] == stages
    sd.minhash(TEXTS, progress=True)
    assert "900/900" in capfd.readouterr().err


def test_what_progress_shows_ends_with_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(sd.SyndetectError, match="article 900 is int"):
        sd.dedupe([*TEXTS, 3], progress=True)
    sd.dedupe(TEXTS, progress=True)
    assert "900/900" in capfd.readouterr().err


@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_tasks_end_early_and_results_stand_in_order(
    monkeypatch: pytest.MonkeyPatch, threads: str
) -> None:
    monkeypatch.setenv("SYNDETECT_THREADS", threads)
    assert spread(lambda k: k * k, range(50)) == [k * k for k in range(50)]
    drawn: list[int] = []

    def tasks() -> list[int]:
        return list(stream(lambda k: drawn.append(k) or k, iter(range(50))))

    assert tasks() == list(range(50))
    begun: list[int] = []

    def fail(k: int) -> None:
        begun.append(k)
        time.sleep(0.01)
        raise ValueError(k)

    with pytest.raises(ValueError, match="0"):
        spread(fail, range(500))
    assert len(begun) < 100
    begun.clear()
    with pytest.raises(ValueError, match="0"):
        list(stream(fail, range(500)))
    assert len(begun) < 100


def test_of_several_errors_it_is_that_of_the_first_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNDETECT_THREADS", "3")
    both = threading.Barrier(2)

    def fail(k: int) -> int:
        if k < 2:
            both.wait(60)
            time.sleep(0.05 * (1 - k))  # the second task fails first
            raise ValueError(f"task {k}")
        return k

    with pytest.raises(ValueError, match="task 0"):
        spread(fail, range(9))


@pytest.mark.parametrize("spread_", [spread, lambda f, tasks: list(stream(f, tasks))])
def test_what_is_done_beside_stands_still_while_all_threads_are_busy(
    monkeypatch: pytest.MonkeyPatch, spread_: Callable[..., list[int]]
) -> None:
    monkeypatch.setenv("SYNDETECT_THREADS", "2")
    steps: list[int] = []
    enough = threading.Event()

    def function(pause: Callable[[], None]) -> str:
        while not enough.is_set():
            pause()
            steps.append(0)
            time.sleep(0.001)
        return "done"

    def go_on() -> None:
        reached, deadline = len(steps) + 5, time.monotonic() + 60
        while len(steps) < reached and time.monotonic() < deadline:
            time.sleep(0.001)
        assert len(steps) >= reached

    def task(_: int) -> int:
        before = len(steps)
        time.sleep(0.2)
        return len(steps) - before

    with beside(function) as wait:
        go_on()
        assert max(spread_(task, [0, 0])) <= 1  # the step that was being made
        go_on()
        enough.set()
        assert wait() == "done"
    before = len(steps)
    assert spread_(task, [0, 0]) == [0, 0]
    assert len(steps) == before


@pytest.mark.parametrize("threads", ["1", "2"])
def test_what_is_done_beside_ends_with_its_result_its_error_or_its_context(
    monkeypatch: pytest.MonkeyPatch, threads: str
) -> None:
    monkeypatch.setenv("SYNDETECT_THREADS", threads)
    begun = threading.Event()

    def fail(pause: Callable[[], None]) -> None:
        pause()
        raise ValueError("of the function")

    def go_on(pause: Callable[[], None]) -> None:
        begun.set()
        while True:
            pause()

    with beside(lambda pause: spread(lambda k: pause() or k, range(9))) as wait:
        assert wait() == list(range(9))
    with pytest.raises(ValueError, match="of the function"), beside(fail) as wait:
        wait()
    with beside(go_on):
        assert threads == "1" or begun.wait(60)
    assert begun.is_set() == (threads != "1")


def _signatures(queue: multiprocessing.Queue[list[list[int]]]) -> None:
    queue.put(sd.minhash(TEXTS[:50]).tolist())


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_processes_may_be_forked_and_spawned_after_use(method: str) -> None:
    expected = sd.minhash(TEXTS[:50]).tolist()
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    process = context.Process(target=_signatures, args=(queue,))
    process.start()
    try:
        assert queue.get(timeout=120) == expected
    finally:
        process.join(timeout=30)
    assert process.exitcode == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_an_interrupted_command_leaves_no_output(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"as it was")
    command = [sys.executable, "-m", "syndetect", "dedupe", "-", "--input-format", "jsonl"]
    process = subprocess.Popen(
        [*command, "-o", str(out), "--progress"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    for number in range(2000):  # more than a pipe holds: it is reading, and waits for more
        process.stdin.write(b'{"text": "%d %s"}\n' % (number, b"so it goes " * 100))
    process.stdin.flush()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    said = process.stderr.read().decode()
    assert said.endswith("syndetect: interrupted: nothing was written\n")
    assert out.read_bytes() == b"as it was"
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
    process.stderr.close()
    process.stdin.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").symlink_to("/dev/full")
    (tmp_path / "in.jsonl").write_text('{"text": "a b c"}\n' * 3)
    done = subprocess.run(
        [sys.executable, "-m", "syndetect", "dedupe", "in.jsonl", "-o", "out.jsonl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "it cannot be written (No space left on device)" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_duplicates_as_an_arrow_table() -> None:
    texts = ["a b c d e f g h", "x y", "A b c d e f g h!", "a b c d e f g i", ""]
    for ids in (range(5), [f"n{k}" for k in range(5)], [2**70, *range(4)]):
        articles = [{"id": i, "text": text} for i, text in zip(ids, texts, strict=True)]
        found = sd.dedupe(articles, threshold=0.6)
        table = found.to_arrow()
        known = (
            list(ids)
            if isinstance(next(iter(ids)), str) or ids == range(5)
            else list(map(str, ids))
        )
        assert table["article"].to_pylist() == known
        assert table["keep"].to_pylist() == found.keep.tolist() == [True, True, False, False, True]
        assert table["kept_for"].to_pylist() == [known[k] for k in (0, 1, 0, 0, 4)]
        assert table["jaccard"].to_pylist() == [None, None, 1.0, 3 / 5, None]
        assert table.schema.metadata[b"settings"].decode() == found.settings.fingerprint()
    assert sd.dedupe([]).to_arrow().num_rows == 0
    column = pa.table({"id": ["p", "q", "r", "s", "t"], "text": texts})
    assert sd.dedupe(column, threshold=0.6).to_arrow()["kept_for"].to_pylist() == [
        *list("pqpp"),
        "t",
    ]
