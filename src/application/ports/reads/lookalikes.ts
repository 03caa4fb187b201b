import type { Page, PageRequest } from './page';

/** What names can be look-alikes of each other. */
export type LookalikeKind = 'SKU' | 'SPECIFICATION' | 'IDENTIFIER' | 'GTIN' | 'LOCATION';

/** Names of one kind that differ only in form. */
export interface LookalikeView {
  readonly kind: LookalikeKind;
  /** The scheme of identifiers, or the sku of specifications; empty for the other kinds. */
  readonly scope: string;
  /** What the names have in common: their collision key, or their GTIN. */
  readonly collisionKey: string;
  /** The names, each once, and the ids of what they name: at most {@link MAX_TWINS} of each. */
  readonly names: readonly string[];
  readonly itemIds: readonly string[];
  readonly locationIds: readonly string[];
}

export interface LookalikeReads {
  /** Sort key: kind, scope, collision key. */
  lookalikes(tenantId: string, page: PageRequest): Promise<Page<LookalikeView>>;
}
