FROM node:20 AS base
USER node

FROM base
WORKDIR /app
CMD ["node", "main.js"]
