FROM node:20-alpine
RUN addgroup -S app && adduser -S -G app app
COPY serve.js /serve.js
CMD ["node", "/serve.js"]
