import { createHmac } from 'node:crypto';
import { jsonPost, otherwise, sha256, type Call, type Reply } from '../http';
import type { Random } from '../random';
import { levelName, type Answer } from '../write';
import {
  accessOf,
  COUNTED,
  DEEP,
  idOf,
  MAIN,
  NOTHING,
  secretOf,
  SHARED,
  type Credentials,
  type Door,
  type Place,
} from './door';

interface Row {
  readonly id: string;
  readonly sku: string;
  readonly delta: number;
  readonly occurredAtMs: number | null;
  /** A receipt of less than nothing, which has to wait. */
  readonly isWrong: boolean;
}

const MOST_LATE_MS = 3_000;

/** A warehouse that sends facts of its own form, some of them late. */
export const STANDARD: Door = {
  ...{ name: 'standard', origin: 'standard', retries: Infinity, pauseMs: 150 },
  draft(credentials, random, place) {
    const rows = Array.from({ length: random.between(1, 3) }, (_, index) => row(random, place, index));
    const body = bodyOf(rows);
    const movements = rows
      .filter(({ isWrong }) => !isWrong)
      .map(({ id, sku, delta, occurredAtMs }) => {
        return { externalId: id, occurredAtMs, legs: [[levelName({ sku, location: MAIN }), delta] as const] };
      });
    const quarantined = rows.flatMap(({ isWrong }, index) => (isWrong ? [index] : []));
    return {
      content: { ...NOTHING, movements, quarantined, bodySha256: sha256(body) },
      call: () => callOf(credentials, `message-${idOf(place)}`, body),
      read,
    };
  },
};

function row(random: Random, place: Place, index: number): Row {
  const sku = random.oneOf([...SHARED, DEEP, ...COUNTED]);
  const isLate = COUNTED.some((counted) => counted === sku) && random.chance(0.8);
  return {
    ...{ id: `${idOf(place)}-${index}`, sku, delta: random.between(1, 9) * (random.chance(0.5) ? 1 : -1) },
    occurredAtMs: isLate ? Date.now() - random.between(0, MOST_LATE_MS) : null,
    isWrong: random.chance(0.1),
  };
}

function bodyOf(rows: readonly Row[]): string {
  const written = rows.map(({ id, sku, delta, occurredAtMs, isWrong }) => ({
    ...{ id, item: { sku }, location: MAIN, delta: isWrong ? -Math.abs(delta) : delta },
    reason: isWrong ? 'RECEIPT' : delta > 0 ? 'GAIN' : 'LOSS',
    ...(occurredAtMs !== null && { occurredAt: new Date(occurredAtMs).toISOString() }),
  }));
  return JSON.stringify({ type: 'stock.facts', data: { rows: written } });
}

/** Signed as Standard Webhooks 1.0 says. */
function callOf(credentials: Credentials, id: string, body: string): Call {
  const access = accessOf(credentials, 'standard');
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const key = Buffer.from(secretOf(access, 'secret').replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return jsonPost(`/webhooks/standard/${access.token}`, body, {
    ...{ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
  });
}

function read(reply: Reply): Answer {
  if (reply.status !== 200) return otherwise(reply);
  const { rows } = JSON.parse(reply.body) as { rows: { status: string }[] };
  return { kind: 'ACK', replayed: rows.some(({ status }) => status === 'DUPLICATE'), sequence: null };
}
