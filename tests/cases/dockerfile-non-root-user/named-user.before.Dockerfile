FROM python:3.12-slim
RUN groupadd --gid 2000 web && useradd --uid 2000 --gid web --create-home web
WORKDIR /home/web
USER web
CMD ["python", "-m", "http.server", "8080"]
