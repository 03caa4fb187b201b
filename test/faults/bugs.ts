/** One place of the built code, and what it becomes. */
export interface Patch {
  /** Under `dist/src`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A fault of the kind that the suite has to catch. */
export interface Bug {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** Whether it takes two gateways to show. */
  readonly needsTwoGateways?: true;
}

const TRANSACTIONS = 'persistence/poster/transactions.js';
const UNIT_OF_WORK = 'domain/ledger/unit-of-work.js';

/**
 * What the suite proves itself with. The sources know nothing of it: each bug is a change of a copy of the build. A
 * constraint of the database would hide some of them, so these silence the constraint too, as somebody who wanted to get
 * rid of its error would.
 */
export const BUGS: readonly Bug[] = [
  {
    name: 'acknowledge before commit',
    patches: [
      {
        file: TRANSACTIONS,
        find: 'assertCommitted(await sent.commit);',
        replace: 'sent.commit.then(assertCommitted).catch(() => undefined);',
      },
    ],
  },
  {
    name: 'skip the idempotency check',
    patches: [
      {
        file: 'persistence/poster/read-ledger.js',
        find: 'const { rows } = await (0, statement_1.run)(session, READ_OUTCOMES, [tenantId, origins, externalIds]);',
        replace: 'const rows = [];',
      },
      {
        file: 'persistence/poster/write-batch.js',
        find: 'own.fingerprint = fingerprint;',
        replace: '',
      },
      {
        file: 'persistence/poster/write-batch.js',
        find: '(session, INSERT_OUTCOMES, tenantId',
        replace: `(session, { ...INSERT_OUTCOMES, text: INSERT_OUTCOMES.text + ' ON CONFLICT DO NOTHING' }, tenantId`,
      },
    ],
  },
  {
    name: 'read then write without the head lock',
    needsTwoGateways: true,
    patches: [
      {
        file: TRANSACTIONS,
        find: `            (0, lock_head_1.lockHead)(client, this.tenantId),
            (0, read_ledger_1.readOutcomes)(client, postings),
            guess.covers(names)
                ? this.#readNamed(client, postings, guess.map)
                : (0, read_catalogue_1.readCatalogue)(client, this.tenantId, guess, names).then(() => undefined),
        ]);
        const [, , locked, outcomes, early]`,
        replace: `            guess.covers(names)
                ? this.#readNamed(client, postings, guess.map)
                : (0, read_catalogue_1.readCatalogue)(client, this.tenantId, guess, names).then(() => undefined),
            (0, lock_head_1.lockHead)(client, this.tenantId),
            (0, read_ledger_1.readOutcomes)(client, postings),
        ]);
        const [, , early, locked, outcomes]`,
      },
    ],
  },
  {
    name: 'drop one leg',
    patches: [
      {
        file: UNIT_OF_WORK,
        find: 'for (const leg of draft.legs) {',
        replace: 'for (const leg of draft.legs.slice(0, Math.max(1, draft.legs.length - 1))) {',
      },
    ],
  },
  {
    name: 'apply a quarantined row',
    patches: [
      {
        file: 'domain/plans/delivery.js',
        find: 'verdicts.push(verdict);\n            continue;',
        replace: `verdicts.push(verdict);\n            if (verdict.code !== 'INVALID_QUANTITY') continue;`,
      },
    ],
  },
  {
    name: 'forget the tenant',
    patches: [
      {
        file: 'persistence/poster/poster.js',
        find: 'const known = lanes.get(tenantId);',
        replace: 'const [known] = lanes.values();',
      },
    ],
  },
  {
    name: 'reuse a sequence',
    patches: [
      {
        file: UNIT_OF_WORK,
        find: 'sequence: head.sequence + 1,',
        replace: 'sequence: head.sequence + (this.#state.writes.movements.length > 0 ? 0 : 1),',
      },
      {
        file: 'domain/ledger/ledger-state.js',
        find: 'if (movement.sequence !== sequence + 1) {',
        replace: 'if (movement.sequence > sequence + 1) {',
      },
      {
        file: 'persistence/poster/row-statements.js',
        find: 'SELECT $1, * FROM ${unnested(columns)}`;',
        replace:
          "SELECT $1, * FROM ${unnested(columns)}${/movements|entries/.test(name) ? ' ON CONFLICT DO NOTHING' : ''}`;",
      },
    ],
  },
  {
    name: 'swallow a retry',
    patches: [
      {
        file: TRANSACTIONS,
        find: 'if (await (0, lost_commit_1.wasCommitted)(client, this.tenantId, locked, undecided)) {',
        replace: 'if (undecided.settled) {',
      },
    ],
  },
  {
    name: 'plan ahead on a lost batch',
    patches: [
      {
        file: TRANSACTIONS,
        find: 'if (isValid && locked.attempt === foundation.attempt && ledger',
        replace: 'if (isValid && ledger',
      },
    ],
  },
  {
    name: 'take a rejected COMMIT as not committed',
    patches: [
      {
        file: TRANSACTIONS,
        find: '// An engine may have committed whatever it says.',
        replace: 'if (!(0, faults_1.isConnectionLoss)(error)) throw error;',
      },
    ],
  },
  {
    name: 'clamp at zero',
    patches: [
      {
        file: UNIT_OF_WORK,
        find: 'const { key, levelId, delta } = leg;',
        replace: `const { key, levelId } = leg;
            const delta = Math.max(leg.delta, -Math.max(0, this.level(leg).quantity));`,
      },
    ],
  },
  {
    name: 'lose an absorbed leg',
    patches: [{ file: UNIT_OF_WORK, find: 'absorbedLegs.push({ levelId, delta });', replace: '' }],
  },
];
