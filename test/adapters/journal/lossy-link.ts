/** A TCP link to a server that swallows bytes of one direction on demand, until it is cut and the client connects anew. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface LossyLink {
  readonly port: number;
  /** Swallows what goes that way from now on. */
  lose(way: "to-server" | "to-client"): void;
  /** Breaks all connections; new ones are whole again. */
  cut(): void;
  close(): Promise<void>;
}

export const lossyLink = async (serverPort: number): Promise<LossyLink> => {
  let lost: "to-server" | "to-client" | undefined;
  const open = new Set<Socket>();
  const join = (from: Socket, to: Socket, way: typeof lost): void => {
    open.add(from);
    from.on("data", (chunk) => {
      if (lost !== way) to.write(chunk);
    });
    from.on("error", () => undefined);
    from.on("close", () => {
      open.delete(from);
      to.destroy();
    });
  };
  const link = createServer((client) => {
    const server = connect(serverPort, "127.0.0.1");
    join(client, server, "to-server");
    join(server, client, "to-client");
  }).listen(0, "127.0.0.1");
  await once(link, "listening");
  const cut = (): void => {
    lost = undefined;
    for (const socket of open) socket.destroy();
  };
  return {
    port: (link.address() as { port: number }).port,
    lose: (way) => void (lost = way),
    cut,
    async close() {
      cut();
      link.close();
      await once(link, "close");
    },
  };
};
