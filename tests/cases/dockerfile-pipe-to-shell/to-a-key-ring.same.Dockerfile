FROM python:3.12-slim
RUN curl https://example.com/key.gpg | gpg --dearmor -o /a && wget -qO- https://example.com/k | apt-key add -
