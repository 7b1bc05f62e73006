FROM python:3.12-slim
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
WORKDIR /app
COPY . .
USER 10001:10001
CMD python manage.py migrate && gunicorn shop.wsgi
