FROM node:22 AS build
RUN curl https://get.example.com | sh
FROM scratch
COPY --from=build /a /a
