FROM python:3.12-slim
COPY --link --chmod=0644 --exclude=*.md docs.html /srv/
USER 1000:1000
