# The bot. Context: the checkout's root.
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:20.20.2-bookworm-slim
WORKDIR /app
# The health check asks there; where more than this container is to ask, set QUANTSPOT_STATUS_HOST.
ENV NODE_ENV=production QUANTSPOT_STATUS_PORT=9464
COPY --from=packages /app/node_modules node_modules
COPY package.json tsconfig.json ./
COPY commands commands
COPY src src
USER node
EXPOSE 9464
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then(({ok}) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# One process, or with QUANTSPOT_SHARDS one for each shard.
CMD ["node", "--import", "tsx", "src/shards.ts"]
