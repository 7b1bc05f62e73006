FROM node:20-alpine
LABEL org.opencontainers.image.title="shop"
WORKDIR /srv/shop
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY src src
ENTRYPOINT ["node", "src/server.js"]
