"""Publishes pages that people read in Prefect's UI. A page that can't be published ends no migration."""

import logging

from prefect.artifacts import acreate_markdown_artifact

_log = logging.getLogger(__name__)


async def publish(page: str, *, key: str, description: str) -> None:
    """Publish a page of Markdown as an artifact of this run."""
    try:
        await acreate_markdown_artifact(page, key=key, description=description)
    except Exception as error:  # noqa: BLE001 - whatever Prefect's API says, the clusters come first
        _log.warning("The report could not be published in Prefect: %s", error)
