FROM python:3.12-slim
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY . .
COPY a /srv/a
USER 1000:1000
CMD ["true"]
