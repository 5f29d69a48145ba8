/** The commands of the prompt before a running engine: what they print, and what they do. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replCommands } from "../../nodes/repl.ts";
import { eventually } from "../servers.ts";
import { startDemo, type RunningEngine } from "./running.ts";

let running: RunningEngine;
beforeAll(async () => {
  running = await startDemo();
});
afterAll(() => running.stop());

const type = async (name: string, asked: Record<string, unknown> = {}): Promise<string> => {
  let printed = "";
  const commands = replCommands(running.engine, (words) => (printed += words));
  const found = commands.find(({ command }) => command.split(" ")[0] === name)!;
  await found.action(undefined, { options: {}, ...asked });
  return printed;
};

describe("the prompt", () => {
  it("lists actors, all or of a kind", async () => {
    const all = (await type("actors")).trimEnd().split("\n");
    // exchange, recorder, symbol, portfolio, execution, two strategies; a head above.
    expect(all).toHaveLength(1 + 7);
    const strategies = await type("actors", { kind: "strategy" });
    expect(strategies).toContain("strategy.cross-btc-usdt");
    expect(strategies).not.toContain("portfolio.main");
    expect(await type("actors", { kind: "planet" })).toBe("none\n");
  });

  it("shows mailboxes and placement", async () => {
    expect(await type("mailboxes")).toMatch(/^actor +host +depth +of/);
    const [head, row] = (await type("placement")).split("\n");
    expect(head).toMatch(/host +roles +exchange +recorder +symbol +portfolio +execution +strategy +state/);
    expect(row).toMatch(/\* +1 +1 +1 +1 +1 +2 +here/);
  });

  it("shows an actor from inside, and says what is wrong with a name", async () => {
    const state = JSON.parse(await type("state", { actor: "portfolio.main" })) as Record<string, unknown>;
    expect(state["halted"]).toBeNull();
    expect(await type("state", { actor: "symbol.sandbox:BTC/USDT" })).toContain('"tickSize": "0.01"');
    expect(await type("state", { actor: "portfolio" })).toContain("expected <kind>.<id>");
    expect(await type("state", { actor: "portfolio.nope" })).toBe("there is no portfolio.nope\n");
  });

  it("halts and resumes, in the name of this prompt", async () => {
    expect(await type("halt", { options: { level: "some" } })).toContain("level: expected entries or all");
    expect(await type("halt", { options: { level: "all", reason: "typed" } })).toBe("halted (all): main\n");
    expect((await running.ask.get("/portfolios/main")).json["halted"]).toMatchObject({
      level: "all",
      reason: "typed",
      by: `repl on ${running.engine.wire.hostId}`,
    });
    expect(await type("resume", { portfolio: "main" })).toBe("resumed: main\n");
  });

  it("lists trades with their exact amounts", async () => {
    await eventually("a fill", async () => !(await type("trades")).startsWith("none"), 25_000);
    expect(await type("trades", { limit: "1" })).toMatch(
      /\d+\.\d+ +\d+(\.\d+)? +\d+\.\d+ (USDT|BTC) +aim\n$/,
    );
  });
});
