FROM python:3.12-slim
RUN useradd --create-home --uid 1000 web
USER 1000
CMD ["python", "-m", "http.server", "8080"]
