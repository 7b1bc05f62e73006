# The web application.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1

# the program lives here
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt

EXPOSE 8000

# one process, the orchestrator scales
CMD ["python", "-m", "web"]
