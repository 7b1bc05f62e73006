FROM python:3.12-slim
ARG VERSION
ADD https://example.com/v$VERSION/agent.jar /app/
ADD --chmod=644 agent-${VERSION}.tar.gz /app/
