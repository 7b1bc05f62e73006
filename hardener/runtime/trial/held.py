"""Fixes that are held because nothing tells what a service needs: proposed all the same, for a trial to tell.

What the fixers would write is asked of themselves, with facts that a trial could show: what they hold even then cannot
be helped by a trial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from hardener.engine.result import Outcome, State
from hardener.model.compose.serviceuser import COMPOSE_USER
from hardener.model.dockerfile.identity import NON_ROOT_USER
from hardener.model.images.ownprofiles import find_folder, read_profiles
from hardener.model.images.profiles import Writable
from hardener.model.servicefacts import ServiceFacts
from hardener.model.settings import User
from hardener.runtime.trial.composetool import services_of
from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import Place, changed
from hardener.runtime.trial.subject import Subject

USERS = (COMPOSE_USER, NON_ROOT_USER)
CAPABILITIES = "compose-drop-capabilities"
NO_NEW_PRIVILEGES = "compose-no-new-privileges"
READ_ONLY = "compose-read-only"
TRIABLE = (*USERS, CAPABILITIES, NO_NEW_PRIVILEGES, READ_ONLY)
"""Rules whose fix a trial can tell something about."""


class Proposal(NamedTuple):
    """A project with what can be tried of the fixes that are held."""

    subject: Subject
    tried: Mapping[str, Mapping[str, str]]
    """By service and rule: why the fixers hold what is tried."""
    held: Mapping[str, Mapping[str, str]]
    """By service and rule: why the fixers hold what cannot be tried."""
    controls: Mapping[str, tuple[str, ...]]
    """By service: the controls that nobody but the proposal would change."""


def with_held(subject: Subject, before: Mapping[str, Observation], likely: Callable[[str], Sequence[str]]) -> Proposal:
    """Return the project with proposals for what is held; `likely` returns as whom a service might work.

    Raises EngineError.
    """
    held = {name: _held(subject.outcomes.get(name, ())) for name in before}
    triable = {name: [rule for rule in found if rule in TRIABLE] for name, found in held.items()}
    facts = [_assumed(subject, name, rules, before[name], likely) for name, rules in triable.items() if rules]
    if not facts:
        return Proposal(subject, {}, held, {})
    proposed = subject.assuming(facts)
    left = {name: _held(proposed.outcomes.get(name, ())) for name in before}
    tried = {name: {rule: held[name][rule] for rule in triable[name] if rule not in left[name]} for name in before}
    return Proposal(proposed, tried, left, {name: _only_in(proposed, subject, name) for name in before})


def _only_in(proposed: Subject, subject: Subject, name: str) -> tuple[str, ...]:
    before, after, more = (services_of(model)[name] for model in (subject.before, subject.after, proposed.after))
    usual = changed(before, after)
    return tuple(control for control in changed(before, more) if control not in usual)


def _held(outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {each.finding.rule: each.reason for each in outcomes if each.state is State.HELD}


def _assumed(
    subject: Subject, name: str, rules: Sequence[str], seen: Observation, likely: Callable[[str], Sequence[str]]
) -> ServiceFacts:
    """Return facts under which the fixers would not hold those rules, if a trial can show such facts at all."""
    facts = _known(subject, name, seen.image_id)
    users = likely(name) if set(rules) & set(USERS) else ()
    user = next((user for user in users if user not in facts.failed_users), "")
    if user:
        uid, _, gid = user.partition(":")
        facts = replace(facts, user=User(int(uid), int(gid)))
    if CAPABILITIES in rules:
        facts = replace(facts, capabilities=())
    if NO_NEW_PRIVILEGES in rules:
        facts = replace(facts, no_new_privileges=True)
    if READ_ONLY in rules:
        places = map(Place.at, seen.written)
        facts = replace(facts, writable=tuple(Writable(place.path, place.kind, False) for place in places))
    return facts


def _known(subject: Subject, name: str, image_id: str) -> ServiceFacts:
    """Return what an earlier trial showed of a service that runs this image, else that nothing was shown."""
    known, digests = subject.known[name], tuple(subject.dockerfiles.get(name, ()))
    image, command = known.image or "", known.started
    nothing = ServiceFacts(
        compose=subject.file, service=name, source="this trial", image=image, command=command, dockerfiles=digests
    )
    written = read_profiles(find_folder(subject.file)).services
    earlier = (facts for facts in written if (facts.compose, facts.service) == (subject.file, name))
    dockerfile = subject.dockerfile(name)
    return next((facts for facts in earlier if not facts.stale(image, command, dockerfile, image_id)), nothing)
