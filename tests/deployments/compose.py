"""docker-compose.yaml and Containerfile as data."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
COMPOSE = ROOT / "deployments" / "docker-compose.yaml"
CONTAINERFILE = ROOT / "deployments" / "Containerfile"


def services() -> dict[str, dict[str, Any]]:
    """Give each service, its anchors resolved."""
    return yaml.safe_load(COMPOSE.read_text())["services"]


def server_settings(**instead: str) -> dict[str, str]:
    """Give what the server is told in its environment, with some of it as it is on this machine."""
    return services()["server"]["environment"] | instead


def instructions() -> list[list[str]]:
    """Give the instructions of the Containerfile, word by word."""
    text = CONTAINERFILE.read_text().replace("\\\n", " ")
    return [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
