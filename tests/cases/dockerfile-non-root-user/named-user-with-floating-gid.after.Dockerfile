FROM python:3.12-slim
RUN groupadd -r -g 1000 web \
    # the service account
    && useradd -r -g web -u 1000 web
USER 1000:1000
CMD ["python", "-m", "http.server", "8080"]
