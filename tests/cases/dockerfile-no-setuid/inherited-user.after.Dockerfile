FROM node:22-alpine
WORKDIR /app
COPY --chown=node:node . .
EXPOSE 3000
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} +
USER node
RUN npm ci
COPY public public
CMD ["node", "a.js"]
