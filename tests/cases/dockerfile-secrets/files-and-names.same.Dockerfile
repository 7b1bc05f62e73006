FROM python:3.12-slim
ENV DB_PASSWORD_FILE=/run/secrets/db SECRET_NAME=app TOKEN_URL=https://example.com/token PASSWORD=/run/secrets/p
