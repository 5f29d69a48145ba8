/** Carries out a plan on a cluster: each fault at its moment, and its end. */
import type { Cluster } from "./cluster.ts";
import { calm } from "./network.ts";
import type { Fault, Moment, Plan, Way } from "./plan.ts";
import { STORE } from "./simulated-store.ts";

interface Trap {
  readonly moment: Moment;
  left: number;
  readonly forMs: number;
}

export class Storm {
  readonly #cluster: Cluster;
  readonly #plan: Plan;
  readonly #traps: Trap[] = [];
  #spare = 0;

  constructor(cluster: Cluster, plan: Plan) {
    this.#cluster = cluster;
    this.#plan = plan;
    for (let k = 0; k < plan.hosts; k += 1) cluster.boot(`h${k}`, plan.skewMs[k]);
    for (const { atMs, fault } of plan.faults)
      cluster.time.schedule(atMs, () => {
        cluster.log("storm", "info", JSON.stringify(fault), undefined);
        this.#begin(fault);
      });
    cluster.time.schedule(plan.calmAtMs, () => this.#calm());
  }

  /** Something has happened at `host`: a trap laid for this moment may kill it now. */
  passed(moment: Moment, host: string): void {
    const trap = this.#traps.find((one) => one.moment === moment);
    if (trap === undefined) return;
    trap.left -= 1;
    if (trap.left > 0) return;
    this.#traps.splice(this.#traps.indexOf(trap), 1);
    this.#crash(host, trap.forMs);
  }

  #begin(fault: Fault): void {
    const cluster = this.#cluster;
    const { network, time } = cluster;
    const until = (forMs: number, end: () => void): void => {
      time.after(forMs, () => {
        end();
        cluster.membership.survey();
      });
    };
    switch (fault.type) {
      case "crash": {
        this.#crash(this.#name(fault.host), fault.forMs);
        return;
      }
      case "crash-at":
        this.#traps.push({ moment: fault.moment, left: fault.nth, forMs: fault.forMs });
        return;
      case "freeze": {
        const node = cluster.nodes.get(this.#name(fault.host));
        if (node !== undefined)
          node.machine.frozenUntil = Math.max(node.machine.frozenUntil, time.now + fault.forMs);
        break;
      }
      case "isolate": {
        const host = this.#name(fault.host);
        const others = [STORE, ...[...cluster.nodes.keys()].filter((other) => other !== host)];
        until(fault.forMs, this.#cut(host, others, fault.way));
        break;
      }
      case "part":
        until(fault.forMs, this.#cut(this.#name(fault.host), [this.#name(fault.other)], fault.way));
        break;
      case "no-venue":
        until(
          fault.forMs,
          this.#cut(this.#name(fault.host), [cluster.venueFor(fault.host).exchange.venue], fault.way),
        );
        break;
      case "no-store":
        cluster.storeDownUntil = time.now + fault.forMs;
        break;
      case "no-bus":
        cluster.storeDownUntil = time.now + fault.forMs;
        for (const wire of cluster.wires()) wire.down = true;
        until(fault.forMs, () => this.#busBack());
        break;
      case "network":
        network.trouble = fault.trouble;
        until(fault.forMs, () => (network.trouble = calm));
        break;
      case "venue":
        Object.assign(cluster.venueTrouble, {
          refusedRatio: fault.refusedRatio,
          brokenRatio: fault.brokenRatio,
        });
        until(fault.forMs, () => Object.assign(cluster.venueTrouble, { refusedRatio: 0, brokenRatio: 0 }));
        break;
      case "drop-streams":
        for (const { doors } of cluster.venues) doors.dropStreams();
        break;
      case "clock-step": {
        const node = cluster.nodes.get(this.#name(fault.host));
        if (node !== undefined) node.machine.skewMs += fault.byMs;
        break;
      }
      case "join":
        cluster.boot(`n${(this.#spare += 1)}`, this.#skew());
        break;
      case "leave":
        this.#leave(this.#name(fault.host));
    }
    cluster.membership.survey();
  }

  #calm(): void {
    const cluster = this.#cluster;
    this.#traps.length = 0;
    cluster.network.heal();
    Object.assign(cluster.venueTrouble, { refusedRatio: 0, brokenRatio: 0 });
    cluster.storeDownUntil = 0;
    this.#busBack();
    // The last one may just be handing over.
    if ([...cluster.wires()].every(({ leaving }) => leaving))
      cluster.boot(`n${(this.#spare += 1)}`, this.#skew());
    cluster.membership.survey();
  }

  #busBack(): void {
    for (const wire of this.#cluster.wires()) if (wire.down) wire.reconnected();
  }

  #crash(host: string, forMs: number): void {
    const cluster = this.#cluster;
    if (!cluster.nodes.has(host)) return;
    cluster.log("storm", "info", `${host} is killed`, undefined);
    cluster.crash(host);
    cluster.time.after(forMs, () => {
      if (!cluster.nodes.has(host)) cluster.boot(host, this.#skew());
    });
  }

  #leave(host: string): void {
    const cluster = this.#cluster;
    const node = cluster.nodes.get(host);
    if (node === undefined || cluster.nodes.size === 1) return;
    void node.host?.leave().then(() => {
      if (cluster.nodes.get(host) === node) cluster.crash(host);
    });
  }

  #cut(host: string, others: readonly string[], way: Way): () => void {
    const { network } = this.#cluster;
    const cuts = others.flatMap((other) => [
      ...(way === "in" ? [] : [[host, other] as const]),
      ...(way === "out" ? [] : [[other, host] as const]),
    ]);
    for (const [from, to] of cuts) network.cut(from, to);
    return () => {
      for (const [from, to] of cuts) network.mend(from, to);
    };
  }

  #name(k: number): string {
    return `h${k}`;
  }

  #skew(): number {
    this.#skewed += 1;
    return this.#plan.skewMs[this.#skewed % this.#plan.skewMs.length]!;
  }
  #skewed = 0;
}
