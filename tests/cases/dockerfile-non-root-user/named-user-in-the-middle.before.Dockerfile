FROM node:20-alpine
WORKDIR /home/node/app
USER node
COPY --chown=node:node . .
RUN npm ci
CMD ["node", "main.js"]
