import { Field, InputType, Int } from 'type-graphql';
import type { StockSetInput as SetStockCommand } from '../../application/commands/set-stock';
import type { RowErrorPolicy } from '../../domain/plans/stock-set';
import {
  CountWithoutAsOfEnum,
  RowErrorPolicyEnum,
  StalePolicyEnum,
  type CountWithoutAsOf,
  type StalePolicy,
} from '../types/enums';
import { DateTime, Quantity } from '../types/scalars';
import { statedDimensions } from '../../domain/ledger/stock-key';
import { CountedKeyInput, namedKey } from '../stock/key-input';

@InputType({ description: 'A count: a stock key, and the number of units that there are of it.' })
export class StockSetRowInput extends CountedKeyInput {
  @Field(() => Quantity, { description: 'The counted number of units, now or at `asOf`: 0 to 10^12.' })
  readonly quantity!: number;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'The quantity that you believe is current. When it differs, the row is refused with CHANGE_FROM_QUANTITY_STALE. Pass null to skip this check. Required unless `asOf` is given.',
  })
  readonly changeFromQuantity?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the units were counted. Changes since then are added to `quantity`. Earlier changes that are reported later have no effect, because the count includes them. At most 5 minutes in the future.',
  })
  readonly asOf?: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'Your own running number for counts. When two counts from the same client have one, it decides which is newer, instead of `asOf`.',
  })
  readonly sourceSequence?: number | null;
}

@InputType({ description: 'Counts that set stock to absolute quantities.' })
export class StockSetInput {
  @Field(() => String, {
    description:
      'Your own id for this command. Sending it again with the same input changes nothing and returns the first answer, so retries are safe.',
  })
  readonly idempotencyKey!: string;

  @Field(() => [StockSetRowInput], { description: 'The counts, 1 to 300. Each row needs a different stock key.' })
  readonly rows!: StockSetRowInput[];

  @Field(() => RowErrorPolicyEnum, {
    defaultValue: 'REJECT_ALL',
    description: 'What happens to the valid rows when other rows are refused.',
  })
  readonly onRowError!: RowErrorPolicy;

  @Field(() => StalePolicyEnum, {
    defaultValue: 'IGNORE',
    description: 'What happens to a row that is older than the last accepted count of its stock key.',
  })
  readonly onStale!: StalePolicy;

  @Field(() => CountWithoutAsOfEnum, {
    defaultValue: 'UNORDERED',
    description: 'What a row without `asOf` is taken to be.',
  })
  readonly countWithoutAsOf!: CountWithoutAsOf;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many seconds before their receipt rows without `asOf` were counted, 0 to 86,400. UNORDERED rows do not use it.',
  })
  readonly lagSeconds?: number | null;

  @Field(() => String, { nullable: true, description: 'The document that the count belongs to, such as a stocktake.' })
  readonly reference?: string | null;

  @Field(() => String, { nullable: true, description: 'A note for people to read. It is stored with the movement.' })
  readonly note?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: check the command and return what would change, without changing anything.',
  })
  readonly dryRun!: boolean;
}

export function setStockCommand(input: StockSetInput): SetStockCommand {
  const { idempotencyKey, rows, onRowError, reference = null, note = null, dryRun } = input;
  return {
    idempotencyKey,
    externalId: idempotencyKey,
    rows: rows.map((row) => ({
      key: namedKey(row),
      stated: row,
      tellsApart: statedDimensions(row),
      quantity: row.quantity,
      // Left out and null mean different things, so `undefined` has to stay.
      changeFromQuantity: row.changeFromQuantity,
      asOfMs: row.asOf ?? null,
      sourceSequence: row.sourceSequence ?? null,
    })),
    onRowError,
    policy: policyOf(input),
    reference,
    note,
    dryRun,
  };
}

function policyOf({ onStale, countWithoutAsOf, lagSeconds }: StockSetInput): SetStockCommand['policy'] {
  const staleIsError = onStale === 'REJECT';
  if (countWithoutAsOf === 'AS_OF_RECEIPT') return { staleIsError, lagSeconds: lagSeconds ?? 0 };
  return { staleIsError };
}
