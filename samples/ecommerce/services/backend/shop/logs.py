"""Every process logs to the console and to its own rotating file."""

import logging
from logging.handlers import RotatingFileHandler

from shop import settings


def start(process: str) -> logging.Logger:
    logger = logging.getLogger(process)
    logger.setLevel(logging.INFO)
    line = logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s")
    file = RotatingFileHandler(settings.LOGS / f"{process}.log", maxBytes=1_000_000, backupCount=3)
    for handler in (logging.StreamHandler(), file):
        handler.setFormatter(line)
        logger.addHandler(handler)
    return logger
