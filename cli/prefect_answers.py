"""Where Prefect's server is not there, is not where PREFECT_API_URL says, or does not let us in: a sentence each."""

from collections.abc import Generator
from contextlib import contextmanager
from json import JSONDecodeError
from urllib.parse import urlsplit

from cli.prefect_profile import prefect_api
from fleet_identity.errors import FleetIdentityError, NeedsHumanError, TransientError

_UNREACHABLE = "Prefect's server can't be reached: check PREFECT_API_URL (assess and migrate do without)."
_REFUSED = (
    "Prefect's server does not let this command in: set PREFECT_API_AUTH_STRING to what the server was started with."
)
_NO_API = (
    "What PREFECT_API_URL names does not answer as Prefect's API does: it must end in /api (http://localhost:4200/api)."
)


@contextmanager
def prefect_answers() -> Generator[None]:
    """Turn what Prefect's client raises on the way to its server into errors that have a sentence."""
    try:
        yield
    except Exception as error:
        if told := _sentence(error):
            raise told from error
        raise


def _sentence(error: Exception) -> FleetIdentityError | None:
    from httpx import HTTPStatusError, TransportError  # what Prefect's client speaks with, and comes with
    from prefect.exceptions import ObjectNotFound

    answered_badly = isinstance(error, HTTPStatusError | JSONDecodeError | ObjectNotFound)
    silent = isinstance(error, TransportError) or (isinstance(error, RuntimeError) and "reach API" in str(error))
    if (answered_badly or silent) and _is_no_api():
        return TransientError(_NO_API)
    if silent:
        return TransientError(_UNREACHABLE)
    if isinstance(error, HTTPStatusError) and error.response.status_code in {401, 403}:
        return NeedsHumanError(_REFUSED)
    return None


def _is_no_api() -> bool:
    """Whether the address can't be the API's; the UI at it answers any path, with a page or with 404."""
    address = prefect_api()
    return address is not None and "api" not in urlsplit(address).path.split("/")
