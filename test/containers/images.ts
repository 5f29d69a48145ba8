/**
 * Stand-ins for the images that users pull: made of this machine's own programs and their libraries, since tests reach no
 * registry. They are named as stand-ins and never carry an official name.
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { findServer } from "../servers.ts";
import type { Podman } from "./podman.ts";

const PREFIX = "localhost/shoal-stand-in";
const certificates = "/etc/ssl/certs/ca-certificates.crt";

/** Copies a program and every library it is linked to. */
const copyProgram = (from: string, folder: string, to = from): void => {
  copy(from, folder, to);
  let linked = "";
  try {
    linked = execFileSync("ldd", [from], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    // A static program has none.
  }
  for (const [library] of linked.matchAll(/\/[^ ]*/g)) copy(library, folder);
};
const copy = (from: string, folder: string, to = from): void => {
  const path = join(folder, to);
  mkdirSync(dirname(path), { recursive: true });
  cpSync(from, path, { dereference: true, recursive: true });
};

/** busybox's programs, users as in the official images, a place for temporary files. */
const userland = (folder: string): void => {
  for (const name of ["bin", "usr/bin", "tmp", "root", "home/node", "proc", "sys", "dev", "etc"])
    mkdirSync(join(folder, name), { recursive: true });
  execFileSync("chmod", ["1777", join(folder, "tmp")]);
  execFileSync("chown", ["1000:1000", join(folder, "home/node")]);
  copy(findServer("busybox")!, folder, "/bin/busybox");
  const applets = execFileSync(findServer("busybox")!, ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const applet of applets) if (applet !== "busybox") symlinkSync("busybox", join(folder, "bin", applet));
  symlinkSync("/bin/env", join(folder, "usr/bin/env"));
  writeFileSync(
    join(folder, "etc/passwd"),
    "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n",
  );
  writeFileSync(join(folder, "etc/group"), "root:x:0:\nnode:x:1000:\n");
  for (const library of ["libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"]) {
    const found = [`/lib/x86_64-linux-gnu/${library}`].find(existsSync);
    if (found !== undefined) copy(found, folder);
  }
};

/** Makes `<PREFIX>-<name>`, once for each version of its program; `change` are lines of a Dockerfile. */
const make = async (
  podman: Podman,
  { name, program }: { readonly name: string; readonly program: string },
  change: readonly string[],
  fill: (folder: string) => void,
): Promise<string> => {
  const { size, mtimeMs } = statSync(program);
  const image = `${PREFIX}-${name}:${size}-${Math.floor(mtimeMs / 1_000)}`;
  if (await exists(podman, image)) return image;
  const folder = mkdtempSync(join(podman.folder, "image-"));
  userland(folder);
  fill(folder);
  const archive = `${folder}.tar`;
  execFileSync("tar", ["-C", folder, "-cf", archive, "."]);
  rmSync(folder, { recursive: true });
  const paths = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const changes = [paths, "LABEL shoal.stand-in=yes", ...change].flatMap((line) => ["--change", line]);
  await podman.do("import", "--quiet", ...changes, archive, image);
  rmSync(archive);
  return image;
};

/** Node and npm, as node:22-bookworm-slim has them. */
export const nodeImage = (podman: Podman): Promise<string> => {
  const trusted = existsSync(certificates)
    ? [`ENV NODE_EXTRA_CA_CERTS=${certificates}`] // Whatever authorities this machine's npm trusts.
    : [];
  return make(podman, { name: "node", program: process.execPath }, [...trusted, 'CMD ["node"]'], (folder) => {
    copyProgram(process.execPath, folder, "/usr/local/bin/node");
    const npm = npmFolder();
    copy(npm, folder, "/usr/local/lib/node_modules/npm");
    for (const name of ["npm", "npx"])
      symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(folder, "usr/local/bin", name));
    if (trusted.length > 0) copy(certificates, folder);
  });
};

const npmFolder = (): string => {
  const folders = ["/usr/lib/node_modules/npm", "/usr/local/lib/node_modules/npm", "/usr/share/nodejs/npm"];
  const found = folders.find((folder) => existsSync(join(folder, "bin/npm-cli.js")));
  if (found === undefined) throw new Error(`npm is in none of ${folders.join(", ")}`);
  return found;
};

export const natsImage = (podman: Podman): Promise<string> =>
  make(
    podman,
    { name: "nats", program: findServer("nats-server")! },
    ['ENTRYPOINT ["/usr/local/bin/nats-server"]'],
    (folder) => copyProgram(findServer("nats-server")!, folder, "/usr/local/bin/nats-server"),
  );

export const redisImage = (podman: Podman): Promise<string> =>
  make(podman, { name: "redis", program: findServer("redis-server")! }, ['CMD ["redis-server"]'], (folder) =>
    copyProgram(findServer("redis-server")!, folder, "/usr/local/bin/redis-server"),
  );

export const influxImage = (podman: Podman): Promise<string> =>
  make(podman, { name: "influx", program: findServer("influxd")! }, ['CMD ["influxd"]'], (folder) =>
    copyProgram(findServer("influxd")!, folder, "/usr/local/bin/influxd"),
  );

export const exists = (podman: Podman, image: string): Promise<boolean> =>
  podman.do("image", "exists", image).then(
    () => true,
    () => false,
  );

export const sizeOf = async (podman: Podman, image: string): Promise<number> =>
  Number(await podman.do("image", "inspect", "--format", "{{.Size}}", image));
