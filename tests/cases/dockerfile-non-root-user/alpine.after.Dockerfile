FROM node:20-alpine
LABEL org.opencontainers.image.title="shop"
RUN addgroup -S -g 10001 app \
    && adduser -S -D -s /sbin/nologin -u 10001 -G app app
WORKDIR /srv/shop
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY src src
RUN chown 10001:10001 /srv/shop
USER 10001:10001
ENTRYPOINT ["node", "src/server.js"]
