import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placement, rendezvous } from "../../mixins/placement.ts";
import type { Host } from "../../mixins/wire.ts";

const host = (id: string, roles: readonly string[] = ["*"], leaving = false): Host => ({
  id,
  roles,
  leaving,
});
const ids = Array.from({ length: 3_000 }, (_, i) => `strategy-${i}`);
const spread = (hosts: readonly Host[]) => ids.map((id) => placement()("strategy", id, hosts));

describe("versions", () => {
  const of = (id: string, portfolio: number, leaving = false): Host => ({
    ...host(id, ["*"], leaving),
    schemas: { portfolio },
  });
  const locate = placement();
  const ids = Array.from({ length: 200 }, (_, k) => `p${k}`);
  const carriers = (kind: string, hosts: readonly Host[]) =>
    [...new Set(ids.map((id) => locate(kind, id, hosts)))].sort();

  it("a journaled actor belongs to the newest version alive, the others to all", () => {
    const mixed = [of("a", 2), of("b", 3), of("c", 3), of("d", 2)];
    expect(carriers("portfolio", mixed)).toEqual(["b", "c"]);
    expect(carriers("strategy", mixed)).toEqual(["a", "b", "c", "d"]);
  });

  it("a newer one that leaves does not count, and one that may not carry it neither", () => {
    expect(carriers("portfolio", [of("a", 2), of("b", 3, true)])).toEqual(["a"]);
    const gateway = { ...host("g", []), schemas: { portfolio: 9 } };
    expect(carriers("portfolio", [of("a", 2), gateway])).toEqual(["a"]);
    // Before hosts told their schemas.
    expect(carriers("portfolio", [host("a"), of("b", 2)])).toEqual(["b"]);
  });
});

describe("placement", () => {
  it("gives each of n hosts about 1/n", () => {
    for (const n of [2, 3, 5]) {
      const places = spread(Array.from({ length: n }, (_, i) => host(`host-${i}`)));
      for (let i = 0; i < n; i += 1) {
        const share = places.filter((place) => place === `host-${i}`).length / ids.length;
        expect(share).toBeGreaterThan((1 / n) * 0.9);
        expect(share).toBeLessThan((1 / n) * 1.1);
      }
    }
  });

  it("moves only to a host that joins, about a third from two to three, and only from one that leaves", () => {
    const two = spread([host("a"), host("b")]);
    const three = spread([host("a"), host("b"), host("c")]);
    const moved = ids.filter((_, i) => two[i] !== three[i]);
    expect(moved.every((id) => three[ids.indexOf(id)] === "c")).toBe(true);
    expect(moved.length / ids.length).toBeGreaterThan(0.3);
    expect(moved.length / ids.length).toBeLessThan(0.37);
    const left = spread([host("a"), host("b", ["*"], true), host("c")]);
    ids.forEach((_, i) => {
      if (three[i] !== "b") expect(left[i]).toBe(three[i]);
      else expect(left[i]).not.toBe("b");
    });
  });

  it("does not depend on the order in which hosts are known", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 }),
        fc.string(),
        (names, id) => {
          const hosts = names.map((name) => host(name));
          expect(rendezvous(id, "x", [...hosts].reverse())).toBe(rendezvous(id, "x", hosts));
        },
      ),
    );
  });

  it("keeps to roles, to `*`, to the host actor's own host; nobody when none may", () => {
    const hosts = [host("a", ["trading"]), host("b", ["storage"]), host("c", ["*"], true)];
    const locate = placement({ recorder: "storage", strategy: "trading" });
    expect(locate("recorder", "r", hosts)).toBe("b");
    expect(locate("strategy", "s", hosts)).toBe("a");
    expect(locate("exchange", "e", hosts)).toBeUndefined();
    expect(locate("host", "b", hosts)).toBe("b");
  });
});
