FROM node:20 AS base
USER node

FROM base
WORKDIR /app
USER 1000:1000
CMD ["node", "main.js"]
