import type { ExpectedMovement } from '../write';
import type { CountRow, MovementRow, TenantRows } from './read';

/** What the naive model knows of a level. */
interface Level {
  quantity: number;
  /** Up to here an accepted count includes everything. */
  countedAsOf: number | null;
  /** What happened to it, counts left out. */
  readonly deltas: { readonly effectiveAt: number; readonly delta: number }[];
}

/**
 * Goes through a ledger from its beginning, and says which legs a count should have absorbed, which counts have a wrong
 * result, and which commands took more than there was.
 */
export class History {
  readonly faults: string[] = [];
  readonly #levels = new Map<string, Level>();
  readonly #names: ReadonlyMap<string, string>;

  constructor(
    rows: TenantRows,
    /** What was sent under the origin and external id of a movement. */
    private readonly expectedOf: (movement: MovementRow) => ExpectedMovement | undefined,
  ) {
    this.#names = new Map(rows.levels.map(({ id, name }) => [id, name]));
    for (const movement of rows.movements) this.#follow(movement);
  }

  #follow(movement: MovementRow): void {
    const before = new Map(movement.counts.map(([levelId]) => [levelId, this.#level(levelId).quantity]));
    if (movement.reason !== 'COUNT') this.#checkLegs(movement);
    for (const [levelId, delta, after] of movement.entries) {
      const level = this.#level(levelId);
      level.quantity += delta;
      const isCommand = movement.origin[0] === 'API_CLIENT' || COMMANDS.has(movement.reason);
      if (isCommand && movement.reason !== 'COUNT' && delta < 0 && after < 0) {
        this.#note(movement, `is a command, and leaves ${after} of ${this.#nameOf(levelId)}`);
      }
    }
    for (const count of movement.counts) this.#checkCount(movement, count, before.get(count[0]) ?? 0);
  }

  #checkLegs(movement: MovementRow): void {
    const occurredAtMs = this.expectedOf(movement)?.occurredAtMs ?? null;
    const { effectiveAt } = movement;
    const lists = [
      { legs: movement.entries, isAbsorbed: false },
      { legs: movement.absorbed, isAbsorbed: true },
    ];
    for (const { legs, isAbsorbed } of lists) {
      for (const [levelId, delta] of legs) {
        const level = this.#level(levelId);
        const isIncluded = occurredAtMs !== null && level.countedAsOf !== null && effectiveAt <= level.countedAsOf;
        if (isIncluded !== isAbsorbed) {
          this.#note(
            movement,
            `has a leg of ${this.#nameOf(levelId)} that a count ${isIncluded ? 'already includes' : 'does not include'}`,
          );
        }
        level.deltas.push({ effectiveAt, delta });
      }
    }
  }

  #checkCount(movement: MovementRow, [levelId, status, quantity, previous, asOf]: CountRow, before: number): void {
    const level = this.#level(levelId);
    if (previous !== before)
      this.#note(movement, `counts ${this.#nameOf(levelId)} from ${previous}, which was ${before}`);
    if (status !== 'APPLIED' && status !== 'UNCHANGED') return;
    const moment = asOf === null ? null : Math.min(asOf, movement.recordedAt);
    const later = level.deltas.filter(({ effectiveAt }) => moment !== null && effectiveAt > moment);
    const target = later.reduce((sum, { delta }) => sum + delta, quantity);
    if (level.quantity !== target) {
      this.#note(movement, `counts ${this.#nameOf(levelId)} to ${level.quantity}, which should be ${target}`);
    }
    if (moment !== null) level.countedAsOf = moment;
  }

  #level(levelId: string): Level {
    const known = this.#levels.get(levelId);
    if (known) return known;
    const level: Level = { quantity: 0, countedAsOf: null, deltas: [] };
    this.#levels.set(levelId, level);
    return level;
  }

  #nameOf(levelId: string): string {
    return this.#names.get(levelId) ?? levelId;
  }

  #note({ sequence, externalId }: MovementRow, fault: string): void {
    this.faults.push(`movement ${sequence} (${externalId}) ${fault}`);
  }
}

/** Commands that connections give. */
const COMMANDS: ReadonlySet<string> = new Set(['BARCODE_CHANGE']);
