/** Steps with one name run one after the other, those of different names side by side. */
export class Steps {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(name: string, step: () => Promise<T>): Promise<T> {
    const done = (this.#last.get(name) ?? Promise.resolve()).then(step);
    const settled = done.catch(() => undefined);
    this.#last.set(name, settled);
    void settled.then(() => this.#last.get(name) === settled && this.#last.delete(name));
    return done;
  }
}
