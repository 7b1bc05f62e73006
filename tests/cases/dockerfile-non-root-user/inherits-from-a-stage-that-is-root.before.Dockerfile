FROM python:3.12-slim AS base
WORKDIR /app

FROM base AS test
RUN pip install pytest

FROM base
COPY . .
CMD ["python", "main.py"]
