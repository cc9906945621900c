"""The examples in README, docs and docstrings all run; this counts them, so that none is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
# A change of these numbers is a decision: they count `>>>` lines that pytest collects and runs.
EXAMPLES = {"README.md": 18, "docs/signatures.md": 14, "docs/tutorial.md": 26}
IN_SOURCE = 34


def _prompts(text: str) -> int:
    return len(re.findall(r"^\s*>>> ", text, re.MULTILINE))


def test_no_example_of_the_pages_is_lost() -> None:
    counted = {
        path.relative_to(ROOT).as_posix(): _prompts(path.read_text("utf-8")) for path in PAGES
    }
    assert {name: count for name, count in counted.items() if count} == EXAMPLES


def test_no_example_of_the_docstrings_is_lost() -> None:
    sources = (ROOT / "src").rglob("*.py")
    assert sum(_prompts(path.read_text("utf-8")) for path in sources) == IN_SOURCE


def test_pytest_collects_them_all() -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "README.md", "docs", "src"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    collected = re.findall(r"^\S+: (\d+)$", done.stdout, re.MULTILINE)
    assert sum(map(int, collected)) == sum(EXAMPLES.values()) + IN_SOURCE, done.stdout


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


def test_every_page_is_in_the_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert [p.name for p in PAGES if p.parent.name == "docs" and f"- {p.name}" not in menu] == []


def test_the_readmes_commands_are_the_makefiles() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    for target in re.findall(r"^\$ make (\w+)", readme, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
