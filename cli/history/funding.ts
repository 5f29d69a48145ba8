/** `shoal check-data --funding`: what is odd in a file of recorded funding rates, by contract, and where. */
import { Exit, exits } from "../exit.ts";
import { answer, table, timeText } from "../terminal.ts";

interface Options {
  readonly places: number;
  readonly strict?: boolean;
  readonly json?: boolean;
}

export const checkFundingFile = async (path: string, { places, strict, json }: Options): Promise<void> => {
  const [{ recordedFunding }, { checkFunding }] = await Promise.all([
    import("../../nodes/funding-rates.ts"),
    import("../../domain/history/check-funding.ts"),
  ]);
  const contracts = [...recordedFunding(path)].map(([symbol, { at }]) => {
    const found = checkFunding(at, { placesMax: places });
    return { symbol, ...found, sound: found.sound && (strict !== true || found.findings.length === 0) };
  });
  const bad = contracts.filter(({ sound }) => !sound);
  answer(json === true, { path, contracts, sound: bad.length === 0 }, () =>
    table(
      [["Contract"], ["Every"], ["Rates", "right"], ["From"], ["To"], ["Found"]],
      contracts.map(({ symbol, interval, rows, from, to, missing, findings }) => [
        ...[symbol, `${interval / 3_600_000} h`, rows, timeText(from), timeText(to)],
        findings
          .map(({ kind, count, first }) => {
            const what = kind === "gap" ? `${count} gap, ${missing} missing` : `${count} ${kind}`;
            return `${what}: ${first.map(({ at }) => timeText(at)).join(", ")}${count > first.length ? ", ..." : ""}`;
          })
          .join("; ") || "nothing",
      ]),
      "no funding rates",
    ),
  );
  if (bad.length > 0)
    throw new Exit(exits.failed, `${bad.length} of ${contracts.length} contracts not sound`);
};
