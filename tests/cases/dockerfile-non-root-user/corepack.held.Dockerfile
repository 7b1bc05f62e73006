FROM node:22
RUN corepack enable && pnpm install
CMD ["pnpm", "start"]
