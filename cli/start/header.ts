/** What a newcomer reads first: what runs, on which market, where it is kept, and how to look further. */
import colours from "picocolors";
import type { Engine } from "../../nodes/engine.ts";
import type { Settings } from "../../nodes/settings.ts";

const venueText = (id: string, engine: Engine): string => {
  const venue = engine.settings.venues[id]!;
  const { sandbox } = venue;
  const url = engine.venues.sandboxes.get(id)?.url;
  if (sandbox === undefined)
    return `${id}: ${venue.exchange}${venue.url === undefined ? "" : ` at ${venue.url}`}`;
  const at = `the sandbox exchange at ${url ?? "?"}, reached by ccxt over Binance's wire`;
  const pace = sandbox.speed === "max" ? "as fast as it goes" : `at ${sandbox.speed}x`;
  const range = [sandbox.from, sandbox.to].some((end) => end !== undefined)
    ? `, ${sandbox.from ?? "its start"} to ${sandbox.to ?? "its end"}`
    : "";
  const market =
    sandbox.mirror !== undefined
      ? `live prices of ${venue.exchange}, half a second late`
      : sandbox.replay === undefined
        ? `a synthetic market, seed ${sandbox.seed}, ${pace}`
        : `recorded data of ${sandbox.replay}${range}, ${pace}`;
  return `${id}: ${at}; ${market}`;
};

/** Whose money is at stake: said at every start. */
const moneyText = ({ venues, accounts }: Settings): string => {
  const real = Object.entries(accounts).filter(([, { venue }]) => venues[venue]!.sandbox === undefined);
  if (real.length === 0) return "none of it is real";
  return colours.bold(`REAL: ${real.map(([id, { venue }]) => `account ${id} at ${venue}`).join(", ")}`);
};

export const header = (engine: Engine, settings: Settings, began: number): readonly string[] => {
  const name = (text: string): string => colours.bold(text.padEnd(11));
  const enabled = settings.strategies.filter(({ enabled: on }) => on);
  const kinds = [...new Set(enabled.map(({ strategy }) => strategy))].join(", ");
  const gateway = engine.gateway?.url;
  const metrics = Object.values(engine.metrics?.urls ?? {});
  const dir = settings.dataDir === ".shoal" ? "" : ` --data-dir ${settings.dataDir}`;
  return [
    `${colours.bold("shoal")} ${engine.wire.hostId}, started in ${((performance.now() - began) / 1_000).toFixed(1)} s`,
    ...Object.keys(settings.venues).map((id) => `${name("venue")}${venueText(id, engine)}`),
    `${name("market")}${engine.instruments.map((id) => id.slice(id.indexOf(":") + 1)).join(", ")}`,
    `${name("strategies")}${enabled.length} on ${Object.keys(settings.portfolios).length} portfolio(s): ${kinds}`,
    `${name("data")}${engine.dataDir} (journal, ticks, shoal.log${gateway === undefined ? "" : ", gateway.json"})`,
    ...(gateway === undefined
      ? []
      : [
          `${name("gateway")}${gateway}`,
          `${name("look")}npx shoal status${dir} · npx shoal trades${dir} · npx shoal inspect portfolio.main${dir}`,
          `${name("")}curl -s ${gateway}/api/v1/ping`,
        ]),
    ...(metrics.length === 0 ? [] : [`${name("metrics")}${metrics.join(" ")}`]),
    `${name("money")}${moneyText(settings)}`,
    `${name("stop")}Ctrl-C`,
    "",
  ];
};
