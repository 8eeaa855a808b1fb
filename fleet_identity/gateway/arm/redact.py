"""Takes secrets out of what Azure says: an error may quote the request that it refuses, and ends up in logs."""

import re

HIDDEN = "(hidden)"
_NAMES = r"client_?secret|secret(?:Text)?|\w*password|(?:access|refresh|id)_?token|client_assertion"
_NAMED = re.compile(
    rf"""(?P<name>\b(?:{_NAMES})\b\\*["']?\s*[:=]\s*)(?P<quote>\\*["']?)(?!null\b)[^"'\\\s,;&}}]{{4,}}(?P=quote)""",
    re.IGNORECASE,
)
"""A name and its value: in JSON, quoted once more or not, or in a form."""
_TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bBearer\s+[^\s\"',]{8,}")
"""A JSON Web Token, wherever it stands, and whatever follows the word of an Authorization header."""


def redacted(text: str) -> str:
    """Give the text with each secret, password and token in it replaced by a word."""
    named = _NAMED.sub(lambda found: f"{found['name']}{HIDDEN}", text)
    return _TOKEN.sub(HIDDEN, named)
