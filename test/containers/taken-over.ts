/** How long it takes until others own what a container owned, and until orders are placed and accepted there again. */
import { eventually } from "../servers.ts";
import type { Fleet } from "./fleet.ts";
import type { Container } from "./podman.ts";

export interface TakenOver {
  /** Ms since `from` until portfolio and account were owned by others under a lease that stands. */
  readonly ownedMs: number;
  /** Until an order was placed after that and accepted by the venue. */
  readonly tradedMs: number;
}

export const takenOver = async (fleet: Fleet, owner: Container, from: number): Promise<TakenOver> => {
  const elsewhere = async (actor: string): Promise<boolean> => {
    const host = await fleet.owners.of(actor);
    return host !== undefined && !host.startsWith(`${owner.hostname}-`);
  };
  await eventually(
    "portfolio and account are owned elsewhere",
    async () => (await elsewhere("portfolio.main")) && (await elsewhere("execution.main")),
    30_000,
  );
  const owned = performance.now();
  const traded = await fleet.owners.watch.traded(owned);
  return { ownedMs: Math.round(owned - from), tradedMs: Math.round(traded - from) };
};
