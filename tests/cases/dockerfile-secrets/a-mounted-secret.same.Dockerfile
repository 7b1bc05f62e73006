FROM python:3.12-slim
RUN --mount=type=secret,id=token,env=NPM_TOKEN npm ci
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
RUN TOKEN=$(cat /run/secrets/token) ./fetch
