FROM python:3.12-slim AS base
WORKDIR /app

FROM base AS test
RUN pip install pytest

FROM base
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
COPY . .
RUN chown 10001:10001 /app
USER 10001:10001
CMD ["python", "main.py"]
