import type { KeyLimits } from '../domain/key-limits';
import { AccessError, PUBLISHABLE_SCOPE, type Principal, type Scope } from './ports/access';

/** What a client has, and so the most that it may give to a key. */
export type Granted = Pick<Principal, 'scopes' | 'limits'>;

/** Throws AccessError where a client would give a key more than it has itself. */
export function checkGrant({ scopes, limits }: Granted, key: KeyLimits & { readonly scopes: readonly Scope[] }): void {
  const lacking = key.scopes.filter((scope) => !covers(scopes, scope));
  if (lacking.length > 0) {
    throw notAllowed('scopes', `it does not have ${lacking.join(', ')} itself: use one that does, or the command line`);
  }
  if (!isWithin(key.locationIds, limits?.locationIds ?? null)) {
    throw notAllowed('locations', 'it is limited to locations itself: name some of them');
  }
  if (!isWithin(key.channels, limits?.channels ?? null)) {
    throw notAllowed('channels', 'it is limited to channels itself: name some of them');
  }
}

/** What can be sold is a part of what a client sees that reads stock. No other key than a publishable one has that scope. */
const covers = (own: ReadonlySet<Scope>, scope: Scope): boolean =>
  own.has(scope) || (scope === PUBLISHABLE_SCOPE && own.has('stock:read'));

const isWithin = (values: readonly string[] | null, own: readonly string[] | null): boolean =>
  own === null || (values?.every((value) => own.includes(value)) ?? false);

const notAllowed = (part: AccessError['part'], reason: string): AccessError =>
  new AccessError(`This API key or token cannot give a key more than it has, and ${reason}`, {
    ...{ part, code: 'NOT_ALLOWED' },
  });
