FROM python:3.12-slim AS base
HEALTHCHECK CMD python health.py
FROM base
CMD python app.py
