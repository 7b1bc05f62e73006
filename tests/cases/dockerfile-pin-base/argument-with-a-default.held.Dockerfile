ARG VERSION=3.12
FROM --platform=linux/amd64 python:${VERSION} AS base
