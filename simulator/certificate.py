"""A certificate for localhost, made anew at each start by an authority that nobody else trusts."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Files in PEM: what clients must trust, and what the server shows."""

    ca: Path
    chain: Path


@contextmanager
def issued() -> Generator[Certificate]:
    """A certificate whose files are removed at the end."""
    with tempfile.TemporaryDirectory(prefix="azure-simulator-") as directory:
        certificate = Certificate(ca=Path(directory, "ca.pem"), chain=Path(directory, "server.pem"))
        authority = trustme.CA()
        authority.cert_pem.write_to_path(certificate.ca)
        server = authority.issue_cert("localhost", "127.0.0.1")
        server.private_key_and_cert_chain_pem.write_to_path(certificate.chain)
        yield certificate
