FROM golang:1.23 AS build
CMD go test
FROM python:3.12-slim
HEALTHCHECK CMD true
CMD python app.py
