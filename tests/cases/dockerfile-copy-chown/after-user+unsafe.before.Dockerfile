FROM node:20-alpine
WORKDIR /app
USER node
COPY . .
CMD ["node", "main.js"]
