FROM node:20-alpine
WORKDIR /home/node/app
USER 1000:1000
COPY --chown=node:node . .
RUN npm ci
CMD ["node", "main.js"]
