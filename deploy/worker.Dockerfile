# The worker with its engine. PyTorch's wheels bring the CUDA libraries; the driver comes with the NVIDIA runtime.
# Context: the checkout's root.
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:20.20.2-bookworm-slim AS python
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 python3-venv \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app/gpu-worker
COPY gpu-worker/requirements.lock .
RUN python3 -m venv .venv && .venv/bin/pip install --no-cache-dir -r requirements.lock

FROM node:20.20.2-bookworm-slim
# g++ and Python's headers: torch.compile builds its kernels at first use. Quanto's int4 wants NVIDIA's toolkit besides, which
# would make the image larger by gigabytes: it is not offered here.
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 python3-dev g++ \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /cache
WORKDIR /app
# Whatever is downloaded or compiled goes to the one place that can be written. These are no settings of .env, whose empty
# lines would come after them.
ENV NODE_ENV=production \
    QUANTSPOT_STATUS_PORT=9464 \
    XDG_CACHE_HOME=/cache \
    TRITON_CACHE_DIR=/cache/triton \
    TORCHINDUCTOR_CACHE_DIR=/cache/quantspot/compiled \
    PYTHONDONTWRITEBYTECODE=1
COPY --from=python /app/gpu-worker/.venv gpu-worker/.venv
COPY --from=packages /app/node_modules node_modules
COPY package.json tsconfig.json ./
COPY src src
COPY gpu-worker/pyproject.toml gpu-worker/
COPY gpu-worker/quantspot_worker gpu-worker/quantspot_worker
COPY gpu-worker/models gpu-worker/models
USER node
VOLUME /cache
EXPOSE 9464
# Loading a model takes minutes; until then the engine counts as starting, not as ill.
HEALTHCHECK --interval=15s --timeout=5s --start-period=600s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then(({ok}) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "tsx", "src/worker.ts"]
