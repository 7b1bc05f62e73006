FROM node:22-alpine
RUN adduser --system --uid 1001 nextjs
RUN addgroup --system --gid 1001 nodejs
USER nextjs
CMD ["node", "server.js"]
