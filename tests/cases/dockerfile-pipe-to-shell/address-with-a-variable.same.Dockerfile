FROM python:3.12-slim
RUN VERSION="$(curl https://example.com/latest)" && sh -c "echo $(curl https://example.com)"
