FROM node:22-alpine
WORKDIR /app
COPY --chown=node:node . .
EXPOSE 3000
USER node
RUN npm ci
COPY public public
CMD ["node", "a.js"]
