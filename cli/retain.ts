/** `shoal retain`: what an archive, or a folder of history, need not keep any longer, by a policy. */
import { existsSync } from "node:fs";
import { join } from "node:path";
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
      about: "Tell what of an archive or of a folder of history is past its time, and with --yes delete it.",
      examples: [
        ["retain archive --policy 1m=90d,1h=5y,1d=forever", "what would be deleted"],
        ["retain history --policy trades=7d,1m=90d --yes", "delete it; what has no rule is kept"],
      ],
    }),
  )
    .argument("<folder>", "of an archive (it has a manifest.json), or of history")
    .requiredOption(
      "--policy <rules>",
      "how long each timeframe, and trades, are kept: d, w, m (30 days), y (365) or forever",
    )
    .option("--yes", "delete, do not only tell")
    .action(run);

const run = async (folder: string, options: Options): Promise<void> =>
  existsSync(join(folder, "manifest.json")) ? ofArchive(folder, options) : ofHistory(folder, options);

const ofHistory = async (dir: string, { policy, yes = false, json }: Options): Promise<void> => {
  const [{ cutsOf }, { parseRetention }, { lockDataDirectory }, { Invalid }] = await Promise.all([
    import("./history/retain-history.ts"),
    import("../domain/history/retention.ts"),
    import("../adapters/lock/lock.ts"),
    import("../domain/values/invalid.ts"),
  ]);
  const retention = parseRetention(policy, "--policy");
  if (!existsSync(dir)) throw new Invalid("folder", "a folder that exists", dir);
  const lock = yes ? await lockDataDirectory(dir) : undefined;
  try {
    const cuts = await cutsOf(dir, retention, Date.now());
    if (yes) for (const cut of cuts) await cut.carryOut();
    const files = cuts.map(({ path, timeframe, rows, of, from, to }) => ({
      path,
      timeframe,
      rows,
      of,
      from,
      to,
    }));
    answer(json === true, { deleted: yes, files }, () =>
      [
        table(
          [["Timeframe"], ["Rows", "right"], ["Of", "right"], ["From"], ["To"], ["File"]],
          files.map((one) => [
            ...[one.timeframe, one.rows, one.of, timeText(one.from), timeText(one.to), one.path],
          ]),
          "nothing is past its time",
        ),
        `${files.length} files ${yes ? "cut" : "would be cut (--yes cuts them)"}`,
      ].join("\n"),
    );
  } finally {
    await lock?.release();
  }
};

const ofArchive = async (archive: string, { policy, yes = false, json }: Options): Promise<void> => {
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
