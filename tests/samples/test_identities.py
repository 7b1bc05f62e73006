"""The ids of the guides' tables, in all three formats of the samples that they are about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.samples.reading import Hardened, Stage, hardened

buildkit = pytest.importorskip("dockerfile", reason="BuildKit's parser has no wheel for this platform")

SHOP = "deploy/docker/compose/production.yml"
_IMAGES = "deploy/docker/images"
_AI = f"{_IMAGES}/ai-services/Dockerfile.template"
GUIDE = {
    "backend": ("ecommerce/backend", f"{_IMAGES}/backend/Dockerfile.production", "1000:1000"),
    "celery-worker": ("ecommerce/backend", f"{_IMAGES}/backend/Dockerfile.production", "1000:1000"),
    "celery-beat": ("ecommerce/backend", f"{_IMAGES}/backend/Dockerfile.production", "1000:1000"),
    "api-gateway": ("ecommerce/api-gateway", f"{_IMAGES}/api-gateway/Dockerfile", "1000:1000"),
    "recommender": ("ecommerce/ai-recommender", _AI, "1001:1001"),
    "search": ("ecommerce/ai-search", _AI, "1001:1001"),
    "pricing": ("ecommerce/ai-pricing", _AI, "1001:1001"),
    "chatbot-rag": ("ecommerce/ai-chatbot-rag", _AI, "1001:1001"),
    "fraud-detection": ("ecommerce/ai-fraud-detection", _AI, "1001:1001"),
    "demand-forecasting": ("ecommerce/ai-demand-forecasting", _AI, "1001:1001"),
    "visual-recognition": ("ecommerce/ai-visual-recognition", _AI, "1001:1001"),
    "nginx": ("ecommerce/nginx", f"{_IMAGES}/nginx/Dockerfile", "101:101"),
}
"""The shop's completed services: their image, its Dockerfile, and the user that the guide's table names."""
MODES = pytest.mark.parametrize("unsafe_fixes", [False, True])


def in_kubernetes(project: Hardened, image: str) -> Iterator[str]:
    """Yield the user of every container that runs an image."""
    for (_, name), security in project.security().items():
        pod = security["pod"]
        for container in pod.get("initContainers", []) + pod["containers"]:
            if container["name"] == name and container["image"].partition(":")[0] == image:
                yield f"{security.get('runAsUser')}:{security.get('runAsGroup')}"


@pytest.mark.parametrize("service", GUIDE)
def test_the_shops_services_are_who_the_guide_says_in_every_format(service: str) -> None:
    image, dockerfile, user = GUIDE[service]
    project = hardened("ecommerce", unsafe_fixes=True)
    assert Stage(project.text(dockerfile), buildkit.parse_string).user == user
    assert project.services(SHOP)[service]["user"] == user
    assert set(in_kubernetes(project, image)) == {user}


def test_the_chatbot_is_10001_in_every_format() -> None:
    project = hardened("chatbot", unsafe_fixes=True)
    service = project.services("compose.yaml")["app"]
    assert Stage(project.text("Dockerfile"), buildkit.parse_string).user == "10001:10001"
    assert service["user"] == "10001:10001"
    assert set(in_kubernetes(project, service["image"].partition(":")[0])) == {"10001:10001"}


@MODES
@pytest.mark.parametrize("sample", ["chatbot", "ecommerce"])
def test_no_two_files_of_a_sample_disagree(sample: str, unsafe_fixes: bool) -> None:
    project = hardened(sample, unsafe_fixes=unsafe_fixes)
    outcomes = (*project.result.outcomes, *project.again.outcomes)
    assert [o.reason for o in outcomes if o.finding.rule == "project-identity-mismatch"] == []
    assert outcomes
