/**
 * Real servers for tests and benchmarks. A missing one makes its tests skip with its name printed, and fail when
 * REQUIRE_SERVERS=1: `describe.skipIf(findServer("redis-server") === undefined)("...", ...)`.
 */
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as connectNats } from "nats";
import { eventually, freePort, start, type Server } from "./server-process.ts";

export { eventually, findServer, freePort, type Server } from "./server-process.ts";

/** Connects, sends `question`, and tells whether what comes back begins with `answer`. */
const speaks = (port: number, question: string, answer: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(question));
    socket.once("data", (data) => {
      resolve(data.toString().startsWith(answer));
      socket.destroy();
    });
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  });

const httpOk = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
};

export interface NatsOptions {
  /** Appended to its configuration file. */
  readonly config?: string;
  /** Where JetStream keeps its files; a folder that goes with the server when left out. */
  readonly store?: string;
  readonly maxFileStore?: string;
}

/** nats-server with JetStream. */
export const startNats = ({ config = "", store, maxFileStore = "2GB" }: NatsOptions = {}): Promise<Server> =>
  start({
    name: "nats-server",
    scheme: "nats",
    prepare(folder, port) {
      writeFileSync(
        join(folder, "nats.conf"),
        `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${store ?? folder}", max_memory_store: 256MB, max_file_store: ${maxFileStore} }\n${config}\n`,
      );
      return ["-c", join(folder, "nats.conf")];
    },
    answers: (port) => speaks(port, "", "INFO"),
  });

export interface NatsCluster {
  /** `n0`, `n1`, ...: the names by which JetStream tells its leaders. */
  readonly servers: ReadonlyMap<string, Server>;
  /** All addresses, with commas between. */
  readonly url: string;
  /** Starts those that were left out. */
  join(): Promise<void>;
  stop(): Promise<void>;
}

/** Servers in one cluster, the last `absent` of them not started yet; resolves when its JetStream has a leader. */
export const startNatsCluster = async (size = 3, absent = 0): Promise<NatsCluster> => {
  const ports: number[] = [];
  while (ports.length < size) ports.push(await freePort());
  const servers = new Map<string, Server>();
  const startOnes = async (from: number, to: number): Promise<void> => {
    for (let k = from; k < to; k += 1) {
      const routes = ports.filter((_, other) => other !== k).map((port) => `"nats://127.0.0.1:${port}"`);
      const cluster = `cluster { name: shoal, listen: "127.0.0.1:${ports[k]}", routes: [${routes.join(", ")}] }`;
      servers.set(`n${k}`, await startNats({ config: `server_name: n${k}\n${cluster}` }));
    }
  };
  await startOnes(0, size - absent);
  const url = [...servers.values()].map((server) => server.url).join(",");
  const connection = await connectNats({ servers: url.split(",") });
  await eventually(
    "JetStream to have a leader",
    () =>
      connection.jetstreamManager({ timeout: 1_000 }).then(
        () => true,
        () => false,
      ),
    30_000,
  );
  await connection.close();
  return {
    servers,
    url,
    join: () => startOnes(size - absent, size),
    async stop() {
      for (const server of servers.values()) await server.stop();
    },
  };
};

/** Redis with nothing saved to disk unless `args` say so. */
export const startRedis = ({ args = [] as readonly string[] } = {}): Promise<Server> =>
  start({
    name: "redis-server",
    scheme: "redis",
    prepare: (folder, port) => [
      "--port",
      `${port}`,
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
      "--save",
      "",
      "--appendonly",
      "no",
      ...args,
    ],
    answers: (port) => speaks(port, "PING\r\n", "+PONG"),
  });

/** InfluxDB 1.x. `http`, `data` and `coordinator` are lines appended to those sections of its configuration. */
export const startInflux = ({ http = "", data = "", coordinator = "" } = {}): Promise<Server> =>
  start({
    name: "influxd",
    scheme: "http",
    prepare(folder, port, secondPort) {
      writeFileSync(
        join(folder, "influx.conf"),
        `bind-address = "127.0.0.1:${secondPort}"
reporting-disabled = true
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
${data}
[coordinator]
${coordinator}
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
${http}
`,
      );
      return ["-config", join(folder, "influx.conf")];
    },
    answers: (port) => httpOk(`http://127.0.0.1:${port}/ping`),
  });

/** Prometheus that scrapes `/metrics` of `targets` ("127.0.0.1:3030") every `intervalMs`. */
export const startPrometheus = ({
  targets = [] as readonly string[],
  intervalMs = 200,
} = {}): Promise<Server> =>
  start({
    name: "prometheus",
    scheme: "http",
    prepare(folder, port) {
      writeFileSync(
        join(folder, "prometheus.yml"),
        `global: { scrape_interval: ${intervalMs}ms, scrape_timeout: ${intervalMs}ms }
scrape_configs: [{ job_name: shoal, static_configs: [{ targets: ${JSON.stringify(targets)} }] }]
`,
      );
      return [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ];
    },
    answers: (port) => httpOk(`http://127.0.0.1:${port}/-/ready`),
  });
