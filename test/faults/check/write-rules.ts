import type { Answer, ExpectedMovement, Leg, Write } from '../write';
import { History } from './history';
import type { MessageRow, MovementRow, TenantRows } from './read';
import { nameOf, type Told } from './told';

/** What a movement is found by: its origin's name and its external id. */
const keyOf = (origin: string, externalId: string): string => `${origin}\n${externalId}`;

const countOf = (told: Told, kind: Answer['kind']): number =>
  told.answers.filter(({ answer }) => answer.kind === kind).length;

/** Compares what the senders of a tenant were told with what is in the tables. */
export class WriteRules {
  readonly #movements = new Map<string, MovementRow[]>();
  readonly #expected = new Map<string, ExpectedMovement>();
  readonly #messages = new Map<string, MessageRow[]>();
  readonly #byMessage = new Map<string, MovementRow[]>();
  readonly #levelNames: ReadonlyMap<string, string>;

  constructor(
    private readonly rows: TenantRows,
    private readonly told: readonly Told[],
  ) {
    this.#levelNames = new Map(rows.levels.map(({ id, name }) => [id, name]));
    for (const movement of rows.movements) {
      addTo(this.#movements, this.#keyOf(movement), movement);
      if (movement.inboundMessage !== null) addTo(this.#byMessage, movement.inboundMessage, movement);
    }
    for (const message of rows.messages) addTo(this.#messages, message.sha256, message);
    for (const { write } of told) {
      for (const movement of write.movements) this.#expected.set(keyOf(write.origin, movement.externalId), movement);
    }
  }

  /** A write that was acknowledged is there once, one that was refused is not, and any other is there at most once. */
  fateFaults(): Faults {
    const faults: Faults = { acknowledged: [], refused: [], forgotten: [] };
    for (const each of this.told) {
      const { write, fate } = each;
      const times = [
        ...write.movements.map((movement) => this.#found(write, movement.externalId).length),
        ...this.#timesOfCounts(each),
      ];
      const wrong = times.find((found) => found !== (fate === 'ACKNOWLEDGED' ? 1 : 0));
      if (fate === 'ACKNOWLEDGED' && wrong !== undefined) {
        faults.acknowledged.push(`${nameOf(write)} was acknowledged, and is there ${wrong} times`);
      } else if (fate === 'REFUSED' && wrong !== undefined && !this.#isLateCopy(each)) {
        faults.refused.push(`${nameOf(write)} was refused, and is there ${wrong} times`);
      } else if (fate === 'UNKNOWN' && (times.some((found) => found > 1) || new Set(times).size > 1)) {
        faults.forgotten.push(`${nameOf(write)} was given up, and its parts are there ${times.join(', ')} times`);
      }
      if (fate === 'ACKNOWLEDGED' && isEmpty(write)) {
        faults.refused.push(`${nameOf(write)} contradicts another one, and was acknowledged`);
      }
    }
    return faults;
  }

  /**
   * Whether a refused order is there since another copy of it was done later. Winit's orders are judged again each time,
   * since a refusal uses up no order number. A copy that was done before the refused one was sent is none of these: the
   * refused one should have got its answer.
   */
  #isLateCopy({ write, answers }: Told): boolean {
    if (write.door !== 'winit orders') return false;
    const isOpen = answers.some(({ answer }) => answer.kind === 'BUSY' || answer.kind === 'BROKEN');
    const refused = answers.filter(({ answer }) => answer.kind === 'REFUSED').map(({ sentAtMs }) => sentAtMs);
    const done = write.movements.flatMap((movement) => this.#found(write, movement.externalId));
    return isOpen && done.length === 1 && done.every(({ recordedAt }) => recordedAt >= Math.max(...refused));
  }

  /** Each movement has the legs that were sent. */
  legFaults(): string[] {
    const faults: string[] = [];
    for (const [key, movements] of this.#movements) {
      const expected = this.#expected.get(key);
      if (!expected) continue;
      for (const movement of movements) {
        const legs = [...movement.entries, ...movement.absorbed].map(([levelId, delta]) => this.#leg(levelId, delta));
        const [found, sent] = [textOf(legs), textOf(expected.legs)];
        if (found !== sent)
          faults.push(`movement ${movement.sequence} (${movement.externalId}) has ${found}, not ${sent}`);
      }
    }
    return faults;
  }

  /** Every movement was sent by somebody. */
  strangerFaults(): string[] {
    const counted = new Set(this.told.map(({ write }) => write.countId && keyOf(write.origin, write.countId)));
    const hashes = new Set(this.told.map(({ write }) => write.bodySha256));
    const known = new Set(this.rows.messages.filter(({ sha256 }) => hashes.has(sha256)).map(({ id }) => id));
    return this.rows.movements
      .filter((movement) => {
        const key = this.#keyOf(movement);
        const isCountOfCall = movement.reason === 'COUNT' && known.has(movement.inboundMessage ?? '');
        return !this.#expected.has(key) && !counted.has(key) && !isCountOfCall;
      })
      .map(({ sequence, externalId }) => `movement ${sequence} (${externalId}) was sent by nobody`);
  }

  /** Counts have the result, and late facts the effect, that a naive model gives them. */
  historyFaults(): string[] {
    return new History(this.rows, (movement) => this.#expected.get(this.#keyOf(movement))).faults;
  }

  /** A quantity that one sender states, again and again, is the last one that it stated. */
  statedFaults(): string[] {
    const last = new Map<string, number>();
    const possible = new Map<string, Set<number>>();
    for (const each of this.told) {
      if (each.write.countId !== null) continue;
      for (const [level, quantity] of each.write.counts) {
        if (each.fate === 'ACKNOWLEDGED') last.set(level, quantity);
        // A copy that got no answer may come in at any later time.
        const isOpen = countOf(each, 'BROKEN') + countOf(each, 'BUSY') > 0;
        if (isOpen) possible.set(level, (possible.get(level) ?? new Set()).add(quantity));
      }
    }
    return this.rows.levels.flatMap(({ name, quantity }) => {
      const stated = last.get(name);
      const isRight = stated === undefined || quantity === stated || possible.get(name)?.has(quantity) === true;
      return isRight ? [] : [`${name} shows ${quantity}, and ${stated} was stated last`];
    });
  }

  /** Each attempt that was answered has left its message, with the body as it was sent. */
  evidenceFaults(): string[] {
    return this.told.flatMap((each) => {
      const { write, answers } = each;
      if (write.bodySha256 === null) return [];
      const found = (this.#messages.get(write.bodySha256) ?? []).filter(({ origin }) => origin === write.origin).length;
      const answered = countOf(each, 'ACK') + countOf(each, 'REFUSED');
      // An order that is sent again gets its first answer, and leaves no further message.
      const least = write.door === 'winit orders' ? Math.min(answered, 1) : answered;
      if (found >= least && found <= answers.length) return [];
      return [
        `${nameOf(write)} was answered ${answered} times in ${answers.length} attempts, and left ${found} messages`,
      ];
    });
  }

  /** The rows that have to wait do so once, and no others do. */
  quarantineFaults(): string[] {
    const open = new Map<string, number>();
    const sha256Of = new Map(this.rows.messages.map(({ id, sha256 }) => [id, sha256]));
    for (const { messageId, index } of this.rows.waiting) {
      const place = `${sha256Of.get(messageId) ?? ''} ${index}`;
      open.set(place, (open.get(place) ?? 0) + 1);
    }
    const faults: string[] = [];
    for (const { write, fate } of this.told) {
      const times = write.quarantined.map((index) => {
        const place = `${write.bodySha256 ?? ''} ${index}`;
        const found = open.get(place) ?? 0;
        open.delete(place);
        return found;
      });
      const isRight =
        fate === 'ACKNOWLEDGED' ? times.every((found) => found === 1) : times.every((found) => found <= 1);
      if (!isRight) faults.push(`rows of ${nameOf(write)} wait ${times.join(', ')} times`);
    }
    return [...faults, ...[...open.keys()].map((place) => `a row waits that nobody expects to: ${place}`)];
  }

  /** No answer is one of a broken gateway, and the answers of one write agree with each other and with the ledger. */
  answerFaults(): string[] {
    return this.told.flatMap((each) => {
      const { write, answers } = each;
      const faults = answers.flatMap(({ answer }) =>
        answer.kind === 'FAULT' ? [`${nameOf(write)}: ${answer.why}`] : [],
      );
      const acks = answers.flatMap(({ answer }) => (answer.kind === 'ACK' ? [answer] : []));
      if (answers.length === 1 && acks[0]?.replayed === true) {
        faults.push(`${nameOf(write)} was answered as a repeat, and was sent once`);
      }
      if (answers.length > 0 && acks.length > 1 && acks.every(({ replayed }) => !replayed) && tellsRepeats(write)) {
        faults.push(`${nameOf(write)} was answered ${acks.length} times as the first`);
      }
      for (const { sequence, orderNo } of acks) {
        const ofOrder = orderNo === undefined ? null : (this.rows.orders.get(orderNo) ?? -1);
        for (const stated of [sequence, ofOrder]) {
          if (stated === null || this.#isAt(write, stated)) continue;
          faults.push(`${nameOf(write)} was told of ${orderNo ?? 'its movement'} at ${stated}, which is another one`);
        }
      }
      return faults;
    });
  }

  /** Whether a movement of the write has this sequence. */
  #isAt(write: Write, sequence: number): boolean {
    const ids = [
      ...write.movements.map(({ externalId }) => externalId),
      ...(write.countId === null ? [] : [write.countId]),
    ];
    return ids.some((id) => this.#found(write, id).some((movement) => movement.sequence === sequence));
  }

  #found(write: Write, externalId: string): readonly MovementRow[] {
    return this.#movements.get(keyOf(write.origin, externalId)) ?? [];
  }

  /** How often the counts of a write are there: in all, or for each message where the format has no id. */
  #timesOfCounts({ write }: Told): number[] {
    if (write.counts.length === 0) return [];
    const sent = textOf(write.counts);
    const isSame = ({ reason, counts }: MovementRow): boolean =>
      reason === 'COUNT' && textOf(counts.map(([levelId, , quantity]) => this.#leg(levelId, quantity))) === sent;
    if (write.countId !== null) return [this.#found(write, write.countId).filter(isSame).length];
    const messages = this.#messages.get(write.bodySha256 ?? '') ?? [];
    return messages.map(({ id }) => (this.#byMessage.get(id) ?? []).filter(isSame).length);
  }

  #keyOf({ origin: [, id], externalId }: MovementRow): string {
    return keyOf(this.rows.origins.get(id) ?? id, externalId);
  }

  #leg(levelId: string, delta: number): Leg {
    return [this.#levelNames.get(levelId) ?? levelId, delta];
  }
}

export interface Faults {
  readonly acknowledged: string[];
  readonly refused: string[];
  readonly forgotten: string[];
}

const isEmpty = ({ movements, counts, quarantined }: Write): boolean =>
  movements.length + counts.length + quarantined.length === 0;

/** GraphQL says whether an answer is a repeat. */
const tellsRepeats = ({ origin }: Write): boolean => origin === 'integrator';

const textOf = (legs: readonly Leg[]): string =>
  legs
    .map(([level, delta]) => `${level} ${delta}`)
    .sort()
    .join(', ');

function addTo<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
