import { identifierSpecification, type ItemReference } from '../catalogue/catalogue';
import { locationNamed } from '../catalogue/catalogue-map';
import { gtinOf } from '../catalogue/gtin';
import type { UserError } from '../errors';
import type { AuditDraft, RowPlace } from '../ledger/inbound-message';
import type { Planned } from '../ledger/posting';
import type { PostingReads } from '../ledger/posting-reads';
import type { UnitOfWork } from '../ledger/unit-of-work';
import { itemSaveReads, planItemSave } from './catalogue-save';
import { idempotencyId } from './command';
import type { Fact } from './delivery';

/** An identifier that means an item from now on. */
interface IdentifierFix {
  readonly scheme: string;
  readonly value: string;
  readonly sku: string;
  readonly specification: string;
}

/** A code that means a location from now on. */
interface LocationFix {
  readonly code: string;
  readonly asLocation: string;
}

/** What keeps rows waiting, and how it is to be read. */
export interface MappingFix {
  readonly identifiers: readonly IdentifierFix[];
  readonly locations: readonly LocationFix[];
}

export interface FixCommand extends MappingFix {
  /** Null: none, as for a preview or the command line. */
  readonly idempotencyKey: string | null;
  readonly fingerprint: string;
  /** Null: it is only checked. */
  readonly audit: AuditDraft | null;
}

export interface FixResult {
  /** Whether the same was saved before under its idempotency key. */
  readonly isKnown: boolean;
  readonly userErrors: readonly UserError[];
}

export function fixReads({ identifiers, locations, idempotencyKey }: FixCommand): PostingReads {
  const reads = identifiers.map(({ sku, specification, scheme, value }) =>
    itemSaveReads({ sku, specification, identifiers: [{ scheme, value }] }),
  );
  return {
    outcomes: idempotencyKey === null ? [] : [idempotencyId(idempotencyKey)],
    keys: [],
    items: reads.flatMap(({ items = [] }) => items),
    identifiers: reads.flatMap((read) => read.identifiers ?? []),
    locations: locations.flatMap(({ code, asLocation }) =>
      [code, asLocation].map((name) => ({ by: 'CODE', code: name, whenUnknown: 'REFUSE' }) as const),
    ),
  };
}

/** Saves a mapping, all of it or nothing. The same again under its idempotency key changes nothing. */
export function planFix(work: UnitOfWork, command: FixCommand): Planned<FixResult> {
  const { identifiers, locations, idempotencyKey, fingerprint, audit } = command;
  const externalId = idempotencyKey === null ? null : idempotencyId(idempotencyKey);
  const first = externalId === null ? undefined : work.outcome(externalId);
  if (first?.fingerprint === fingerprint) return notSaved({ isKnown: true });
  if (first) {
    const message = 'This idempotencyKey was used before with other input; give each command a key of its own.';
    return notSaved({ userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', message, field: ['idempotencyKey'] }] });
  }
  const userErrors = [
    ...identifiers.flatMap((fix, index) => saveIdentifier(work, fix, ['fix', 'identifiers', String(index)])),
    ...locations.flatMap((fix, index) => saveLocationCode(work, fix, ['fix', 'locations', String(index)])),
  ];
  if (userErrors.length > 0 || audit === null) return notSaved({ userErrors });
  work.audit(audit);
  const remember = externalId === null ? [] : [{ externalId, fingerprint, sequence: null, result: null }];
  return { keep: true, remember, result: NEWLY_SAVED };
}

const NEWLY_SAVED: FixResult = { isKnown: false, userErrors: [] };

const notSaved = (why: Partial<FixResult>): Planned<FixResult> => ({
  keep: false,
  remember: [],
  result: { ...NEWLY_SAVED, ...why },
});

function saveIdentifier(work: UnitOfWork, fix: IdentifierFix, field: readonly string[]): UserError[] {
  const { sku, specification, scheme, value } = fix;
  if (!work.catalogue.itemBySku(sku, specification)) {
    return [{ ...itemUnknown(sku, specification), field: [...field, 'sku'] }];
  }
  const { userErrors } = planItemSave(work, { sku, specification, identifiers: [{ scheme, value }] }).result;
  return userErrors.map((error) => ({ ...error, field: [...field, 'value'] }));
}

/** The fault of an item that has to be there and is not. */
export const itemUnknown = (sku: string, specification: string): Pick<UserError, 'code' | 'message'> => ({
  code: 'ITEM_NOT_FOUND',
  message: `No item has the sku "${sku}"${specification === '' ? '' : ` and the specification "${specification}"`}; save it first.`,
});

/** Gives a location a further code, as one has that was renamed. */
function saveLocationCode(work: UnitOfWork, { code, asLocation }: LocationFix, field: readonly string[]): UserError[] {
  const { catalogue } = work;
  const location = locationNamed(catalogue, asLocation);
  if (!location) {
    const message = `No location has the code "${asLocation}"; save it first.`;
    return [{ code: 'LOCATION_NOT_FOUND', message, field: [...field, 'asLocation'] }];
  }
  const other = locationNamed(catalogue, code);
  if (other && other.id !== location.id) {
    const message = `The code "${code}" is that of another location, "${other.code}"; it cannot mean "${location.code}".`;
    return [{ code: 'LOCATION_CODE_TAKEN', message, field: [...field, 'code'] }];
  }
  if (other) return [];
  catalogue.addFormerCode({ code, locationId: location.id });
  // The batch ends with it, since what comes after has not read the code.
  catalogue.replaceLocation(location);
  return [];
}

/** A fact as it would be read with a mapping that is not saved. */
export function mapped(fact: Fact, { identifiers, locations }: MappingFix): Fact {
  const item = identifiers.find((fix) => isNamedBy(fact.item, fix));
  const { location } = fact;
  const place = location.by === 'CODE' ? locations.find(({ code }) => code === location.code) : undefined;
  return {
    ...fact,
    ...(item ? { item: { by: 'SKU', sku: item.sku, specification: item.specification } } : {}),
    ...(place ? { location: { by: 'CODE', code: place.asLocation, whenUnknown: 'REFUSE' } } : {}),
  };
}

function isNamedBy(item: ItemReference, { scheme, value, specification }: IdentifierFix): boolean {
  if (item.by === 'SKU' || item.scheme !== scheme) return false;
  const kept = (text: string): string => identifierSpecification(scheme, text);
  const isSame = item.value === value || (gtinOf(item) !== null && gtinOf(item) === gtinOf({ scheme, value }));
  return isSame && kept(item.specification) === kept(specification);
}

export interface DismissCommand {
  readonly rows: readonly RowPlace[];
  readonly reason: string;
  readonly audit: (count: number) => AuditDraft;
}

/** Closes rows for good, without applying them. Returns how many. */
export function planDismiss(work: UnitOfWork, { rows, reason, audit }: DismissCommand): Planned<number> {
  const waiting = rows.filter((row) => work.isWaiting(row));
  const closing = { closed: true, closedAs: 'DISMISSED', closedAtMs: work.recordedAtMs } as const;
  for (const row of waiting) work.updateQuarantine({ ...row, ...closing, sequence: null, note: reason });
  if (waiting.length > 0) work.audit(audit(waiting.length));
  return { keep: waiting.length > 0, remember: [], result: waiting.length };
}
