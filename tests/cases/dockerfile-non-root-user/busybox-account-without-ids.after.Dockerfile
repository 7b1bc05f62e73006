FROM node:20-alpine
RUN addgroup -S -g 10001 app && adduser -S -G app -u 10001 app
COPY serve.js /serve.js
USER 10001:10001
CMD ["node", "/serve.js"]
