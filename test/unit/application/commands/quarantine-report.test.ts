import { Report } from '../../../../src/application/commands/quarantine-report';
import type { DecodedRow, ReplayResult } from '../../../../src/domain/plans/delivery';
import { factOf } from '../../../support/domain/test-ledger';

type Verdict = ReplayResult['rows'][number];

const POSTED = { index: 0, status: 'POSTED', sequence: 1 } as const;
const WAITS = { index: 0, status: 'QUARANTINED', code: 'ITEM_NOT_FOUND', detail: 'No such item.' } as const;

/** A posting of one message with one row. */
function post(report: Report, messageId: string, connection: string, id: string, verdict: Verdict): void {
  const row: DecodedRow = { index: 0, text: '{}', fact: factOf(id) };
  const waiting = { id: messageId, receivedAtMs: 0 } as Parameters<Report['expect']>[0];
  report.expect(waiting, connection);
  const result = { messageId, status: 'APPLIED', rows: [verdict], belowZero: 0, changes: [] } as const;
  report.add({ results: [result], changes: [], at: 1 }, new Map([[messageId, [row]]]));
}

describe('the report of a replay', () => {
  it('counts a row as closed when its id is applied later, in another posting', () => {
    const report = new Report(false);
    post(report, 'first', 'shop', 'a', WAITS);
    post(report, 'second', 'shop', 'b', WAITS);
    post(report, 'third', 'shop', 'a', POSTED);
    const expected = { considered: 3, applied: 1, superseded: 1, stillOpen: 1 };
    expect(report.outcome(null)).toMatchObject({ ...expected, groupsLeft: [{ code: 'ITEM_NOT_FOUND', count: 1 }] });
  });

  it("leaves a row that waits under another connection's id", () => {
    const report = new Report(false);
    post(report, 'first', 'shop', 'a', WAITS);
    post(report, 'second', 'warehouse', 'a', POSTED);
    const expected = { considered: 2, applied: 1, superseded: 0, stillOpen: 1 };
    expect(report.outcome(null)).toMatchObject({ ...expected, groupsLeft: [{ connection: 'shop', count: 1 }] });
  });
});
