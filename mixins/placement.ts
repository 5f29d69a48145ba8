/**
 * Where an actor belongs: rendezvous hashing (Thaler and Ravishankar, 1998) over the live hosts that may carry its
 * kind. Each host draws a number from (host, actor); the highest wins. A host that joins takes 1/n of the actors,
 * one that leaves gives up only its own: no table to keep, every node computes the same answer.
 */
import type { Host, Locate } from "./wire.ts";

/** FNV-1a over UTF-16 units, then the finaliser of MurmurHash3: 32 well-mixed bits. */
const hash = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

export const carries = (host: Host, role: string): boolean =>
  !host.leaving && (host.roles.includes(role) || host.roles.includes("*"));

/** The host with the highest draw among those with the role; ties go to the lower id. */
export const rendezvous = (key: string, role: string, hosts: readonly Host[]): string | undefined => {
  let best: string | undefined;
  let draw = -1;
  for (const host of hosts) {
    if (!carries(host, role)) continue;
    const h = hash(`${host.id} ${key}`);
    if (h > draw || (h === draw && host.id < best!)) {
      draw = h;
      best = host.id;
    }
  }
  return best;
};

/** Kinds are their own role unless `roles` says otherwise; a host actor lives on the host whose id it has. */
export const placement =
  (roles: Readonly<Record<string, string>> = {}): Locate =>
  (kind, id, hosts) =>
    kind === "host" ? id : rendezvous(`${kind}.${id}`, roles[kind] ?? kind, hosts);
