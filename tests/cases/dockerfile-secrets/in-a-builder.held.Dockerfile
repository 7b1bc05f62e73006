FROM node:22 AS build
ENV NPM_TOKEN=1a2b3c4d5e
FROM scratch
COPY --from=build /a /a
