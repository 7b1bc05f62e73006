FROM python:3.12-slim AS build
COPY .npmrc ./
FROM scratch
COPY --from=build /a /a
