/** The trainers of a search, for people: who has come, who is gone, who was refused and why. Each is told once. */
import { type Presence, SILENT_MS } from "./trainer-messages.ts";

interface Known {
  readonly refused: string | null;
  heardAt: number;
}

export class TrainerList {
  readonly #known = new Map<string, Known>();
  readonly #tell: (line: string) => void;
  readonly #server: string;
  #aloneSince = performance.now();
  #toldAlone = false;

  /** `server`: where a trainer would come from. */
  constructor(tell: (line: string) => void, server: string) {
    this.#tell = tell;
    this.#server = server;
  }

  heard({ trainer, threads, refused }: Presence): void {
    const known = this.#known.get(trainer);
    this.#known.set(trainer, { refused, heardAt: performance.now() });
    if (known?.refused === refused) return;
    this.#tell(
      refused === null
        ? `trainer ${trainer} helps with ${threads} thread${threads === 1 ? "" : "s"}`
        : `trainer ${trainer} is refused: ${refused}`,
    );
  }

  /** Now and then: forgets whoever was silent for long, and says when nobody helps. */
  sweep(): void {
    const now = performance.now();
    for (const [trainer, { heardAt, refused }] of this.#known)
      if (now - heardAt > SILENT_MS) {
        this.#known.delete(trainer);
        if (refused === null) this.#tell(`trainer ${trainer} is gone; its tasks are given to others`);
      }
    const alone = [...this.#known.values()].every(({ refused }) => refused !== null);
    if (!alone) {
      this.#aloneSince = now;
      this.#toldAlone = false;
    } else if (!this.#toldAlone && now - this.#aloneSince > SILENT_MS / 2) {
      this.#toldAlone = true;
      this.#tell(
        `no trainer helps: \`shoal start --role trainer --nats nats://${this.#server}\` starts one; or take threads here with -j`,
      );
    }
  }
}
