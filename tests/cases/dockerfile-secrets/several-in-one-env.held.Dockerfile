FROM python:3.12-slim
ENV APP_ENV=production \
    # the key of the sessions
    SECRET_KEY="9f2c1d" \
    PORT=8080
