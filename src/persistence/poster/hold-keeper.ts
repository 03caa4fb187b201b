import type { Pool } from 'pg';
import type { Poster } from '../../application/ports/poster';
import type { Statement } from '../database/statement';
import { LedgerRounds, MAX_TENANTS } from '../follow-ledgers';

const DUE: Statement = {
  name: 'holds_due',
  text: `SELECT head.tenant_id AS "tenantId" FROM ledger_head head
    WHERE $1::text IS NOT NULL AND head.tenant_id > $2 AND head.next_expiry <= now()
    ORDER BY head.tenant_id LIMIT ${MAX_TENANTS}`,
};

export interface HoldKeeperOptions {
  /** Its sessions are an operator's. One connection is enough. */
  readonly pool: Pool;
  readonly poster: Poster;
  /** Told of a fault, after which it goes on. */
  readonly warn: (message: string, error: unknown) => void;
}

/** Nobody's: what a batch posts of reservations by itself has the origin of each. */
const NO_ORIGIN = { kind: 'API_CLIENT', id: '00000000-0000-0000-0000-000000000000' } as const;

/**
 * Posts that reservations have expired, for ledgers in which nothing else is posted: every batch does so before anything
 * else. Nothing depends on it, since every read and every plan takes an expired hold as released. Several processes may do
 * it at once; the later one finds nothing to post.
 */
export class HoldKeeper {
  readonly #rounds: LedgerRounds;

  constructor({ pool, poster, warn }: HoldKeeperOptions) {
    this.#rounds = new LedgerRounds({
      ...{ name: 'holds', pool, due: DUE },
      step: async (tenantId) => {
        const plan = () => ({ keep: false, result: undefined, remember: [] });
        await poster.post({ tenantId, origin: NO_ORIGIN, reads: { outcomes: [], keys: [] }, plan });
        return 'MOVED';
      },
      warn: (error) => {
        warn('expired reservations could not be posted; trying again', error);
      },
    });
  }

  /** Keeps on until `close`. */
  start(): void {
    this.#rounds.start();
  }

  /** Posts all that has expired by now. False: a fault kept it from some of it. */
  catchUp(): Promise<boolean> {
    return this.#rounds.catchUp();
  }

  /** Waits for what it is posting. */
  close(): Promise<void> {
    return this.#rounds.close();
  }
}
