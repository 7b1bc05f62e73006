# syntax=docker/dockerfile:1
FROM python:3.12-slim
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --create-home --shell /usr/sbin/nologin app
WORKDIR /app
COPY <<EOF /app/README
USER is set below.
USER nobody
FROM here on all is text
CMD ["false"]
EOF
RUN <<EOF
set -e
pip install gunicorn
# USER app
EOF
RUN chown 10001:10001 /app
USER 10001:10001
HEALTHCHECK --interval=30s \
    # a comment in between

    CMD python -c "import urllib.request"
CMD ["gunicorn", "web:app"]
