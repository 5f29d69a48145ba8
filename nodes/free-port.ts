/** Looks before it listens: Moleculer's own servers end the process when a port is taken. */
import { createServer, type AddressInfo } from "node:net";

/** The port itself (0: any free one), or undefined when it is taken. */
export const freePort = (host: string, port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(undefined));
    probe.listen(port, host, () => {
      const { port: found } = probe.address() as AddressInfo;
      probe.close(() => resolve(found));
    });
  });

/** How others on this machine reach it. */
export const reachable = (host: string): string =>
  host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
