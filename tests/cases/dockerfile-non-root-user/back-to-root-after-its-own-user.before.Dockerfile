FROM python:3.12-slim
RUN groupadd -g 1500 web && useradd -g web -u 1500 -m web
USER web
RUN pip install --user gunicorn
USER root
RUN apt-get update
CMD ["python", "-m", "http.server", "8080"]
