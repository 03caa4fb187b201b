import { ArgsType, Field, ID } from 'type-graphql';
import type { AsOf, LevelReference } from '../../application/ports/reads';
import { tidyName } from '../../domain/text';
import { tidyDimensions } from '../../domain/validation';
import { referenceOf } from '../../domain/node-ids';
import { badUserInput } from '../types/errors';
import { given } from '../types/given';
import { AsOfInput } from '../stock/input';
import { dimensionsOf, statedDimensions } from '../../domain/ledger/stock-key';
import { StockKeyInput } from '../stock/key-input';

@ArgsType()
export class ExplainArgs {
  @Field(() => ID, {
    nullable: true,
    description: 'The `id` of the stock level. Of a level as of a past moment, the explanation ends there.',
  })
  readonly level?: string | null;

  @Field(() => StockKeyInput, { nullable: true, description: 'The stock key of the stock level.' })
  readonly key?: StockKeyInput | null;

  @Field(() => AsOfInput, {
    nullable: true,
    description:
      'Explain what happened after this moment. Leave it out for the beginning of the ledger. A moment later than `to` means `to`.',
  })
  readonly from?: AsOfInput | null;

  @Field(() => AsOfInput, {
    nullable: true,
    description: 'Explain what happened up to this moment. Leave it out for that of the level.',
  })
  readonly to?: AsOfInput | null;
}

/** The moment of a level as of the past: an explanation of it ends there. Null for the present. */
export function momentOfLevel({ level }: Pick<ExplainArgs, 'level'>): AsOf | null {
  const sequence = level == null ? undefined : referenceOf('StockLevel', level)?.sequence;
  return sequence == null ? null : { sequence };
}

/** Null for an id that no level can have. Throws BAD_USER_INPUT unless exactly one of `level` and `key` is given. */
export function levelReference(args: Pick<ExplainArgs, 'level' | 'key'>): LevelReference | null {
  const { level, key } = given(args);
  if (level !== undefined && key === undefined) {
    const reference = referenceOf('StockLevel', level);
    return reference ? { id: reference.id } : null;
  }
  if (key === undefined || level !== undefined) throw badUserInput('explain takes exactly one of level and key.');
  const { sku, specification, location } = key;
  return {
    sku: tidyName(sku),
    specification: tidyName(specification),
    locationCode: tidyName(location),
    dimensions: tidyDimensions(dimensionsOf(key)),
    stated: statedDimensions(key),
  };
}
