/** `shoal list-strategies`: what there is to run, and what of it can be set. */
import type { Command } from "commander";
import type { Gene } from "../domain/strategy/strategy.ts";
import { answer, table } from "./terminal.ts";
import { verb, withJson } from "./verb.ts";

export const make = (): Command =>
  withJson(
    verb({
      name: "list-strategies",
      about: "Strategies with their parameters, ranges and defaults; your own too.",
      examples: [
        ["list-strategies", "those that come with the program"],
        ["list-strategies --strategies-dir ./strategies --json", "with your own, for a script"],
      ],
    }),
  )
    .option(
      "--strategies-dir <path>",
      "a folder of your own strategies (default: strategiesDir of shoal.config.yaml, if any)",
    )
    .action(async ({ strategiesDir, json }: { readonly strategiesDir?: string; readonly json?: boolean }) => {
      const [{ allStrategies }, folder] = await Promise.all([
        import("../nodes/strategy-files.ts"),
        strategiesDir === undefined ? configured() : strategiesDir,
      ]);
      const all = [...(await allStrategies(folder)).values()].map(({ name, about, genes }) => ({
        name,
        about,
        genes,
      }));
      answer(json === true, { strategies: all }, () =>
        all.map(({ name, about, genes }) => `${name}: ${about}\n${genesText(genes)}`).join("\n\n"),
      );
    });

const configured = async (): Promise<string | undefined> => {
  const { configure } = await import("../nodes/configuration.ts");
  return configure({}, process.env).strategiesDir;
};

const genesText = (genes: Readonly<Record<string, Gene>>): string =>
  table(
    [["  Parameter"], ["Default", "right"], ["Range"], ["About"]],
    Object.entries(genes).map(([name, gene]) => [`  ${name}`, gene.default, rangeOf(gene), gene.about]),
    "  no parameters",
  );

const rangeOf = (gene: Gene): string => {
  if (gene.kind === "flag") return "true or false";
  if (gene.kind === "choice") return gene.choices.join(", ");
  if (gene.kind === "text") return "text";
  const step = gene.step === undefined ? "" : ` by ${gene.step}`;
  return `${gene.min} to ${gene.max}${step} ${gene.unit}`;
};
