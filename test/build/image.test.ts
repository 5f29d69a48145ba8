/** What the image is built from and runs by, as far as it can be seen without building it: test/containers does that. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configure } from "../../nodes/configuration.ts";
import { root } from "../docs/blocks.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly ports?: readonly string[];
  readonly container_name?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}
const { services, volumes } = parse(read("compose.yaml"), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

describe("the Dockerfile", () => {
  const allowed = read(".dockerignore")
    .split("\n")
    .flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));

  it("is given what the build reads, and nothing else", () => {
    const { include } = JSON.parse(read("tsconfig.build.json")) as { readonly include: readonly string[] };
    const besides = ["tsconfig.json", "tsconfig.build.json", "package.json", "package-lock.json", "LICENSE"];
    expect([...allowed].sort()).toEqual(
      [...include, ...besides, "ops/code-hash.mjs", "ops/slim-packages.mjs"].sort(),
    );
    for (const path of allowed) expect(existsSync(join(root, path)), path).toBe(true);
    expect(read(".dockerignore").split("\n")).toContain("*");
  });

  it("has two stages, and leaves root before the engine starts", () => {
    const lines = read("Dockerfile").split("\n");
    expect(lines.filter((line) => line.startsWith("FROM "))).toHaveLength(2);
    const user = lines.indexOf("USER node");
    expect(user).toBeGreaterThan(0);
    expect(lines.findIndex((line) => line.startsWith("ENTRYPOINT"))).toBeGreaterThan(user);
    for (const [, path] of read("Dockerfile").matchAll(/^COPY (?!--from)(?:\. \.|(\S+) (\S+) \.\/)$/gm))
      if (path !== undefined) expect(allowed).toContain(path);
  });

  it("names settings that exist", () => {
    const named = [...read("Dockerfile").matchAll(/(SHOAL__\w+)=(\S+)/g)].map(
      ([, name, value]) => [name!, value!] as const,
    );
    expect(named.length).toBeGreaterThan(2);
    const settings = configure({}, Object.fromEntries(named));
    expect(settings).toMatchObject({ gateway: { host: "0.0.0.0", port: 8080 }, metrics: { port: 9100 } });
  });
});

describe("compose.yaml", () => {
  it("gives the engines settings that are taken, and names servers that it has", () => {
    const file = join(root, "ops/compose/shoal.config.yaml");
    for (const name of ["shoal", "gateway"]) {
      const environment = services[name]!.environment!;
      const settings = configure({ config: [file] }, environment);
      expect(settings.log.file).toBe("stdout");
      // No name of its own: it would be that of all who are scaled.
      expect(settings.node).toBeUndefined();
      const urls = [settings.nats!.url, settings.redis!.url, settings.influx!.url];
      for (const url of [...urls, settings.venues["sandbox"]!.url!])
        expect(Object.keys(services)).toContain(new URL(url).hostname);
    }
  });

  it("lets the engine be scaled: no name, no port and no volume that two would share", () => {
    const { shoal } = services;
    expect(shoal!.container_name).toBeUndefined();
    expect(shoal!.ports).toBeUndefined();
    for (const volume of shoal!.volumes!) expect(Object.keys(volumes)).not.toContain(volume.split(":")[0]);
  });

  it("names files, volumes and services that are there, and takes all rights from our own", () => {
    for (const [name, service] of Object.entries(services)) {
      for (const other of service.depends_on ?? []) expect(Object.keys(services)).toContain(other);
      for (const volume of service.volumes ?? []) {
        const from = volume.replace(/\$\{\w+:-([^}]*)\}/, "$1").split(":")[0]!;
        if (from.startsWith("./")) expect(existsSync(join(root, from)), from).toBe(true);
        else if (!from.startsWith("/")) expect(Object.keys(volumes), name).toContain(from);
      }
    }
    for (const name of ["shoal", "gateway", "sandbox"])
      expect(services[name]).toMatchObject({ read_only: true, cap_drop: ["ALL"] });
  });

  it("opens ports to this machine alone", () => {
    const open = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(open.length).toBeGreaterThan(0);
    for (const port of open) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

it("a folder that the engine imports from is never forgotten", () => {
  const { include } = JSON.parse(read("tsconfig.build.json")) as { readonly include: readonly string[] };
  const sources = readdirSync(root, { withFileTypes: true }).filter(
    (entry) =>
      entry.isDirectory() &&
      !["node_modules", "dist", "test", "bench", "docs", "ops"].includes(entry.name) &&
      readdirSync(join(root, entry.name), { recursive: true, encoding: "utf8" }).some((name) =>
        name.endsWith(".ts"),
      ),
  );
  expect(sources.map(({ name }) => name).sort()).toEqual(
    include.filter((name) => !name.endsWith(".ts")).sort(),
  );
});
