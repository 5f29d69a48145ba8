/** `shoal verify-archive`: whether every file of an archive is as it was written. */
import type { Command } from "commander";
import { Exit, exits } from "./exit.ts";
import { answer } from "./terminal.ts";
import { verb, withJson } from "./verb.ts";

export const make = (): Command =>
  withJson(
    verb({
      name: "verify-archive",
      about: "Check every file of an archive against its checksum, and that none is missing or new.",
      examples: [
        ["verify-archive archive", "before it is needed"],
        ["verify-archive /backup/archive --json", "a copy, for a script"],
      ],
      exits: [exits.mismatch],
    }),
  )
    .argument("<archive>", "the folder of the archive")
    .action(async (archive: string, { json }: { readonly json?: boolean }) => {
      const { verifyArchive } = await import("../adapters/history/archive.ts");
      const told = await verifyArchive(archive);
      const { files, bytes, problems } = told;
      answer(json === true, { ...told, sound: problems.length === 0 }, () =>
        [`${files} files, ${bytes} bytes`, ...problems.map(({ path, what }) => `${what}: ${path}`)].join(
          "\n",
        ),
      );
      if (problems.length > 0)
        throw new Exit(exits.mismatch, `${problems.length} of ${files} files not as archived`);
    });
