/** The pair of the tests over books: ticks and lots of 1, fees of 10 and 20 basis points. */
import { instrumentId, type Instrument } from "../../../domain/market/instrument.ts";
import { asset, money, price, quantity, type VenueId } from "../../../domain/values/values.ts";

export const INSTRUMENT: Instrument = {
  id: instrumentId("x", "A/B"),
  venue: "x" as VenueId,
  symbol: "A/B",
  base: asset("A"),
  quote: asset("B"),
  tickSize: price("1"),
  lotSize: quantity("1"),
  quantityMin: quantity("1"),
  quantityMax: quantity("0"),
  notionalMin: money("0"),
  makerBps: 10,
  takerBps: 20,
  status: "trading",
};
