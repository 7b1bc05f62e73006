FROM python:3.12-slim
RUN curl https://example.com/a | grep version && wget https://example.com/b && ash -c true
