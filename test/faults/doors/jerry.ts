import { createHash } from 'node:crypto';
import { jsonPost, otherwise, sha256, type Call } from '../http';
import type { Random } from '../random';
import { levelName, type Answer } from '../write';
import {
  accessOf,
  DEEP,
  MAIN,
  NOTHING,
  secretOf,
  SHARED,
  type Credentials,
  type Door,
  type Draft,
  type Place,
} from './door';

interface Change {
  readonly id: number;
  readonly sku: string;
  readonly qty: number;
  readonly isOut: boolean;
  /** Its type and its flag do not fit each other, so it has to wait. */
  readonly contradictsItself: boolean;
}

const EVERY_WORKER = 1_000_000;
const MOST_CHANGES = 4;

/** A warehouse that pushes changes, and gives up after seven repeats. */
export const JERRY: Door = {
  ...{ name: 'jerry', origin: 'jerry', retries: 7, pauseMs: 300 },
  draft(credentials, random, place) {
    const changes = Array.from({ length: random.between(1, MOST_CHANGES) }, (_, index) => change(random, place, index));
    const draft = draftOf(credentials, changes, []);
    const isPosted = changes.some(({ contradictsItself }) => !contradictsItself);
    return { ...draft, ...(isPosted && { contradiction: () => contradict(credentials, changes) }) };
  },
};

function change(random: Random, { worker, n }: Place, index: number): Change {
  const id = worker * EVERY_WORKER + n * MOST_CHANGES + index + 1;
  const sku = random.oneOf([...SHARED, DEEP]);
  // More of it leaves than comes.
  const isOut = random.chance(sku === DEEP ? 0.8 : 0.4);
  return { id, sku, qty: random.between(1, 9), isOut, contradictsItself: random.chance(0.1) };
}

/** The changes that were posted are sent with another amount. */
function contradict(credentials: Credentials, changes: readonly Change[]): Draft {
  const posted = changes.filter(({ contradictsItself }) => !contradictsItself);
  const others = posted.map((each) => ({ ...each, qty: each.qty + 1 }));
  return draftOf(
    credentials,
    others,
    others.map(({ id }) => id),
  );
}

function draftOf(credentials: Credentials, changes: readonly Change[], reused: readonly number[]): Draft {
  const body = bodyOf(credentials, changes);
  const { token } = accessOf(credentials, 'jerry');
  const call = (): Call => jsonPost(`/webhooks/jerry/${token}`, body);
  const isWaiting = ({ id, contradictsItself }: Change): boolean => contradictsItself || reused.includes(id);
  const movements = changes
    .filter((each) => !isWaiting(each))
    .map(({ id, sku, qty, isOut }) => {
      const legs = [[levelName({ sku, location: MAIN }), isOut ? -qty : qty] as const];
      return { externalId: String(id), occurredAtMs: OCCURRED_AT_MS, legs };
    });
  const quarantined = changes.flatMap((each, index) => (isWaiting(each) ? [index] : []));
  return { content: { ...NOTHING, movements, quarantined, bodySha256: sha256(body) }, call, read };
}

/** Items that this sender changes are never counted, so the time makes no difference. */
const OCCURRED_AT_MS = Date.UTC(2024, 0, 2, 3, 4, 5);

function bodyOf(credentials: Credentials, changes: readonly Change[]): string {
  const access = accessOf(credentials, 'jerry');
  const [userName, apiPassword, key] = ['userName', 'apiPassword', 'key'].map((name) => secretOf(access, name));
  const goods = JSON.stringify(
    changes.map(({ id, sku, qty, isOut, contradictsItself }) => ({
      ...{ time: '2024-01-02 03:04:05', stockChangeId: id, upc: `upc of ${sku}`, qty: String(qty), reason: 'faults' },
      ...{ changeType: isOut === contradictsItself ? '200' : '101', businessNo: null, flag: isOut ? '1' : '2' },
    })),
  );
  const sign = createHash('md5').update(`${userName}${apiPassword}${goods}${key}`).digest('hex');
  const account = JSON.stringify({ userName, apiPassword }).slice(1, -1);
  return `{${account},"goods":${goods},"sign":"${sign}"}`;
}

function read(reply: Parameters<Draft['read']>[0]): Answer {
  if (reply.status === 200 && reply.body === '{"Status":0,"Message":"success"}') {
    return { kind: 'ACK', replayed: false, sequence: null };
  }
  return otherwise(reply);
}
