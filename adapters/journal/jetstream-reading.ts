/**
 * Messages of one subject in order. The client's own consumer notices only after half a minute that its server is gone, so a
 * silence is looked for here: whoever reads then begins anew behind the last message.
 */
import { DeliverPolicy, type JetStreamClient, type JsMsg } from "nats";

interface Range {
  readonly subject: string;
  /** Positions in the stream, both included. */
  readonly from: number;
  readonly to: number;
}

/** Ends early when nothing has come for `silenceMs`. */
export const messages = async function* (
  jetstream: JetStreamClient,
  stream: string,
  { subject, from, to }: Range,
  silenceMs: number,
): AsyncGenerator<JsMsg> {
  const consumer = await jetstream.consumers.get(stream, {
    filterSubjects: subject,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
  });
  const coming = await consumer.consume({ max_messages: 500 });
  let heardAt = performance.now();
  const watch = setInterval(() => {
    if (performance.now() - heardAt > silenceMs) coming.stop();
  }, silenceMs / 4);
  try {
    for await (const message of coming) {
      heardAt = performance.now();
      yield message;
      if (message.seq >= to) return;
    }
  } finally {
    clearInterval(watch);
    coming.stop();
    // It ends by itself when nobody asks for it.
    void consumer.delete().catch(() => undefined);
  }
};
