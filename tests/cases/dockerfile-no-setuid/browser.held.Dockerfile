FROM node:22-slim
RUN apt-get update && apt-get install -y chromium
USER node
CMD ["node", "a.js"]
