/** Removes compose projects of tests: containers, networks, volumes. Of this run, and of runs whose process is gone. */
import { execFileSync } from "node:child_process";
import type { Podman } from "./podman.ts";

const PREFIX = "shoal-test-";
const LABEL = "com.docker.compose.project";
const kinds = ["container", "network", "volume"] as const;

/** One for each test process. */
export const projectName = (pid = process.pid): string => `${PREFIX}${pid}`;

const podmanSync = ({ environment }: Podman, ...args: readonly string[]): readonly string[] =>
  execFileSync("podman", [...args], { env: environment, encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "");

const list = (podman: Podman, kind: (typeof kinds)[number], ...more: readonly string[]): readonly string[] =>
  podmanSync(podman, kind, "ls", ...(kind === "container" ? ["--all"] : []), ...more);

/** However far its start came. Safe to call twice. */
export const removeProject = (podman: Podman, project: string): void => {
  const of = (kind: (typeof kinds)[number]): readonly string[] => {
    const name = kind === "volume" ? "{{.Name}}" : "{{.ID}}";
    return list(podman, kind, "--filter", `label=${LABEL}=${project}`, "--format", name);
  };
  const containers = of("container");
  if (containers.length > 0) podmanSync(podman, "rm", "--force", "--volumes", "--time", "0", ...containers);
  const networks = of("network");
  if (networks.length > 0) podmanSync(podman, "network", "rm", "--force", ...networks);
  const volumes = of("volume");
  if (volumes.length > 0) podmanSync(podman, "volume", "rm", "--force", ...volumes);
};

/** What is left of a project: `container 1f0c...`. */
export const leftOf = (podman: Podman, project: string): readonly string[] =>
  kinds.flatMap((kind) =>
    list(podman, kind, "--quiet", "--filter", `label=${LABEL}=${project}`).map((id) => `${kind} ${id}`),
  );

/** Of containers that are gone. */
export const namelessVolumes = (podman: Podman): readonly string[] =>
  list(podman, "volume", "--quiet", "--filter", "dangling=true").filter((name) =>
    /^[0-9a-f]{64}$/.test(name),
  );

export const removeVolumes = (podman: Podman, names: readonly string[]): void => {
  if (names.length > 0) podmanSync(podman, "volume", "rm", ...names);
};

/** Projects whose test process was killed before it could clear up. */
export const sweep = (podman: Podman): void => {
  const found = new Set<string>();
  for (const kind of kinds)
    for (const labels of list(podman, kind, "--filter", `label=${LABEL}`, "--format", "{{.Labels}}"))
      for (const [name, pid] of labels.matchAll(new RegExp(`\\b${PREFIX}(\\d+)\\b`, "g")))
        if (!runs(Number(pid))) found.add(name);
  for (const project of found) removeProject(podman, project);
};

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
