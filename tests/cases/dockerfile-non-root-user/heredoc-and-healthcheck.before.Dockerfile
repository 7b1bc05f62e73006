# syntax=docker/dockerfile:1
FROM python:3.12-slim
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
HEALTHCHECK --interval=30s \
    # a comment in between

    CMD python -c "import urllib.request"
CMD ["gunicorn", "web:app"]
