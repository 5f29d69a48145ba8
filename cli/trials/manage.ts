/** The option of verbs that test a strategy that manages its positions, and the options that are single fields of the same plan. */
import type { Command } from "commander";
import { readPlan, type WrittenPlan } from "../../domain/strategy/manage/read-plan.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { readObject } from "../../domain/values/read.ts";
import { jsonOption } from "./json-option.ts";

export interface ManageOptions {
  readonly manage?: string;
}

export const withManage = (command: Command): Command =>
  command.option(
    "--manage <json>",
    "how its positions are managed: stoploss, takeProfit, breakEven, timeLimit, pyramid, scaling and more (docs/exits.md)",
  );

/** How a field of the plan was given. */
export const optionOf = (exits: WrittenPlan, name: string): string =>
  exits[name] === undefined ? `--manage.${name}` : flagOf(name);

/** `trailingStop` as `--trailing-stop`. */
const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Undefined where none of it is given. Throws `Invalid` naming the option. */
export const manageOf = ({ manage }: ManageOptions, exits: WrittenPlan): WrittenPlan | undefined => {
  if (manage === undefined && Object.keys(exits).length === 0) return undefined;
  const written = manage === undefined ? {} : readObject(jsonOption("--manage", manage), "--manage");
  const twice = Object.keys(exits).find((name) => written[name] !== undefined);
  if (twice !== undefined)
    throw new Invalid(flagOf(twice), "it, or --manage with it, not both", exits[twice]);
  const plan = { ...written, ...exits };
  readPlan(plan, "--manage", (name) => (manage === undefined ? flagOf(name) : optionOf(exits, name)));
  return plan;
};
