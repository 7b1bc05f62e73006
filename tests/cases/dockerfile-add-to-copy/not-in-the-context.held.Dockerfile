FROM python:3.12-slim
ADD server /usr/local/bin/
