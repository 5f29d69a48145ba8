/** `shoal retain`: what an archive need not keep any longer, by a policy. */
import type { Command } from "commander";
import { answer, table, timeText } from "./terminal.ts";
import { verb, withJson } from "./verb.ts";

interface Options {
  readonly policy: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "retain",
      about: "Tell which files of an archive are past their time, and with --yes delete them.",
      examples: [
        ["retain archive --policy 1m=90d,1h=5y,1d=forever", "what would be deleted"],
        ["retain archive --policy 1m=90d --yes", "delete it; timeframes without a rule are kept"],
      ],
    }),
  )
    .argument("<archive>", "the folder of the archive")
    .requiredOption(
      "--policy <rules>",
      "how long each timeframe is kept: d, w, m (30 days), y (365) or forever",
    )
    .option("--yes", "delete, do not only tell")
    .action(run);

const run = async (archive: string, { policy, yes = false, json }: Options): Promise<void> => {
  const [{ dropFromArchive }, { readManifest }, { isExpired, parseRetention }, { lockDataDirectory }] =
    await Promise.all([
      import("../adapters/history/archive.ts"),
      import("../adapters/history/manifest.ts"),
      import("../domain/history/retention.ts"),
      import("../adapters/lock/lock.ts"),
    ]);
  const retention = parseRetention(policy, "--policy");
  const all = await readManifest(archive, true);
  const expired = all.filter((file) => isExpired(file, retention, Date.now()));
  if (yes && expired.length > 0) {
    const lock = await lockDataDirectory(archive);
    try {
      await dropFromArchive(archive, expired);
    } finally {
      await lock.release();
    }
  }
  const bytes = expired.reduce((sum, file) => sum + file.bytes, 0);
  const files = expired.map(({ path, timeframe, from, to, rows }) => ({ path, timeframe, from, to, rows }));
  answer(json === true, { deleted: yes, files, bytes, kept: all.length - expired.length }, () =>
    [
      table(
        [["Timeframe"], ["From"], ["To"], ["File"]],
        files.map(({ timeframe, from, to, path }) => [timeframe, timeText(from), timeText(to), path]),
        "nothing is past its time",
      ),
      `${files.length} files, ${bytes} bytes ${yes ? "deleted" : "would be deleted (--yes deletes them)"}; ${all.length - expired.length} kept`,
    ].join("\n"),
  );
};
