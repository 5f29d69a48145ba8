/** `shoal strategy start|stop|predict|reload <id>`: one strategy, while all others go on. */
import { Command, InvalidArgumentError, Option } from "commander";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer } from "./terminal.ts";

interface Done {
  readonly host?: string;
  readonly orders?: string;
}

const number = (text: string): number => {
  const found = Number(text);
  if (text.trim() === "" || !Number.isFinite(found)) throw new InvalidArgumentError("expected a number");
  return found;
};

interface Said {
  readonly symbol: string;
  readonly score: number;
  readonly confidence: number;
}

const act = async (
  where: Where,
  scope: "trade" | "admin",
  [id, what, body]: readonly [string, string, object?],
  text: (done: Done) => string,
): Promise<void> => {
  const gateway = await openGateway(where, scope);
  const done = await gateway.post<Done>(`strategies/${encodeURIComponent(id)}/${what}`, body);
  answer(where.json === true, done, () => text(done));
};

interface Part {
  readonly instrument: string;
  readonly percent?: number;
  readonly quantity?: string;
}

const close = (): Command =>
  liveVerb({
    name: "close",
    about: "Close a part of what a strategy holds, at the market. It goes on, and its stop covers the rest.",
    examples: [
      ["strategy close cross-btc-usdt --instrument sandbox:BTC/USDT --percent 50", "half of it"],
      [
        "strategy close cross-btc-usdt --instrument sandbox:BTC/USDT --quantity 0.25",
        "so many units, or contracts",
      ],
    ],
  })
    .argument("<id>", "of the strategy")
    .requiredOption("--instrument <id>", "one of which it holds something")
    .option("--percent <n>", "of what is held, to 100", number)
    .option("--quantity <amount>", "instead: base units, or contracts")
    .action((id: string, { instrument, percent, quantity, ...where }: Where & Part) =>
      act(
        where,
        "trade",
        [id, "close", { instrument, percent, quantity }],
        () => `${id} closes ${quantity ?? `${percent ?? ""} %`} of ${instrument}`,
      ),
    );

const predict = (): Command =>
  liveVerb({
    name: "predict",
    about: "Tell a strategy what a model says, which guides it.",
    examples: [
      [
        "strategy predict mine --symbol BTC/USDT --score 0.6 --confidence 0.8",
        "up, rather sure, from now on",
      ],
      ["strategy predict mine --symbol BTC/USDT --score -1 --confidence 1 --json", "for a script"],
    ],
  })
    .argument("<id>", "of the strategy")
    .requiredOption("--symbol <pair>", "one of its instruments, without the venue")
    .requiredOption("--score <n>", "from -1, surely down, to 1, surely up", number)
    .requiredOption("--confidence <n>", "how far the model trusts it, 0 to 1", number)
    .action((id: string, { symbol, score, confidence, ...where }: Where & Said) =>
      act(
        where,
        "trade",
        [id, "predictions", { predictions: [{ symbol, score, confidence }] }],
        () => `${id} is told`,
      ),
    );

export const make = (): Command =>
  new Command("strategy")
    .description(
      "Start, stop, guide or reload one strategy, or close a part of what it holds; all others go on.",
    )
    .helpOption("-h, --help", "show this help")
    .addHelpText(
      "after",
      `
Examples:
  npx shoal strategy stop cross-btc-usdt --orders flatten  # trade no more and sell what it holds
  npx shoal strategy close mine --instrument sandbox:BTC/USDT --percent 50  # half of what it holds
  npx shoal strategy predict mine --symbol BTC/USDT --score 0.6 --confidence 0.8  # what a model says
  npx shoal strategy reload mine                           # read its changed file`,
    )
    .addCommand(
      liveVerb({
        name: "start",
        about: "Let a stopped strategy trade again.",
        examples: [
          ["strategy start cross-btc-usdt", "its indicators went on meanwhile"],
          ["strategy start cross-btc-usdt --json", "for a script"],
        ],
      })
        .argument("<id>", "of the strategy, as `shoal profit` lists them")
        .action((id: string, where: Where) => act(where, "trade", [id, "start"], () => `${id} trades again`)),
    )
    .addCommand(
      liveVerb({
        name: "stop",
        about: "Let a strategy trade no more. Survives restarts.",
        examples: [
          ["strategy stop cross-btc-usdt", "cancel its orders; what it holds stays, with its stop"],
          ["strategy stop cross-btc-usdt --orders flatten", "and sell what it holds"],
        ],
      })
        .argument("<id>", "of the strategy")
        .addOption(
          new Option(
            "--orders <what>",
            "keep: leave orders and position; cancel: cancel orders but for the stop of what it holds; flatten: and sell that",
          )
            .choices(["keep", "cancel", "flatten"])
            .default("cancel"),
        )
        .action((id: string, where: Where & { readonly orders: string }) =>
          act(
            where,
            "trade",
            [id, "stop", { orders: where.orders }],
            () => `${id} is stopped; orders: ${where.orders}`,
          ),
        ),
    )
    .addCommand(close())
    .addCommand(predict())
    .addCommand(
      liveVerb({
        name: "reload",
        about:
          "Read a strategy's file again; it goes on from what it had saved. A broken file changes nothing.",
        examples: [
          ["strategy reload mine", "after an edit"],
          ["strategy reload mine --json", "tells the host it runs on"],
        ],
      })
        .argument("<id>", "of the strategy")
        .action((id: string, where: Where) =>
          act(where, "admin", [id, "reload"], ({ host }) => `${id} runs anew on ${host ?? "its host"}`),
        ),
    );
