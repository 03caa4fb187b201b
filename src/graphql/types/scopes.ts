import { Extensions } from 'type-graphql';
import type { Scope } from '../../application/ports/access';

/** What opens a field: any one of these scopes, or any API key but a publishable one. */
export type Opening = readonly Scope[] | 'ANY_KEY';

type NameOf<One extends Scope> = One extends `${infer Noun}:${infer Verb}` ? `${Noun}_${Verb}` : One;

/** A scope as the enum `ApiKeyScope` names it: `stock:read` is STOCK_READ. */
export type ScopeName = Uppercase<NameOf<Scope>>;

type Decorator = ReturnType<typeof Extensions>;

/**
 * Declares on a field which API keys may ask for it: those with any one of these scopes. On a type, it holds for all fields
 * that declare nothing themselves.
 */
export const OpenTo = (first: Scope, ...others: readonly Scope[]): Decorator =>
  Extensions({ opening: [first, ...others] satisfies Opening });

/**
 * Declares that any API key may ask for a field, except a publishable one. It is for what shows nothing by itself, such as
 * the answer of a mutation that the key may send.
 */
export const OpenToAnyKey = (): Decorator => Extensions({ opening: 'ANY_KEY' satisfies Opening });

/** Whether keys that are limited to locations or channels may ask for a field. */
export type LimitedUse = 'OPEN' | 'CLOSED';

/**
 * Declares that a limited key may ask for a field as well, because what it shows or changes keeps to the limits of the key.
 * On a type, it holds for all fields that declare nothing themselves. A field without a declaration is closed to limited
 * keys.
 */
export const OpenToLimitedKeys = (): Decorator => Extensions({ limitedUse: 'OPEN' satisfies LimitedUse });

/** Declares that a field of a type that is open to limited keys is closed to them. */
export const ClosedToLimitedKeys = (): Decorator => Extensions({ limitedUse: 'CLOSED' satisfies LimitedUse });
