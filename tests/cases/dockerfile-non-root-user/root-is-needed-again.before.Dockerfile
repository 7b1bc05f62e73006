FROM gcr.io/distroless/python3-debian12:nonroot AS tools
FROM python:3.12-alpine AS base
RUN adduser -D -u 1234 web
USER web

FROM base
USER root
RUN apk add --no-cache curl
CMD ["python", "-m", "http.server", "8080"]
