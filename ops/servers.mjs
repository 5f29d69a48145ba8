/**
 * `npm run servers`: looks for the servers that the tests want to talk to, and installs what is missing where it may
 * (Debian, root or password-less sudo). Elsewhere it says which tests will skip. Exit code 1 when something is still
 * missing and REQUIRE_SERVERS=1. `node ops/servers.mjs containers`: also what the tests of containers want, which run by wish only.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const withContainers = process.argv.includes("containers");

const servers = [
  { program: "nats-server", package: "nats-server", tests: "of the bus and of the JetStream journal" },
  { program: "redis-server", package: "redis-server", tests: "of the Redis cache" },
  { program: "influxd", package: "influxdb", tests: "of ticks in InfluxDB" },
  { program: "prometheus", package: "prometheus", tests: "that scrape metrics" },
  // podman with what runs containers, names them on their networks and starts several at once.
  ...(withContainers
    ? [
        ["podman", "podman"],
        ["buildah", "buildah"],
        ["runc", "runc"],
        ["/usr/lib/podman/netavark", "netavark"],
        ["/usr/lib/podman/aardvark-dns", "aardvark-dns"],
        ["docker-compose", "docker-compose"],
        ["iptables", "iptables"],
        ["nsenter", "util-linux"],
        ["busybox", "busybox-static"],
      ].map(([program, name]) => ({ program, package: name, tests: "of containers" }))
    : []),
];

const find = (program) =>
  [
    ...(process.env.PATH ?? "").split(delimiter),
    "/usr/sbin",
    "/sbin",
    "/bin",
    "/usr/local/bin",
    "/usr/local/sbin",
  ]
    .map((folder) => (program.startsWith("/") ? program : join(folder, program)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

const missing = () => servers.filter(({ program }) => find(program) === undefined);

/** What to put before a command so that it runs as root; undefined when that cannot be. */
const asRoot = () => {
  if (process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"]).status === 0 ? ["sudo", "-n"] : undefined;
};

const run = (command) => {
  process.stdout.write(`$ ${command.join(" ")}\n`);
  const [program, ...args] = command;
  return spawnSync(program, args, { stdio: "inherit" }).status;
};

const install = (wanted) => {
  const root = asRoot();
  if (!existsSync("/etc/debian_version") || root === undefined) {
    process.stdout.write(
      "Not installing: that needs Debian, and root or a sudo that asks for no password.\n",
    );
    return;
  }
  const packages = wanted.map((server) => server.package);
  run([...root, "apt-get", "update"]);
  // Together, or else one by one: a package that this release lacks must not keep the others out.
  const apt = [
    ...root,
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    "install",
    "-y",
    "--no-install-recommends",
  ];
  if (run([...apt, ...packages]) !== 0) for (const name of packages) run([...apt, name]);
};

const wanted = missing();
if (wanted.length > 0) install(wanted);

const still = missing();
for (const { program, tests } of servers) {
  const path = find(program);
  process.stdout.write(`${program.padEnd(28)} ${path ?? `missing: the tests ${tests} will skip`}\n`);
}
if (still.length > 0 && process.env.REQUIRE_SERVERS === "1") {
  process.stderr.write(`REQUIRE_SERVERS=1, and missing: ${still.map(({ program }) => program).join(", ")}\n`);
  process.exit(1);
}
