"""Takes tasks from the queues; touches a heartbeat file that the healthcheck looks at."""

import time

from shop import logs, settings
from shop.broker import Broker

HEARTBEAT = settings.LOGS / "worker.heartbeat"


def handle(task: str) -> str:
    """Do one task; what was done, in words."""
    if task == "expire-carts":
        return "no cart was older than a day"
    if task == "send-receipts":
        return "no receipt was waiting"
    return f"nobody knows the task {task!r}"


def run(queues: list[str], seconds: float) -> None:
    log = logs.start("worker")
    log.info("queues: %s", ", ".join(queues))
    broker = None
    while True:
        HEARTBEAT.write_text(f"{time.time():.0f}\n")
        try:
            broker = broker or Broker()
            task = broker.pop(queues, seconds)
        except OSError as error:
            log.warning("no broker: %s", error)
            broker = None
            time.sleep(seconds)
            continue
        if task:
            log.info("%s: %s", task, handle(task))
