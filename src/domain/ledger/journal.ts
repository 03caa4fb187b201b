/** What a change did: a value appended to a list, or a map's key set. No closures, as there are several to each row. */
type Done = unknown[] | { readonly map: Map<unknown, unknown>; readonly key: unknown; readonly before: unknown };

/** Notes changes of lists and maps in memory, so that what one posting did can be undone without a copy of them. */
export class Journal {
  readonly #done: Done[] = [];

  /** A point to roll back to. */
  mark(): number {
    return this.#done.length;
  }

  /** Drops everything that was done since `mark`. */
  rollBackTo(mark: number): void {
    while (this.#done.length > mark) undo(this.#done.pop() as Done);
  }

  push<T>(list: T[], value: T): void {
    list.push(value);
    this.#done.push(list);
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    this.#done.push({ map: map as Map<unknown, unknown>, key, before: map.get(key) });
    map.set(key, value);
  }
}

function undo(done: Done): void {
  if (Array.isArray(done)) done.pop();
  else if (done.before === undefined) done.map.delete(done.key);
  else done.map.set(done.key, done.before);
}
