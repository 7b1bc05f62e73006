FROM python:3.12-slim
RUN curl -L https://example.com/a.tgz | tar xz
