FROM node:20-alpine
WORKDIR /app
USER node
COPY --chown=1000:1000 . .
CMD ["node", "main.js"]
