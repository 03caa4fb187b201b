import type { LocationReference } from '../../domain/catalogue/catalogue';

/** A location by its code. `parentCode` is that of the location that one created here is a part of. */
export const locationByCode = (
  code: string,
  whenUnknown: 'CREATE' | 'REFUSE',
  parentCode: string | null = null,
): LocationReference =>
  whenUnknown === 'CREATE' ? { by: 'CODE', code, whenUnknown, parentCode } : { by: 'CODE', code, whenUnknown };
