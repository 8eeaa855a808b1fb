"""Collects the commands that the pages, and the help itself, tell people to type."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.worlds import CLUSTER_ID, SUBSCRIPTION

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PLACEHOLDERS = {"<id>": SUBSCRIPTION, "<resource id>": CLUSTER_ID, "<run>": "0f0f0f0f-0000-4000-8000-000000000000"}
OURS = ("fleet-identity", "make", "python", "prefect")
OTHERS = ("az", "curl", "docker", "export", "git", "helm", "kubectl", "npm", "pip", "pytest", "source", "uv", "uvx")
"""Heads of commands that are not ours, as far as pages may come to name them in a block."""
_CONTINUES = re.compile(r"\\\n\s*")
_BLOCK = re.compile(r"^ {4,}(.+)$")
_INLINE = re.compile(r"`((?:\.\.\.|[\w./-]*fleet-identity|make|python -m|prefect) [^`]+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command as a page has it."""

    page: str
    text: str
    words: tuple[str, ...]
    """As the shell would split it, with sensible values for placeholders, and without what is the shell's own."""
    inline: bool

    @property
    def head(self) -> str:
        """The program, without the folder that it is in."""
        return Path(self.words[0]).name


def documented() -> Iterator[Command]:
    """Give every command of every page, and of the docstrings that the help shows."""
    for page in PAGES:
        yield from commands_of(page.name, page.read_text())
    for module in sorted((ROOT / "cli").glob("*.py")):
        yield from (
            one for one in commands_of(f"cli/{module.name}", module.read_text()) if "fleet-identity" in one.words
        )


def commands_of(page: str, text: str) -> Iterator[Command]:
    """Give the commands of a page: lines of its blocks, and what stands between backticks."""
    text = _CONTINUES.sub(" ", text)
    for line in _block_lines(text):
        if (words := _words(line)) and Path(words[0]).name in (*OURS, *OTHERS):
            yield Command(page=page, text=line, words=words, inline=False)
    for inline in _INLINE.findall(text.replace("\n", " ") if page.endswith(".md") else ""):
        if words := _words(inline):
            yield Command(page=page, text=inline, words=words, inline=True)


def _block_lines(text: str) -> Iterator[str]:
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            yield line.strip()
        elif found := _BLOCK.match(line):
            yield found[1].strip()


def _words(line: str) -> tuple[str, ...]:
    """Split as a shell does, up to a redirection, a pipe or a comment; of a substitution what is in it."""
    line = re.sub(r"^\.\.\. ", "fleet-identity ", line)
    line = re.sub(r"^source <\((.*)\)$", r"\1", line)
    for placeholder, value in PLACEHOLDERS.items():
        line = line.replace(placeholder, value)
    line = re.sub(r"(\w+)(\|\w+)+", r"\1", line)  # one|or|the|other
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return ()
    ends = [words.index(mark) for mark in (">", ">>", "|", "&", "&&") if mark in words]
    return tuple(words[: min(ends, default=len(words))])
