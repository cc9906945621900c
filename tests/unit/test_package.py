"""The package as users meet it: public names, start-up, caches, threads, and the wheel."""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import syndetect as sd

ROOT = Path(__file__).parents[2]
PACKAGE = Path(sd.__file__).parent
SEEDS = ROOT / "seeds"


def python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_public_names() -> None:
    assert sorted(sd.__all__) == [
        "Article", "Comparison", "Copy", "Detection", "Duplicates", "Edit", "Kind", "Match",
        "NearMiss", "Part", "Settings", "Skipped", "Statement", "SyndetectError", "__version__",
        "compare", "dedupe", "detect", "minhash", "read",
    ]  # fmt: skip
    assert dir(sd) == sorted(sd.__all__)
    for name in sd.__all__:
        assert getattr(sd, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sd.nothing  # noqa: B018
    assert (
        python("from syndetect import *; print(detect.__name__, Kind.VERBATIM)")
        == "detect verbatim\n"
    )


def test_a_verb_is_no_module_whatever_is_imported_first() -> None:
    code = "import syndetect.verbs.detect, syndetect as sd; print(callable(sd.detect), callable(sd.compare))"
    assert python(code) == "True True\n"


def test_values_are_frozen_and_slotted() -> None:
    for name in sd.__all__:
        value = getattr(sd, name)
        if dataclasses.is_dataclass(value):
            assert value.__dataclass_params__.frozen, name  # type: ignore[attr-defined]
            assert "__slots__" in vars(value), name


def test_everything_public_is_documented() -> None:
    for name in sd.__all__:
        value = getattr(sd, name)
        if name == "__version__":
            continue
        assert value.__doc__, name
        if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                assert f"{field.name}: " in value.__doc__, f"{name}.{field.name}"
        elif inspect.isfunction(value):
            for parameter in inspect.signature(value).parameters:
                assert f"{parameter}: " in value.__doc__, f"{name}({parameter})"
            assert "Returns:" in value.__doc__
            assert "Raises:" in value.__doc__
            assert ">>>" in value.__doc__


def test_options_are_keyword_only() -> None:
    for verb in (sd.detect, sd.dedupe, sd.minhash, sd.compare, sd.read):
        for parameter in inspect.signature(verb).parameters.values():
            keyword = parameter.kind is inspect.Parameter.KEYWORD_ONLY
            assert keyword == (parameter.default is not inspect.Parameter.empty)


def test_importing_costs_nothing_heavy() -> None:
    code = (
        "import sys; import syndetect; "
        "print([m for m in ('numpy', 'numba', 'pyarrow', 'scipy', 'datasketch', 'regex', 'rich', 'typer') if m in sys.modules])"
    )
    assert python(code) == "[]\n"


def test_the_command_answers_without_the_kernels() -> None:
    code = (
        "import sys; sys.argv = ['syndetect', '--version']; from syndetect.cli.main import app; "
        "app(standalone_mode=False); print('numba' in sys.modules)"
    )
    assert python(code).splitlines()[-1] == "False"


def test_settings_have_a_fingerprint_of_their_own() -> None:
    seen = {sd.Settings().fingerprint()}
    for field in dataclasses.fields(sd.Settings):
        value = getattr(sd.Settings(), field.name)
        other = dataclasses.replace(
            sd.Settings(), **{field.name: value * 0.99 if isinstance(value, float) else value + 1}
        )
        seen.add(other.fingerprint())
    assert len(seen) == len(dataclasses.fields(sd.Settings)) + 1


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_seed_changes_nothing(seed: str) -> None:
    code = f"import syndetect as sd; print(sd.detect(sd.read({str(SEEDS)!r})).to_json())"
    assert json.loads(python(code, PYTHONHASHSEED=seed)) == json.loads(sd.detect(SEEDS).to_json())


def _copied(folder: Path) -> Path:
    """A copy of the package without compiled kernels."""
    target = folder / "lib" / "syndetect"
    shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target.parent


COLD = "import syndetect as sd, sys; print(len(sd.detect(sd.read(sys.argv[1])).statements))"


def _start(lib: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COLD, str(SEEDS)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(lib), **environment},
    )


def test_two_processes_start_cold_at_once_and_the_next_is_warm(tmp_path: Path) -> None:
    lib = _copied(tmp_path)
    for process in [_start(lib), _start(lib)]:
        out, err = process.communicate()
        assert (process.returncode, out) == (0, "1\n"), err
        assert err.count("\n") == err.count("compiling for this processor, once") == 1
    out, err = _start(lib).communicate()
    assert (out, err) == ("1\n", "")


def test_a_cache_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    lib = _copied(tmp_path)
    for folder in (lib / "syndetect", *(lib / "syndetect").rglob("*")):
        if folder.is_dir():
            (folder / "__pycache__").write_text("a file where numba wants a folder", "utf-8")
    process = _start(lib, HOME="/dev/null", XDG_CACHE_HOME="/dev/null", PYTHONDONTWRITEBYTECODE="1")
    out, err = process.communicate()
    assert (process.returncode, out) == (0, "1\n"), err
    assert err.count("\n") == 1
    assert not list(lib.rglob("*.nbi"))


@pytest.fixture(name="wheel", scope="module")
def _wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_is_pure_and_complete(wheel: Path) -> None:
    import zipfile

    assert wheel.name == f"syndetect-{sd.__version__}-py3-none-any.whl"
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = {
        f"syndetect/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside <= names
    assert "syndetect/py.typed" in names
    assert wheel.stat().st_size < 1_000_000


def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    venv.create(folder, with_pip=True)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run(
        [binaries / "python", "-m", "pip", "install", "-q", wheel], check=True, env=environment
    )
    done = subprocess.run(
        [binaries / "syndetect", "detect", SEEDS], capture_output=True, text=True, check=True,
        cwd=tmp_path, env=environment,
    )  # fmt: skip
    assert len(json.loads(done.stdout)["copies"]) == 5
    where = subprocess.run(
        [binaries / "python", "-c", "import syndetect; print(syndetect.__file__)"],
        capture_output=True, text=True, check=True, cwd=tmp_path, env=environment,
    )  # fmt: skip
    assert where.stdout.startswith(str(folder))
