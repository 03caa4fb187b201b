import { ReadBudgetError } from './errors';

/** What the reads of one request may take. */
export const READ_BUDGET = {
  statements: 100,
  /** The time that its statements run, together. */
  databaseMs: 5_000,
  /** Bodies and rows of messages, which can have megabytes each. */
  bytes: 8 * 1024 * 1024,
} as const;

/** Bounds what is read. Each method throws {@link ReadBudgetError} when the budget is used up. */
export interface ReadBudget {
  readonly bytesLeft: number;
  /** Called before each statement. */
  takeStatement(): void;
  /** Called after each statement: the next one is refused when this one has used up the time. */
  spendMs(ms: number): void;
  takeBytes(bytes: number): void;
  /** Runs reads of bodies one after the other, so that each knows what those before it have left. */
  inTurn<Result>(read: () => Promise<Result>): Promise<Result>;
}

/** What is left of the budget of one request. */
export class RequestBudget implements ReadBudget {
  #statements: number = READ_BUDGET.statements;
  #databaseMs: number = READ_BUDGET.databaseMs;
  #bytes: number = READ_BUDGET.bytes;
  #lastRead: Promise<void> = Promise.resolve();

  get bytesLeft(): number {
    return this.#bytes;
  }

  /** What its statements have used until now. */
  get used(): { readonly statements: number; readonly databaseMs: number } {
    const statements = Math.min(READ_BUDGET.statements, READ_BUDGET.statements - this.#statements);
    return { statements, databaseMs: READ_BUDGET.databaseMs - this.#databaseMs };
  }

  takeStatement(): void {
    this.#statements -= 1;
    if (this.#statements < 0) throw ReadBudgetError.ofStatements(READ_BUDGET.statements);
    if (this.#databaseMs <= 0) throw ReadBudgetError.ofTime(READ_BUDGET.databaseMs);
  }

  spendMs(ms: number): void {
    this.#databaseMs -= ms;
  }

  takeBytes(bytes: number): void {
    if (bytes > this.#bytes) throw ReadBudgetError.ofBytes(bytes, READ_BUDGET.bytes);
    this.#bytes -= bytes;
  }

  inTurn<Result>(read: () => Promise<Result>): Promise<Result> {
    const done = this.#lastRead.then(read);
    this.#lastRead = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}

/** For use cases, each of which reads a few things that it knows. */
export const UNMETERED: ReadBudget = {
  bytesLeft: Number.MAX_SAFE_INTEGER,
  takeStatement: () => undefined,
  spendMs: () => undefined,
  takeBytes: () => undefined,
  inTurn: (read) => read(),
};
