FROM python:3.12-slim
RUN groupadd -r web \
    # the service account
    && useradd -r -g web -u 1000 web
USER web:web
CMD ["python", "-m", "http.server", "8080"]
