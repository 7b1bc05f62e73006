"""Compose files and Kubernetes manifests, with what people put into them and what they forget."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.yamltext import Alias, Anchored, Data, Raw, Tagged, Writer, stream

IMAGES = (
    *("known/app:1", "known/app:1", "known/tool@sha256:" + "0" * 64, "nginx:1.27", "postgres:16-alpine", "redis:7"),
    *("hashicorp/vault:1.18", "elsewhere/thing", "known/${NAME:-app}", "${IMAGE}", "alpine"),
)
ODD = (
    *("yes", "NO", "0644", "0o17", "22:22", "1_000", "~", "null", "", "0x1F", "1e3", ".inf", "2024-12-19", "<<x"),
    *("${VAR}", "${VAR:-x}", "a b", "'it''s'", r'"\u2028\x85\t"', '"{{ x }}"', "$$HOME", "ä😀", "=", "-1", "!!str 1"),
)
"""Scalars that parsers of YAML 1.1 and 1.2 see differently, or that need care."""
SCRIPT = "set -e\nif true; then\n  echo a: b  # no comment\n\n  exec app\nfi"
MANIFEST = (
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: alpine\n---\nservices:\n  a: {image: b}"
)


def scalars(*texts: str) -> st.SearchStrategy[Data]:
    return st.sampled_from([Raw(text) for text in texts])


def lists(*items: str, more: tuple[Data, ...] = ()) -> st.SearchStrategy[Data]:
    return st.one_of(st.lists(st.sampled_from(items), max_size=2, unique=True), st.sampled_from([Raw(""), [], *more]))


SERVICE: dict[str, st.SearchStrategy[Data]] = {
    "command": st.sampled_from(["app --x", ["app", "--x"], SCRIPT, Raw("")]),
    "environment": st.one_of(
        st.dictionaries(st.sampled_from(["A", "PORT", "on"]), scalars(*ODD), max_size=3),
        st.lists(st.sampled_from(["A=b", "C=d: e", "PORT=22:22"]), max_size=2),
    ),
    "ports": st.lists(st.one_of(st.sampled_from(["80:80", "127.0.0.1:1:1/udp"]), scalars("22:22", "80")), max_size=2),
    "volumes": st.lists(st.sampled_from(["data:/data", "./conf:/etc/app:ro", "/tmp:/tmp"]), max_size=2, unique=True),
    "user": st.one_of(st.sampled_from(["root", "0:0", "1000:1000", "app"]), scalars("0", "${UID}", "1000", "")),
    "read_only": scalars("true", "false", "no", '"true"', "${RO:-true}", ""),
    "cap_drop": lists("ALL", "NET_RAW", "all", more=("ALL", Tagged("!reset", []))),
    "cap_add": lists("NET_BIND_SERVICE", "CHOWN", "SYS_ADMIN"),
    "security_opt": lists(
        *(
            "no-new-privileges:true",
            "no-new-privileges=false",
            "no-new-privileges",
            "apparmor:unconfined",
            "seccomp=x.json",
        ),
        more=(Tagged("!override", ["label:disable"]), Tagged("!reset", Raw("null"))),
    ),
    "tmpfs": lists("/tmp", "/run:size=1m", more=("/tmp", "/run")),
    "privileged": scalars("true", "false"),
    "healthcheck": st.sampled_from([{"disable": Raw("true")}, {"test": ["CMD", "x: y"], "interval": "10s"}]),
    "deploy": st.just({"resources": {"limits": {"cpus": Raw('"2.0"')}}}),
}

SECURITY: dict[str, st.SearchStrategy[Data]] = {
    "runAsUser": scalars("0", "1000", '"1000"', "0644", ""),
    "runAsGroup": scalars("0", "1000"),
    "runAsNonRoot": scalars("true", "false", "yes", ""),
    "fsGroup": scalars("2000"),
    "allowPrivilegeEscalation": scalars("true", "false", "no"),
    "readOnlyRootFilesystem": scalars("true", "false", '"true"'),
    "privileged": scalars("true", "false"),
    "capabilities": st.fixed_dictionaries(
        {}, optional={"add": lists("NET_BIND_SERVICE", "SYS_ADMIN"), "drop": lists("ALL", "all", "NET_RAW")}
    ),
    "seccompProfile": st.sampled_from([{"type": "Unconfined"}, {"type": "RuntimeDefault"}, Raw("")]),
}


class Author:
    """Draws files."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.writer = Writer(draw)
        self.one_in = self.writer.one_in

    def some(self, options: dict[str, st.SearchStrategy[Data]], most: int) -> dict[str, Data]:
        """Return up to so many of the keys, in any order."""
        keys = self.draw(st.lists(st.sampled_from(sorted(options)), max_size=most, unique=True))
        return {key: self.draw(options[key]) for key in keys}

    def image(self) -> str:
        return str(self.draw(st.sampled_from(IMAGES)))

    def compose(self) -> str:
        """Return a Compose file; services may share settings by anchors and merge keys, as one mapping or a list."""
        data: dict[str, Data] = {}
        if self.one_in(5):
            data["name"] = "shop"
        shared = []
        if self.one_in(2):
            data["x-base"] = Anchored("base", self.some(SERVICE, 2) or {"restart": "always"})
            shared.append(Alias("base"))
            if self.one_in(3):
                data["x-more"] = Anchored("more", {"<<": Alias("base"), **self.some(SERVICE, 2)})
                shared.append(Alias("more"))
        services: dict[str, Data] = {}
        for name in self.draw(
            st.lists(st.sampled_from(["web", "db", "web.1", "on", "a-b_c", "1"]), min_size=1, max_size=3, unique=True)
        ):
            services[name] = self.service(shared)
        if self.one_in(8):
            services["anchored"] = Anchored("svc", self.service([]))
            services["copy"] = Alias("svc") if self.one_in(2) else {"<<": Alias("svc"), "image": self.image()}
        data["services"] = services
        if self.one_in(3):
            data["volumes"] = {"data": Raw("")}
        if self.one_in(15):
            data = {**{key: data[key] for key in data if key != "services"}, "services": services}
        lines = self.writer.document(data)
        if self.one_in(25):
            lines = self.doubled(lines)
        return stream(self.writer, [lines])

    def service(self, shared: list[Alias]) -> dict[str, Data]:
        service: dict[str, Data] = {}
        if shared and self.one_in(2):
            service["<<"] = shared if len(shared) > 1 and self.one_in(2) else shared[-1]
        service["image"] = self.image()
        service |= self.some(SERVICE, 4)
        if "security_opt" in service and self.one_in(5):
            service["security_opt"] = Anchored(f"opts{self.draw(st.integers(0, 10**6))}", service["security_opt"])
        if self.one_in(3):
            service = dict(self.draw(st.permutations(list(service.items()))))
        return service

    def doubled(self, lines: list[str]) -> list[str]:
        """Write one line of the file twice: mostly a duplicate key."""
        where = self.draw(st.integers(0, len(lines) - 1))
        return [*lines[: where + 1], *lines[where:]]

    def kubernetes(self) -> str:
        """Return a stream of manifests, with others that are not ours in between."""
        documents = []
        for _ in range(self.draw(st.integers(1, 3))):
            if self.one_in(4):
                documents.append(self.foreign())
            data = self.workload()
            if self.one_in(8):
                data = {"apiVersion": "v1", "kind": "List", "items": [data, self.workload()]}
            documents.append(self.writer.document(data))
        return stream(self.writer, documents)

    def foreign(self) -> list[str]:
        config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": {"pod.yaml": MANIFEST}}
        service = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "s"},
            "spec": {"ports": [{"port": Raw("80")}]},
        }
        return list(
            self.writer.pick(
                [], ["# nothing here"], self.writer.document(config), self.writer.document(service), ["a text"]
            )
        )

    def workload(self) -> dict[str, Data]:
        kind = self.writer.pick("Deployment", "Pod", "CronJob", "StatefulSet", "DaemonSet")
        pod = self.pod()
        template = {"metadata": {"labels": {"app": "a"}}, "spec": pod}
        head = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": self.writer.pick("a", "b.c", "on")}}
        if kind == "Pod":
            return {**head, "apiVersion": "v1", "spec": pod}
        if kind == "CronJob":
            return {**head, "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": template}}}}
        return {**head, "spec": {"selector": {"matchLabels": {"app": "a"}}, "template": template}}

    def pod(self) -> dict[str, Data]:
        containers = [self.container(f"c{index}") for index in range(self.draw(st.integers(1, 2)))]
        pod: dict[str, Data] = {"containers": containers}
        if self.one_in(5):
            pod = {"initContainers": [self.container("init")], **pod}
        if self.one_in(3):
            pod["securityContext"] = self.security()
        if self.one_in(3):
            kinds = [{"emptyDir": {}}, {"persistentVolumeClaim": {"claimName": "x"}}, {"hostPath": {"path": "/x"}}]
            pod["volumes"] = [{"name": "data", **self.writer.pick(*kinds)}]
        if self.one_in(4):
            pod["restartPolicy"] = "Never"
        return pod

    def container(self, name: str) -> dict[str, Data]:
        container: dict[str, Data] = {"name": name, "image": self.image()}
        if self.one_in(3):
            container["securityContext"] = self.security()
        if self.one_in(4):
            container["env"] = [{"name": "A", "value": Raw('"yes"')}, {"name": "B", "value": "x: y #z"}]
        if self.one_in(4):
            container["volumeMounts"] = [{"name": "data", "mountPath": self.writer.pick("/data", "/tmp")}]
        if self.one_in(5):
            container["command"] = self.writer.pick(["app"], ["sh", "-c", SCRIPT])
        return container

    def security(self) -> Data:
        fields = self.some(SECURITY, 3)
        return fields if fields or self.one_in(2) else Raw("")
