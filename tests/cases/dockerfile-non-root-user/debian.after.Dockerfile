# The web application.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1

RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app

# the program lives here
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt

EXPOSE 8000

RUN chown 10001:10001 /app
USER 10001:10001

# one process, the orchestrator scales
CMD ["python", "-m", "web"]
