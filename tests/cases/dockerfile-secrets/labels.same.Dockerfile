FROM python:3.12-slim
LABEL token=none description="needs a password" maintainer="a <a@example.com>"
