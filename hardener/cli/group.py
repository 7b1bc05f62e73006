"""A group of commands that are loaded on demand, with one that runs where none is named."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem
from click_default_group import DefaultGroup


class CommandGroup(DefaultGroup):
    """Knows its commands by the modules that define them; a first argument that names none belongs to the default."""

    def __init__(self, *args: Any, modules: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)  # type: ignore[no-untyped-call]  # click-default-group has no types
        self._modules = modules

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the commands' names in the order in which they are shown."""
        return list(self._modules)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name, loading it."""
        if cmd_name not in self._modules:
            return None
        if cmd_name not in self.commands:
            self.add_command(getattr(import_module(self._modules[cmd_name]), cmd_name))
        return self.commands[cmd_name]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command's name where none stands.

        DefaultGroup does so after it has read the arguments, and by then the `--` in front of a file name is lost.
        """
        own = {*self._modules, "--version", *ctx.help_option_names}
        if ctx.resilient_parsing and not args:  # a shell completes the first word, which may name a command
            return click.Group.parse_args(self, ctx, args)
        if args and args[0] not in own:
            args = [str(self.default_cmd_name), *args]
        rest: list[str] = super().parse_args(ctx, args)  # type: ignore[no-untyped-call]  # click-default-group has no types
        return rest

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return what the first word may be: what the default command takes, a command, an option of the group."""
        default = self._default(ctx)
        its = click.Context(default, parent=ctx, resilient_parsing=True)
        found = default.shell_complete(its, incomplete)
        for param in default.params:
            if isinstance(param, click.Argument) and not incomplete.startswith("-"):
                found += param.shell_complete(its, incomplete)
        found += super().shell_complete(ctx, incomplete)
        return list({(item.type, item.value): item for item in found}.values())

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the usage of the default command: naming it is optional."""
        return ["[COMMAND]", *self._default(ctx).collect_usage_pieces(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the default command's options and the group's own, then the commands."""
        params = (*self._default(ctx).params, *self.get_params(ctx))
        options = {param.name: param for param in params if isinstance(param, click.Option)}
        with formatter.section("Options"):
            formatter.write_dl([record for option in options.values() if (record := option.get_help_record(ctx))])
        self.format_commands(ctx, formatter)  # type: ignore[no-untyped-call]  # click-default-group has no types

    def _default(self, ctx: click.Context) -> click.Command:
        command = self.get_command(ctx, str(self.default_cmd_name))
        if command is None:
            raise LookupError(self.default_cmd_name)
        return command
