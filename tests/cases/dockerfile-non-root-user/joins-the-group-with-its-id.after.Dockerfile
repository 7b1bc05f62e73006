FROM node:22-alpine
WORKDIR /app
RUN addgroup --system --gid 1001 nodejs
RUN adduser --system --uid 1001 -G nodejs nextjs
COPY --chown=nextjs:nodejs .next/standalone ./
USER 1001:1001
CMD ["node", "server.js"]
