/** `shoal journal explain`: why a paper run came out otherwise than the backtest of the same prints. */
import type { Command } from "commander";
import { format, type Money } from "../../domain/values/values.ts";
import type { Explained } from "../../nodes/explain.ts";
import { Exit, exits } from "../exit.ts";
import { answer, table, timeText } from "../terminal.ts";
import { withRun, runFlags, type RunOptions } from "./of-run.ts";
import { mustBe, reading, within } from "./reading.ts";

/** Of the riddles told. */
const TOLD_MAX = 20;

const about: Readonly<Record<string, string>> = {
  arrival: "the same, only later",
  "later-print": "it reached the venue later and filled at later prints",
  "limit-price": "its limit was another price",
  crossed: "met another strategy's order inside, in one of the two",
  size: "price or equity had moved when it was sized",
  liquidity: "maker in one, taker in the other",
  "fee-rounding": "fees are rounded fill by fill",
  refused: "refused in one of the two",
  unfilled: "ended before all of it was filled, in one of the two",
  "open-at-end": "not closed yet at the end",
  "not-begun": "decided before the run's strategy was there",
  late: "the run knew the candle only when another had closed",
  "warm-up": "the run began with candles from before --from, the backtest with none",
  "stood-otherwise":
    "flat, long or with orders at work in one, not in the other; or its orders had fared otherwise",
  "not-reached": "decided when the run was ending",
  unexplained: "none of these",
};

export const explain = (): Command =>
  withRun(
    reading({
      name: "explain",
      about:
        "Run the backtester over what a run at a finite speed replayed; each difference gets its cause and its amount.",
      examples: [
        [
          "journal explain portfolio.main --replay XRP_ETH-trades.csv.gz --data-dir .shoal/replay",
          "after `start --speed 60`",
        ],
        ["journal explain portfolio.main -c paper.yaml --nats nats://127.0.0.1:4222 --json", "of a cluster"],
      ],
      exits: [1],
    }),
  ).action((stream: string, options: RunOptions) =>
    within(options, async (journal) => {
      const [{ explained }, { configure }] = await Promise.all([
        import("../../nodes/explain.ts"),
        import("../../nodes/configuration.ts"),
      ]);
      await mustBe(journal, stream, await journal.lastSequence(stream));
      const settings = configure(runFlags(options), process.env);
      const found = await explained(journal, settings, stream.replace(/^portfolio\./, ""));
      answer(options.json === true, asJson(found), () => textOf(found));
      if (found.unexplained.length > 0)
        throw new Exit(exits.failed, `${stream}: ${found.unexplained.length} differences are unexplained`);
    }),
  );

const asJson = (found: Explained) => ({
  ...found,
  difference: format(found.difference),
  causes: found.causes.map((one) => ({ ...one, amount: format(one.amount) })),
});

const textOf = (found: Explained): string => {
  const { prints, candles, orders, decisions, delayMs, quote, causes, difference, unexplained } = found;
  const sum = causes.reduce((total, { amount }) => total + amount, 0n) as Money;
  return [
    `${prints} prints, ${candles} candles; ${decisions.paired} of ${decisions.run} decisions and ${orders.paired} of ${orders.run} orders are in the backtest too (it has ${decisions.backtest} and ${orders.backtest})`,
    `from decision to venue ${delayMs.median} ms of market time in the middle, ${delayMs.most} at most`,
    "",
    table(
      [["Cause"], ["Count", "right"], [`${quote}, run less backtest`, "right"], ["Meaning"]],
      causes.map(({ cause, count, amount }) => [cause, count, format(amount), about[cause]!]),
      "no difference",
    ),
    `sum ${format(sum)}; equity differs by ${format(difference)} ${quote}`,
    ...unexplained.slice(0, TOLD_MAX).map(({ what, at }) => `unexplained, ${timeText(at)}: ${what}`),
    ...(unexplained.length > TOLD_MAX ? [`and ${unexplained.length - TOLD_MAX} more`] : []),
  ].join("\n");
};
