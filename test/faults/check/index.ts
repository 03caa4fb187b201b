import { readJournals } from '../journal';
import { chainFaults, levelFaults, sequenceFaults } from './ledger-rules';
import { readTenant } from './read';
import { readTold } from './told';
import { WriteRules } from './write-rules';

/** What a check found wrong, in sentences. */
export interface Finding {
  readonly check: string;
  readonly faults: readonly string[];
}

/**
 * Checks a run from outside: the tables, as their owner reads them, against what the senders wrote down. Shares nothing with
 * the gateway's code. Nothing may be writing.
 */
export async function check(
  ownerUrl: string,
  tenants: readonly string[],
  journals: readonly string[],
): Promise<Finding[]> {
  const told = readTold(await readJournals(journals));
  const found = new Map<string, string[]>();
  for (const tenant of tenants) {
    const rows = await readTenant(ownerUrl, tenant);
    const rules = new WriteRules(
      rows,
      told.filter(({ write }) => write.tenant === tenant),
    );
    const { acknowledged, refused, forgotten } = rules.fateFaults();
    const checks = {
      'every acknowledged write is there once': acknowledged,
      'no refused write is there': refused,
      'a write that was given up is there once or not at all': forgotten,
      'movements have the legs that were sent': rules.legFaults(),
      'nothing is there that nobody sent': rules.strangerFaults(),
      'counts and late facts have their effect': rules.historyFaults(),
      'stated quantities are the last ones': rules.statedFaults(),
      'levels are the sums of their entries': levelFaults(rows),
      'sequences have no gap': sequenceFaults(rows),
      'the chain of hashes is intact': chainFaults(rows),
      'every delivery has left its evidence': rules.evidenceFaults(),
      'rows wait once, and only those that have to': rules.quarantineFaults(),
      'answers are those of a working gateway': rules.answerFaults(),
    };
    for (const [name, faults] of Object.entries(checks)) {
      found.set(name, [...(found.get(name) ?? []), ...faults.map((fault) => `${tenant}: ${fault}`)]);
    }
  }
  return [...found].flatMap(([name, faults]) => (faults.length === 0 ? [] : [{ check: name, faults }]));
}
