import { Field, InputType } from 'type-graphql';
import type { StockAdjustInput as AdjustStockCommand } from '../../application/commands/adjust-stock';
import type { MovementReason } from '../../domain/ledger/movement';
import { MovementReasonEnum } from '../types/enums';
import { DateTime, Quantity } from '../types/scalars';
import { ChangedKeyInput, namedKey } from '../stock/key-input';

@InputType({ description: 'A stock key, and the change to make to its quantity.' })
export class StockAdjustRowInput extends ChangedKeyInput {
  @Field(() => Quantity, {
    description:
      'The change in units, within ±10^12 and not 0. Positive adds units. Negative takes units away, at most as many as there are.',
  })
  readonly delta!: number;
}

@InputType({ description: 'Changes to stock. All are made together, or none.' })
export class StockAdjustInput {
  @Field(() => String, {
    description:
      'Your own id for this command. Sending it again with the same input changes nothing and returns the first answer, so retries are safe.',
  })
  readonly idempotencyKey!: string;

  @Field(() => MovementReasonEnum, {
    description:
      'Why the stock changes. COUNT, REVERSAL, MERGE, UNPACK, OWNER_TRANSFER and BARCODE_CHANGE are refused, because other mutations set them.',
  })
  readonly reason!: MovementReason;

  @Field(() => [StockAdjustRowInput], {
    description: 'The changes to make, 1 to 300. Each row needs a different stock key.',
  })
  readonly rows!: StockAdjustRowInput[];

  @Field(() => String, {
    nullable: true,
    description: 'The document that the change belongs to, such as an order number.',
  })
  readonly reference?: string | null;

  @Field(() => String, { nullable: true, description: 'A note for people to read. It is stored with the movement.' })
  readonly note?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the change happened, by your clock. Leave it out for now.',
  })
  readonly occurredAt?: number | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: check the command and return what would change, without changing anything.',
  })
  readonly dryRun!: boolean;
}

export function adjustStockCommand(input: StockAdjustInput): AdjustStockCommand {
  return {
    idempotencyKey: input.idempotencyKey,
    reason: input.reason,
    rows: input.rows.map((row) => ({ key: namedKey(row), delta: row.delta })),
    reference: input.reference ?? null,
    note: input.note ?? null,
    occurredAtMs: input.occurredAt ?? null,
    dryRun: input.dryRun,
  };
}
