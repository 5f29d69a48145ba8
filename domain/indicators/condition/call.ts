/** Reads a name in a condition: a column, a number by name, or an indicator with its parameters, inputs and output. */
import { indicatorNamed } from "../catalogue.ts";
import { columns, type Column, type Declaration } from "../declaration.ts";
import { parseValues } from "../params.ts";
import type { Numeric } from "./expression.ts";
import type { Reader } from "./parse.ts";
import type { Token } from "./tokens.ts";

/** `rsi`, `rsi(14)`, `rsi(timeperiod=14)`, `sma(volume, 20)`, `sma(series=rsi(14), timeperiod=5)`, `macd(12, 26, 9).macdsignal`. */
export const readCall = (reader: Reader, name: Token): Numeric => {
  const value = reader.numbers.get(name.text);
  if (value !== undefined) return { kind: "number", value };
  const column = columnNamed(name.text);
  if (column !== undefined) return { kind: "column", column };
  const of = indicatorNamed(name.text, reader.indicators, reader.where(name.at));
  const call = new Call(of);
  if (reader.take("(") && !reader.take(")")) {
    do readArgument(reader, call);
    while (reader.take(","));
    if (!reader.take(")")) reader.fail(`"," or ")"`);
  }
  const output = reader.take(".") ? outputOf(reader, of) : 0;
  return {
    kind: "indicator",
    of,
    params: parseValues(placed(of, reader, name), call.params),
    inputs: of.inputs.map(({ column: usual }, i) => call.inputs[i] ?? { kind: "column", column: usual }),
    output,
  };
};

class Call {
  readonly of: Declaration;
  readonly params: Record<string, number | string> = {};
  readonly inputs: (Numeric | undefined)[] = [];

  constructor(of: Declaration) {
    this.of = of;
  }

  /** The first parameter that has no value. */
  get nextParam(): string | undefined {
    return Object.keys(this.of.params).find((name) => !Object.hasOwn(this.params, name));
  }

  /** The first input that may be another series and is none yet; -1 where there is none. */
  get nextInput(): number {
    return this.of.inputs.findIndex(({ any }, i) => any && this.inputs[i] === undefined);
  }
}

/** Candle columns as a condition names them. */
const columnNamed = (text: string): Column | undefined =>
  columns.find((column) => column.toLowerCase() === text);

/** `name=value`, a value for the next parameter, or a series for the next input. */
const readArgument = (reader: Reader, call: Call): void => {
  const token = reader.peek;
  const { of } = call;
  if (token.kind === "word" && reader.follows("=")) {
    reader.next();
    reader.need("=");
    const input = of.inputs.findIndex(({ name, any }) => any && name.toLowerCase() === token.text);
    if (input >= 0) call.inputs[input] = readSeries(reader);
    else if (Object.hasOwn(of.params, token.text)) readParam(reader, call, token.text);
    else {
      const names = [
        ...Object.keys(of.params),
        ...of.inputs.filter(({ any }) => any).map(({ name }) => name),
      ];
      reader.fail(`a parameter of ${of.name} (${names.join(", ") || "it has none"})`, token);
    }
    return;
  }
  const next = call.nextParam;
  const choice = next !== undefined && of.params[next]!.kind === "choice";
  const literal = token.kind === "number" || token.text === "-" || reader.numbers.has(token.text);
  if (literal || (choice && token.kind === "word")) {
    if (next === undefined) reader.fail(`no further parameter of ${of.name}`);
    readParam(reader, call, next);
    return;
  }
  const input = call.nextInput;
  if (input < 0) reader.fail(`a number: ${of.name} reads ${of.inputs.map(({ name }) => name).join(", ")}`);
  call.inputs[input] = readSeries(reader);
};

const readSeries = (reader: Reader): Numeric => {
  const { at: place } = reader.peek;
  return reader.numeric(reader.sum(), place);
};

const readParam = (reader: Reader, call: Call, name: string): void => {
  const negative = reader.take("-");
  const token = reader.next();
  const value =
    token.kind === "number"
      ? Number(token.text)
      : token.kind === "word"
        ? (reader.numbers.get(token.text) ?? token.text)
        : reader.fail(`a value of ${call.of.name}.${name}`, token);
  call.params[name] = negative && typeof value === "number" ? -value : value;
  parseValues(placed(call.of, reader, token), { [name]: call.params[name] });
};

const outputOf = (reader: Reader, of: Declaration): number => {
  const token = reader.next();
  const output = of.outputs.findIndex((name) => name.toLowerCase() === token.text);
  return output >= 0 ? output : reader.fail(`an output of ${of.name} (${of.outputs.join(", ")})`, token);
};

/** A refusal names the place beside the parameter. */
const placed = (of: Declaration, reader: Reader, { at }: Token): Declaration => ({
  ...of,
  name: `${reader.where(at)} ${of.name}`,
});
