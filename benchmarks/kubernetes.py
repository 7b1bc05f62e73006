"""Realistic Kubernetes manifests, as found before hardening and after."""

from __future__ import annotations

from benchmarks.writing import Author, Yaml

_POD: dict[str, Yaml] = {"runAsNonRoot": "true", "runAsUser": "10001", "seccompProfile": {"type": "RuntimeDefault"}}
_CONTAINER: dict[str, Yaml] = {
    "allowPrivilegeEscalation": "false",
    "readOnlyRootFilesystem": "true",
    "capabilities": {"drop": ["ALL"]},
}
_PROBE: Yaml = {"httpGet": {"path": "/health", "port": "8080"}, "initialDelaySeconds": "5", "periodSeconds": "10"}


def manifest(author: Author, documents: int, *, clean: bool, variables: int = 24) -> str:
    """Return the text of a manifest with so many documents: workloads, their services and settings in turn.

    `variables` is how many a container and its settings have at most.
    """
    texts = []
    for number in range(0, documents, 3):
        name = f"{author.name()}-{number}"
        parts = [_workload(author, name, clean, variables), _service(name), _settings(author, name, variables)]
        texts += [author.yaml(part) for part in parts[: documents - number]]
    return f"# {author.remark()}\n" + "---\n".join(texts)


def _metadata(name: str) -> Yaml:
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "shop"}
    return {"name": name, "namespace": "shop", "labels": labels}


def _workload(author: Author, name: str, clean: bool, variables: int) -> Yaml:
    pod: dict[str, Yaml] = {"serviceAccountName": name}
    if clean:
        pod["securityContext"] = _POD
    elif author.chance(0.5):
        pod["securityContext"] = {"runAsUser": "10001", "fsGroup": "10001"}
    containers = [_container(author, name, clean, variables)]
    if author.chance(0.2):
        containers.append(_container(author, f"{name}-sidecar", clean, variables))
    return {
        "apiVersion": "apps/v1",
        "kind": author.random.choice(["Deployment", "StatefulSet"]),
        "metadata": _metadata(name),
        "spec": {
            "replicas": str(author.random.randint(1, 5)),
            "selector": {"matchLabels": {"app.kubernetes.io/name": name}},
            "template": {
                "metadata": {"labels": {"app.kubernetes.io/name": name}},
                "spec": {**pod, "containers": containers},
            },
        },
    }


def _container(author: Author, name: str, clean: bool, variables: int) -> Yaml:
    return {
        "name": name,
        "image": author.image(name),
        "ports": [{"containerPort": "8080", "name": "http"}],
        "env": [{"name": key, "value": value} for key, value in author.variables(1, variables).items()],
        **({"livenessProbe": _PROBE, "readinessProbe": _PROBE} if author.chance(0.6) else {}),
        "resources": {"requests": "{cpu: 100m, memory: 128Mi}", "limits": {"memory": "256Mi"}},
        **({"securityContext": _CONTAINER} if clean else {}),
    }


def _service(name: str) -> Yaml:
    ports: Yaml = [{"name": "http", "port": "80", "targetPort": "http"}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _metadata(name),
        "spec": {"selector": {"app.kubernetes.io/name": name}, "ports": ports},
    }


def _settings(author: Author, name: str, variables: int) -> Yaml:
    text = "".join(f"{key} = {value}\n" for key, value in author.variables(variables // 2, variables).items())
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _metadata(name), "data": {"app.ini": f"[app]\n{text}"}}
