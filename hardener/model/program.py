"""What is known of what a container runs, whatever the source: one record that every rule reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hardener.model.dockerfile.identity import NON_ROOT_USER
from hardener.model.evidence import Control, Situation, Start, Verdict
from hardener.model.finding import Key, Safety
from hardener.model.images.profiles import Image, Writable
from hardener.model.images.provenance import provenance
from hardener.model.settings import ImageFact, User

if TYPE_CHECKING:
    from hardener.model.dockerfile.identity import StageIdentity
    from hardener.model.dockerfile.stages import Dockerfile, Stage


TMP = Writable("/tmp", "scratch", False)  # noqa: S108 - a path in the container
"""What every program may be expected to write to."""

PROFILED = "image profile "
"""How the source of what a profile tells begins."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a container runs, as far as it is known; None means "not known", an empty tuple means "none"."""

    start: Start
    source: str = ""
    """Where this is known from, in words for the user; empty where nothing is known."""
    proofs: Mapping[Control, str] = field(default_factory=dict)
    """The controls of which a profile, a trial or the configuration shows that they work, with that source."""
    user: User | None = None
    """As whom it starts."""
    steps_down: bool = False
    """It starts as root, and all of it becomes `works_as` by itself."""
    works_as: User | None = None
    """The user that a program which starts as root becomes, or that it could be started as."""
    direct: bool = False
    """It can be started as `works_as` directly."""
    capabilities: tuple[str, ...] | None = None
    """What it needs when it starts like that, as Docker names them, without CAP_."""
    at_least: tuple[str, ...] = ()
    """Where `capabilities` is not known: what the image's own program needs, which is part of what is started."""
    writable: tuple[Writable, ...] | None = None
    likely: tuple[Writable, ...] = ()
    """Where `writable` is not known: what its Dockerfile prepares for writing, which need not be everything."""
    filled: tuple[str, ...] = ()
    """Those of the likely places where its image has files, which an empty file system would hide."""
    rewrites: str = ""
    """Where it is known from that its start-up changes the image's own files; empty where nothing says so."""
    silent: str = ""
    """The profile that says as whom it starts and does not say where it writes; empty where none is."""
    helper: str = ""
    """A setuid program or one with file capabilities that it is known to use."""
    unknown: str = ""
    """Why it is not known; empty where it is."""
    requires: tuple[Key, ...] = ()
    """Findings that must be fixed in the same run for this to be true."""
    doubt: str = ""
    """Why what it requires is unsafe; empty where that is safe."""
    otherwise: Program | None = None
    """What holds instead where what it requires is not fixed."""

    def situation(
        self,
        control: Control,
        *,
        opposite: str = "",
        reasoned: bool = False,
        mounts: str = "",
        others: Iterable[str] = (),
    ) -> Situation:
        """Return what the table of evidence asks about putting `control` in force for it.

        `mounts`: what changes its owner; `others`: where files may belong to others. A profile's capabilities were
        found with the image's own files.
        """
        helper_counts = control is Control.NO_NEW_PRIVILEGES or self.capabilities is None
        by_profile = self.proofs.get(control, "").startswith(PROFILED)
        return Situation(
            control,
            self.start,
            proof=self.proofs.get(control, ""),
            opposite=opposite,
            reasoned=reasoned,
            helper=self.helper if helper_counts else "",
            mounts=mounts,
            others=", ".join(others) if by_profile and "DAC_OVERRIDE" not in (self.capabilities or ()) else "",
            unknown="" if control in self.proofs else self.unknown,
            start_up_read=self.proofs.get(Control.USER, self.source) if self.start is Start.NON_ROOT else "",
            doubt=self.doubt if control is Control.USER else "",
        )

    @property
    def needed(self) -> tuple[str, ...]:
        """The capabilities that it is known to need, whether or not these are all."""
        return self.at_least if self.capabilities is None else self.capabilities

    @property
    def needs_its_root(self) -> str:
        """Why it cannot be given a read-only root, wherever else it may write; empty where nothing says so."""
        if self.rewrites:
            return f"its start-up changes files of its image ({self.rewrites})"
        return f"the {self.silent} does not say where it writes" if self.silent else ""

    @property
    def is_profiled(self) -> bool:
        """Whether it is known from an image profile, and starts as that says."""
        return self.source.startswith(PROFILED)

    def data_left_to_root(self, is_mounted: Callable[[str], bool]) -> str:
        """Return where, outside mounts, a program that stays root keeps data and another user could not; else ""."""
        if self.start is not Start.ROOT or self.steps_down or not self.is_profiled:
            return ""
        data = (place for place in self.writable or self.likely if place.kind == "data" and not place.volume)
        return next((place.path for place in data if not is_mounted(place.path)), "")

    def in_force(self, *, unsafe_fixes: bool) -> Program:
        """Return the program as it is after a run that applies unsafe fixes, or that does not."""
        return self.otherwise if self.otherwise and self.doubt and not unsafe_fixes else self

    def started_as(self, user: User | None, requires: tuple[Key, ...] = ()) -> Program:
        """Return the program as it is when a manifest starts it as a non-root user (None: one known by name only)."""
        return replace(
            self,
            start=Start.NON_ROOT,
            user=user,
            capabilities=None if self.helper else (),
            at_least=(),
            proofs=self._proofs_for_any_user(),
            requires=requires,
            doubt="",
            otherwise=None,
            unknown="",
        )

    def started_as_root(self) -> Program:
        """Return the program as it is when a manifest starts it as root against its image: its needs are not known."""
        root = User(0, 0, "root")
        return replace(self.started_as(root), start=Start.ROOT, capabilities=None)

    def using(self, helper: str) -> Program:
        """Return the program as it is where it is known to use a setuid program, or one with file capabilities."""
        if not helper:
            return self
        otherwise = self.otherwise and self.otherwise.using(helper)
        return replace(self, helper=helper, capabilities=None, otherwise=otherwise)

    def with_other_command(self, *, own: bool) -> Program:
        """Return the program as it is when a manifest starts something else in its image: only the user stays known.

        `own`: what is started starts the image's own program in turn.
        """
        return replace(
            self,
            steps_down=False,
            rewrites="",
            silent="",
            capabilities=() if self.start is Start.NON_ROOT else None,
            at_least=self.needed if own else (),
            writable=None,
            proofs={control: source for control, source in self.proofs.items() if not source.startswith(PROFILED)},
            otherwise=self.otherwise and self.otherwise.with_other_command(own=own),
        )

    def _proofs_for_any_user(self) -> dict[Control, str]:
        return {c: source for c, source in self.proofs.items() if c in (Control.READ_ONLY, Control.SECCOMP)}


def unknown(reason: str) -> Program:
    """Return the program of which nothing is known, and why."""
    return Program(Start.UNKNOWN, unknown=reason)


def configured(program: Program, fact: ImageFact, source: str) -> Program:
    """Return what is known of a program with what the configuration says of its image laid over it."""
    proofs = dict(program.proofs)
    if fact.user is not None:
        program = program.started_as(fact.user)
        program = replace(program, source=source)
        proofs = {**program.proofs, Control.USER: source}
    if fact.capabilities is not None:
        program = replace(program, capabilities=fact.capabilities)
        proofs |= {Control.CAPABILITIES: source, Control.NO_NEW_PRIVILEGES: source}
    if fact.writable is not None:
        program = replace(program, writable=tuple(Writable(path, "runtime", False) for path in fact.writable))
        proofs |= {Control.READ_ONLY: source}
    otherwise = program.otherwise and configured(program.otherwise, fact, source)
    return replace(program, proofs=proofs, otherwise=otherwise)


def profiled(image: Image) -> Program:
    """Return what an image's profile says of it."""
    helpers = [f"{name} (it carries file capabilities)" for name in image.file_capabilities or ()]
    helper = helpers[0] if helpers else "a setuid program" if image.setuid else ""
    user = image.default_user
    if user is None:
        return replace(unknown(f"the profile of {image.name} does not say as whom it starts"), helper=helper)
    source = f"{PROFILED}{image.name}"
    settled = {
        Control.USER: user.uid != 0,
        Control.CAPABILITIES: image.capabilities is not None,
        Control.NO_NEW_PRIVILEGES: image.no_new_privileges is True,
        Control.READ_ONLY: image.read_only is True and image.writable is not None,
        Control.SECCOMP: True,
    }
    return Program(
        Start.ROOT if user.uid == 0 else Start.NON_ROOT,
        source,
        proofs={c: source + provenance(image, _FACTS[c]) for c, known in settled.items() if known},
        user=user,
        steps_down=image.starts == "steps-down",
        works_as=image.runs_as if user.uid == 0 else None,
        direct=bool(image.direct),
        # a program with file capabilities needs them in its bounding set, whoever starts it
        capabilities=image.capabilities if user.uid == 0 or image.file_capabilities else (),
        writable=image.writable if image.read_only else None,
        likely=image.writable or (),
        rewrites=source if image.read_only is False else "",
        silent=source if image.writable is None else "",
        helper=helper,
    )


_FACTS: Mapping[Control, tuple[str, ...]] = {
    Control.USER: ("default_user",),
    Control.CAPABILITIES: ("capabilities",),
    Control.NO_NEW_PRIVILEGES: ("no_new_privileges",),
    Control.READ_ONLY: ("read_only", "writable"),
    Control.SECCOMP: (),
}
"""The facts of a profile that each control rests on; any profile is enough for Docker's default seccomp profile."""


def built(
    dockerfile: Dockerfile, stage: Stage, identity: StageIdentity, likely: tuple[Writable, ...], *, fixable: bool
) -> Program:
    """Return what is known of an image that a Dockerfile makes.

    `likely` is where it prepares to write; `fixable`: this run may give it its USER.
    """
    program = _built(dockerfile, stage, identity, likely, fixable=fixable)
    commands = (command for run in stage.runs() for command in run.commands)
    gifted = next((command for command in commands if command.name == "setcap" and "-r" not in command.arguments), None)
    helper = f"{gifted.arguments[-1]} (`setcap` in {dockerfile.file} gives it capabilities)" if gifted else ""
    return program.using(helper)


def _built(
    dockerfile: Dockerfile, stage: Stage, identity: StageIdentity, likely: tuple[Writable, ...], *, fixable: bool
) -> Program:
    if identity.current is not None and identity.current.uid != 0:
        source = f"{dockerfile.file} ends as {identity.current}"
        return Program(Start.NON_ROOT, source, user=identity.current, capabilities=(), likely=likely)
    if identity.planned is not None and fixable and identity.verdict.safety is not Safety.HELD:
        return Program(
            Start.NON_ROOT,
            f"{dockerfile.file} ends as {identity.planned}, as this run fixes it",
            user=identity.planned,
            capabilities=(),
            likely=likely,
            requires=(Key(NON_ROOT_USER, dockerfile.file, stage.subject),),
            doubt=_doubt(dockerfile, identity.verdict),
            otherwise=Program(
                identity.start,
                user=identity.current,
                unknown=f"{dockerfile.file} leaves it root without its unsafe fix",
                likely=likely,
            ),
        )
    if identity.base is not None and not identity.base.base and identity.keeps_entrypoint:
        return replace(profiled(identity.base), likely=likely)
    reason = identity.verdict.reason or "its image runs as root, and dockerfile-non-root-user is not in this run"
    return Program(identity.start, unknown=f"{dockerfile.file}: {reason}", likely=likely)


def _doubt(dockerfile: Dockerfile, verdict: Verdict) -> str:
    return (
        f"it rests on an unsafe fix in {dockerfile.file}: {verdict.reason}" if verdict.safety is Safety.UNSAFE else ""
    )
