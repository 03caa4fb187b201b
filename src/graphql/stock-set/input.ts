import { Field, InputType } from 'type-graphql';
import { TELLS_ALL_APART, type StockSetInput as SetStockCommand } from '../../application/commands/set-stock';
import type { RowErrorPolicy } from '../../domain/plans/stock-set';
import { RowErrorPolicyEnum, StalePolicyEnum, type StalePolicy } from '../types/enums';
import { DateTime, Quantity } from '../types/scalars';
import { namedKey, StockKeyInput } from '../stock/key-input';

@InputType({ description: 'A stock key and how many units of it there are.' })
export class StockSetRowInput extends StockKeyInput {
  @Field(() => Quantity, { description: 'How many there are, or were at asOf. Not below zero.' })
  readonly quantity!: number;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'What you believe is there now: the row is refused with CHANGE_FROM_QUANTITY_STALE where it is not. Null says: whatever it is. Needed unless asOf is given.',
  })
  readonly changeFromQuantity?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it was counted. What has happened to the key since then is added to the quantity; what is reported later and happened before is in the count already. At most 5 minutes ahead of our clock.',
  })
  readonly asOf?: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'Your own running number of counts: where two counts of the same origin carry one, it orders them instead of asOf.',
  })
  readonly sourceSequence?: number | null;
}

@InputType({ description: 'Absolute quantities to be set.' })
export class StockSetInput {
  @Field(() => String, {
    description:
      'Your own id of this command. Sent again with the same input it changes nothing and gives the first answer again.',
  })
  readonly idempotencyKey!: string;

  @Field(() => [StockSetRowInput], { description: 'From 1 to 300, each about a stock key of its own.' })
  readonly rows!: StockSetRowInput[];

  @Field(() => RowErrorPolicyEnum, {
    defaultValue: 'REJECT_ALL',
    description: 'What becomes of the good rows where others are refused.',
  })
  readonly onRowError!: RowErrorPolicy;

  @Field(() => StalePolicyEnum, {
    defaultValue: 'IGNORE',
    description: 'What becomes of a row that is older than the last accepted count of its key.',
  })
  readonly onStale!: StalePolicy;

  @Field(() => String, { nullable: true, description: 'The document that it belongs to, such as a stocktaking.' })
  readonly reference?: string | null;

  @Field(() => String, { nullable: true, description: 'For people to read.' })
  readonly note?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'True: answers what would happen and changes nothing.' })
  readonly dryRun!: boolean;
}

export function setStockCommand(input: StockSetInput): SetStockCommand {
  const { idempotencyKey, rows, onRowError, onStale, reference = null, note = null, dryRun } = input;
  return {
    idempotencyKey,
    externalId: idempotencyKey,
    rows: rows.map((row) => ({
      key: namedKey(row),
      quantity: row.quantity,
      // Left out and null mean different things, so neither becomes the other here.
      changeFromQuantity: row.changeFromQuantity,
      asOfMs: row.asOf ?? null,
      sourceSequence: row.sourceSequence ?? null,
    })),
    onRowError,
    policy: { tellsApart: TELLS_ALL_APART, staleIsError: onStale === 'REJECT' },
    reference,
    note,
    dryRun,
  };
}
