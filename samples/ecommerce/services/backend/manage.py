#!/usr/bin/env python
"""One entry point for everything that the backend image can be started as."""

import argparse

from shop import beat, checks, server, static, worker


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py")
    commands = parser.add_subparsers(dest="command", required=True)

    serve = commands.add_parser("serve", help="HTTP API")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=lambda options: server.run(options.port))

    work = commands.add_parser("worker", help="take tasks from the queues")
    work.add_argument("--queues", default="default")
    work.add_argument("--poll", type=float, default=5.0, help="seconds to wait for a task")
    work.set_defaults(run=lambda options: worker.run(options.queues.split(","), options.poll))

    schedule = commands.add_parser("beat", help="put periodic tasks on the queues")
    schedule.add_argument("--interval", type=float, default=60.0, help="seconds between two rounds")
    schedule.set_defaults(run=lambda options: beat.run(options.interval))

    collect = commands.add_parser("collectstatic", help="copy assets to the static files folder")
    collect.set_defaults(run=lambda options: static.collect())

    check = commands.add_parser("check", help="exit 0 when the HTTP API answers")
    check.add_argument("--port", type=int, default=8000)
    check.set_defaults(run=lambda options: checks.api_answers(options.port))

    expire = commands.add_parser("expire-carts", help="drop carts that nobody came back to")
    expire.set_defaults(run=lambda options: worker.handle("expire-carts"))

    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
