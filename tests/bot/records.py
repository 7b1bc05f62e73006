"""Objects as GitHub's API has them, with what this tool does not ask for filled in."""

from __future__ import annotations

from typing import Any

NOW = "2026-01-01T00:00:00Z"

_OF_A_REPOSITORY = [
    "archive",
    "assignees",
    "blobs",
    "branches",
    "collaborators",
    "comments",
    "commits",
    "compare",
    "contents",
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "git_commits",
    "git_refs",
    "git_tags",
    "hooks",
    "issue_comment",
    "issue_events",
    "issues",
    "keys",
    "labels",
    "languages",
    "merges",
    "milestones",
    "notifications",
    "pulls",
    "releases",
    "stargazers",
    "statuses",
    "subscribers",
    "subscription",
    "tags",
    "teams",
    "trees",
    "svn",
    "git",
    "ssh",
]
_OF_A_PULL = ["diff", "patch", "issue", "commits", "review_comments", "review_comment", "comments", "statuses"]
_OF_A_USER = [
    "avatar",
    "events",
    "followers",
    "following",
    "gists",
    "organizations",
    "received_events",
    "repos",
    "starred",
    "subscriptions",
    "html",
]
_COUNTS = [
    "forks",
    "forks_count",
    "open_issues",
    "open_issues_count",
    "size",
    "stargazers_count",
    "watchers",
    "watchers_count",
    "network_count",
    "subscribers_count",
]


def links(url: str, names: list[str]) -> dict[str, str]:
    return {f"{name}_url": f"{url}/{name}" for name in names}


def user(api: str, login: str) -> dict[str, Any]:
    url = f"{api}/users/{login}"
    more = {"login": login, "id": 1, "node_id": "U", "gravatar_id": "", "url": url, "type": "User", "site_admin": False}
    return {**links(url, _OF_A_USER), **more}


def repository(api: str, server: str, slug: str, number: int = 1) -> dict[str, Any]:
    owner, _, name = slug.partition("/")
    url = f"{api}/repos/{slug}"
    flags = [
        "private",
        "fork",
        "has_issues",
        "has_projects",
        "has_wiki",
        "has_pages",
        "has_discussions",
        "has_downloads",
        "archived",
        "disabled",
    ]
    return {
        **links(url, _OF_A_REPOSITORY),
        **dict.fromkeys(flags, False),
        **dict.fromkeys(_COUNTS, 0),
        **dict.fromkeys(("description", "homepage", "language", "mirror_url", "license"), None),
        **dict.fromkeys(("created_at", "updated_at", "pushed_at"), NOW),
        "id": number, "node_id": "R", "name": name, "full_name": slug, "owner": user(api, owner), "url": url,
        "html_url": f"{server}/{slug}", "clone_url": f"{server}/{slug}.git", "default_branch": "main",
        "git_url": f"git://localhost/{slug}.git", "ssh_url": f"git@localhost:{slug}.git",
        "allow_forking": True, "is_template": False, "topics": [], "visibility": "public",
        "web_commit_signoff_required": False,
    }  # fmt: skip


def pull(url: str, number: int, about: dict[str, Any]) -> dict[str, Any]:
    """Return a pull request at the URL of a repository; `about` has what differs."""
    here = f"{url}/pulls/{number}"
    relations = ["self", "html", "issue", "comments", "review_comments", "review_comment", "commits", "statuses"]
    return {
        **links(here, _OF_A_PULL),
        **dict.fromkeys(("assignee", "milestone", "merge_commit_sha", "auto_merge", "merged_by", "mergeable"), None),
        **dict.fromkeys(("locked", "merged", "maintainer_can_modify"), False),
        **dict.fromkeys(("additions", "changed_files", "comments", "commits", "deletions", "review_comments"), 0),
        "id": number, "node_id": "P", "number": number, "url": here, "mergeable_state": "clean",
        "html_url": here.replace("/api/v3/repos", "").replace("/pulls/", "/pull/"),
        "created_at": NOW, "updated_at": NOW,
        "author_association": "MEMBER", "_links": {name: {"href": f"{here}/{name}"} for name in relations},
        "assignees": [], "requested_reviewers": [], "requested_teams": [],
        "issue_url": f"{url}/issues/{number}", "review_comments_url": f"{here}/comments",
        **about,
    }  # fmt: skip


def label(api: str, name: str) -> dict[str, Any]:
    more = {"id": 1, "node_id": "L", "name": name, "description": "", "color": "ededed", "default": False}
    return {"url": f"{api}/labels/x", **more}


def issue(url: str, number: int, author: dict[str, Any]) -> dict[str, Any]:
    here = f"{url}/issues/{number}"
    more = {"id": 1, "node_id": "I", "number": number, "title": "t", "state": "open", "locked": False, "comments": 0}
    none = dict.fromkeys(("assignee", "closed_at", "milestone"), None)
    times = {"created_at": NOW, "updated_at": NOW, "repository_url": url, "url": here, "author_association": "NONE"}
    return {
        **links(here, ["comments", "events", "html", "labels"]),
        **more,
        **none,
        **times,
        "labels": [],
        "assignees": [],
        "user": author,
    }


def review(url: str, number: int, author: dict[str, Any], body: str, commit: str) -> dict[str, Any]:
    here = f"{url}/pulls/{number}"
    relations = {name: {"href": here} for name in ("html", "pull_request")}
    more = {
        "id": 1,
        "node_id": "V",
        "body": body,
        "state": "COMMENTED",
        "commit_id": commit,
        "author_association": "NONE",
    }
    return {
        **more,
        "user": author,
        "html_url": here,
        "pull_request_url": here,
        "_links": relations,
        "submitted_at": NOW,
    }


def comment(url: str, number: int, author: dict[str, Any], about: dict[str, Any], commit: str) -> dict[str, Any]:
    here = f"{url}/pulls/{number}"
    relations = {name: {"href": here} for name in ("self", "html", "pull_request")}
    more = {"id": 1, "node_id": "C", "url": here, "pull_request_review_id": 1, "diff_hunk": "", "html_url": here}
    times = {"created_at": NOW, "updated_at": NOW, "pull_request_url": here, "author_association": "NONE"}
    at = {"commit_id": commit, "original_commit_id": commit, "path": about["path"], "body": about["body"]}
    return {**more, **times, **at, "user": author, "_links": relations, "line": about["line"], "side": about["side"]}
