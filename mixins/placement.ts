/**
 * Where an actor belongs: rendezvous hashing (Thaler and Ravishankar, 1998) over the live hosts that may carry its
 * kind. Each host draws a number from (host, actor); the highest wins. A host that joins takes 1/n of the actors,
 * one that leaves gives up only its own: no table to keep, every node computes the same answer.
 * A journaled actor belongs to hosts of the newest version alive: an older one could not read what they wrote.
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

/** Those that write the latest schema among the hosts that may carry the kind. */
const newest = (kind: string, role: string, hosts: readonly Host[]): readonly Host[] => {
  const schemaOf = (host: Host): number => host.schemas?.[kind] ?? 0;
  let latest = 0;
  for (const host of hosts) if (carries(host, role)) latest = Math.max(latest, schemaOf(host));
  return latest === 0 ? hosts : hosts.filter((host) => schemaOf(host) === latest);
};

/** Kinds are their own role unless `roles` says otherwise; a host actor lives on the host whose id it has. */
export const placement =
  (roles: Readonly<Record<string, string>> = {}): Locate =>
  (kind, id, hosts) =>
    kind === "host"
      ? id
      : rendezvous(`${kind}.${id}`, roles[kind] ?? kind, newest(kind, roles[kind] ?? kind, hosts));
