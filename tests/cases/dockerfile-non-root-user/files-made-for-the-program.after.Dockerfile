FROM python:3.12-slim
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && touch db.sqlite3 app/__init__.py && : > web.log && touch x.pid && rm *.pid
RUN echo 1 > version.txt
RUN chown 10001:10001 /app /app/db.sqlite3 /app/web.log /app/version.txt
USER 10001:10001
CMD ["gunicorn", "site.wsgi"]
