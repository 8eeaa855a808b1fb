"""Reads an HTML page as a browser would, as far as tests ask for it."""

import hashlib
from base64 import b64encode
from html.parser import HTMLParser

_VOID = {"br", "input", "meta"}
_INLINE = {"a", "code", "time"}


class Page(HTMLParser):
    """The elements of a page with their attributes, its text, and its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.unclosed: list[str] = []
        self._text: list[str] = []
        self.feed(html)
        self.text = " ".join("".join(self._text).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.unclosed.append(tag)
        if tag not in _INLINE:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if self.unclosed[-1:] == ["script"]:
            self.scripts.append(data)
        elif self.unclosed[-1:] != ["style"]:
            self._text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def values(self, attribute: str) -> list[str]:
        """What an attribute says wherever it is given."""
        return [attributes[attribute] or "" for _, attributes in self.elements if attribute in attributes]


def check_policy(page: Page) -> None:
    """The page's one script is the only one that its policy lets run, by its digest."""
    policy = next(meta["content"] or "" for meta in page.all("meta") if "http-equiv" in meta)
    digest = b64encode(hashlib.sha256("".join(page.scripts).encode()).digest()).decode()
    assert len(page.all("script")) == 1
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
