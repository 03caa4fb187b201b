import type { UserError } from '../../domain/errors';
import { referenceOf } from '../../domain/node-ids';
import { shown } from '../../domain/text';
import { checkText } from '../../domain/validation';
import type { DiscrepancyNotes } from '../ports/discrepancy-notes';

/** Sets the note of a discrepancy, or takes it away where it is null or blank. Returns why it was refused. */
export async function noteDiscrepancy(
  notes: DiscrepancyNotes,
  tenantId: string,
  id: string,
  given: string | null,
): Promise<readonly UserError[]> {
  const note = given?.trim() ?? '';
  const faults = checkText(note, ['note']);
  if (faults.length > 0) return faults;
  const key = referenceOf('Discrepancy', id);
  const isKnown = key !== undefined && (await notes.set(tenantId, key, note === '' ? null : note));
  if (isKnown) return [];
  return [{ code: 'NOT_FOUND', message: `There is no discrepancy with the id "${shown(id)}".`, field: ['id'] }];
}
