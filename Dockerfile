# The service alone: Node runs the sources as they stand, so there is nothing to build.
FROM node:24.21.0-bookworm-slim

ENV NODE_ENV=production
WORKDIR /app

COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force

COPY LICENSE ./
COPY src ./src

USER node
EXPOSE 3000
# Not through npm, so that SIGTERM reaches the service itself.
CMD ["node", "src/main.ts"]
