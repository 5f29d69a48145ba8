/** A definition over whole columns: the candles and the parameters in, one array for each output. */
import type { Column } from "../../../../domain/indicators/declaration.ts";
import type { Row } from "./arrays.ts";

/** Of these an indicator has some; reading another is a mistake of the test. */
type ParamName =
  | "timeperiod"
  | "offset"
  | "sigma"
  | "cmoperiod"
  | "slowperiod"
  | "fastperiod"
  | "signalperiod"
  | "longperiod"
  | "shortperiod"
  | "multiplier"
  | "conversionperiod"
  | "baseperiod"
  | "spanperiod"
  | "displacement"
  | "window"
  | "nbdev"
  | "atrperiod"
  | "percent"
  | "rocperiod"
  | "hours"
  | "from"
  | "rowpercent"
  | "valuearea"
  | "lags";
export type PlainParams = Readonly<Record<ParamName, number>>;

export type Plain = (columns: Readonly<Record<Column, Row>>, params: PlainParams) => readonly Row[];
