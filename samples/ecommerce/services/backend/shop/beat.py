"""Puts the periodic tasks on the queues and remembers when it last did."""

import json
import time

from shop import logs, settings
from shop.broker import Broker

PERIODIC = (("default", "expire-carts"), ("mail", "send-receipts"))
SCHEDULE = settings.LOGS / "beat-schedule.json"


def run(interval: float) -> None:
    log = logs.start("beat")
    while True:
        try:
            broker = Broker()
            for queue, task in PERIODIC:
                broker.push(queue, task)
        except OSError as error:
            log.warning("no broker: %s", error)
        SCHEDULE.write_text(json.dumps({"last_round": time.time(), "tasks": [task for _, task in PERIODIC]}))
        time.sleep(interval)
