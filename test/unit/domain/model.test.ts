import fc from 'fast-check';
import { Comparison, knownToHistories } from '../../support/domain/comparison';
import { TestGateway } from '../../support/domain/gateway';
import { histories } from '../../support/domain/histories';

jest.setTimeout(60_000);

describe('the ledger', () => {
  it('answers every history of facts and commands as the model does, and becomes what it becomes', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (rounds) => {
        const comparison = new Comparison(new TestGateway(knownToHistories()));
        for (const round of rounds) await comparison.play(round);
      }),
      { numRuns: 100 },
    );
  });
});
