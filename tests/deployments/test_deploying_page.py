"""docs/deploying.md tells people to type nothing that no test types, unless there is a reason."""

import re

from tests.deployments.commands import DEPLOY, MAKE, POOL, ROOT

TYPED = {
    "prefect server start": "tests/prefect_server.py",
    " ".join(POOL): "test_prefect_yaml.py",
    " ".join(DEPLOY): "test_prefect_yaml.py",
    "prefect worker start --pool fleet-identity --type process": "tests/flows/workers.py",
    " ".join(MAKE): "test_automations.py",
    " ".join((*MAKE, "--continue")): "test_automations.py",
}
NOT_TYPED = {
    "python -m deployments.work_pool fleet-identity": "test_compose_server.py calls what it calls, twice",
    "docker compose --file deployments/docker-compose.yaml up --detach --build": "needs Docker, and "
    "images from a registry; test_compose.py and test_compose_server.py look at what it starts",
    "export PREFECT_API_URL=http://127.0.0.1:4200/api": "tests set it to the servers of their own",
    "export PREFECT_API_AUTH_STRING=user:password": "the same, in test_compose_server.py",
    "python -m deployments.serve --fleet fleet.yaml": "the same; tests/ui/test_ui.py runs it with a fleet",
    "python -m deployments.serve": "runs until it is stopped; test_serve.py looks at what it serves",
    " ".join((*MAKE, "--notify", "slack-webhook/fleet")): "needs Slack; test_automations.py notifies a webhook",
    "prefect block create slack-webhook": "prints a link to a form of the UI",
}


def test_each_command_is_accounted_for() -> None:
    """The commands of the page are these, and no others."""
    page = (ROOT / "docs" / "deploying.md").read_text()
    assert {*re.findall(r"^    (\S.*)$", page, re.MULTILINE)} == {*TYPED, *NOT_TYPED}
