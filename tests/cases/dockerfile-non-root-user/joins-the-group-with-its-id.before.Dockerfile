FROM node:22-alpine
WORKDIR /app
RUN addgroup --system --gid 1001 nodejs
RUN adduser --system --uid 1001 nextjs
COPY --chown=nextjs:nodejs .next/standalone ./
USER nextjs
CMD ["node", "server.js"]
