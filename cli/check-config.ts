/** `shoal check-config`: what `start` would run with, secrets struck out; or the first mistake, by its field. */
import type { Command } from "commander";
import { stringify } from "yaml";
import type { Settings } from "../nodes/settings.ts";
import { answer } from "./terminal.ts";
import { collect, verb, withJson } from "./verb.ts";

interface Options {
  readonly config?: readonly string[];
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "check-config",
      about: "Print the effective configuration, secrets struck out, or the mistake in it.",
      examples: [
        ["check-config", "what `shoal start` would run with here"],
        ["check-config -c shoal.yaml -c mine.yaml", "two files, the later wins"],
      ],
    }),
  )
    .option(
      "-c, --config <file>",
      "configuration, YAML or JSON; repeatable (default: shoal.config.yaml if there is one, else the demo)",
      collect,
    )
    .action(async ({ config, json }: Options) => {
      const { configure } = await import("../nodes/configuration.ts");
      const settings = configure(config === undefined ? {} : { config }, process.env);
      await checkPlan(settings);
      const shown = withoutSecrets(settings);
      answer(json === true, shown, () => stringify(shown).trimEnd());
    });

/** Strategies and limits are checked by those who know them: as at the start, but nothing is started. */
const checkPlan = async (settings: Settings): Promise<void> => {
  const [
    { strategyFinder },
    { checkAround },
    { parseParams },
    { parseLimits },
    { parseLadder },
    { parseRiskPlan },
  ] = await Promise.all([
    import("../nodes/strategy-files.ts"),
    import("../nodes/live-around.ts"),
    import("../domain/strategy/params.ts"),
    import("../domain/risk/limits.ts"),
    import("../domain/risk/degradation.ts"),
    import("../domain/risk/plan.ts"),
  ]);
  const find = strategyFinder(settings.strategiesDir);
  for (const [i, one] of settings.strategies.entries()) {
    parseParams(await find(one.strategy), one.params, `strategies.${i}.params`);
    checkAround(settings, i, one.enabled);
  }
  for (const [id, { limits, degradation, risk }] of Object.entries(settings.portfolios)) {
    parseLimits(limits, `portfolios.${id}.limits`);
    parseLadder(degradation, `portfolios.${id}.degradation`);
    parseRiskPlan(risk, `portfolios.${id}.risk`);
  }
};

const secret = /^(apiKey|secret|password|token)$/i;

/** A reference to a secret (`env:NAME`, `file:PATH`) is none; passwords inside of addresses are. */
const withoutSecrets = (value: unknown, key = ""): unknown => {
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, key));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, withoutSecrets(each, name)]),
    );
  if (typeof value !== "string") return value;
  if (secret.test(key)) return /^(env|file):/.test(value) ? value : "[redacted]";
  return value.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, "$1[redacted]@");
};
