import { Field, InputType } from 'type-graphql';
import type { StockAdjustInput as AdjustStockCommand } from '../../application/commands/adjust-stock';
import type { MovementReason } from '../../domain/ledger/movement';
import { MovementReasonEnum } from '../types/enums';
import { DateTime, Quantity } from '../types/scalars';
import { namedKey, StockKeyInput } from '../stock/key-input';

@InputType({ description: 'A stock key and by how much to change it.' })
export class StockAdjustRowInput extends StockKeyInput {
  @Field(() => Quantity, { description: 'Positive: more; negative: fewer, and no fewer than there are. Not zero.' })
  readonly delta!: number;
}

@InputType({ description: 'Changes of stock that are made together or not at all.' })
export class StockAdjustInput {
  @Field(() => String, {
    description:
      'Your own id of this command. Sent again with the same input it changes nothing and gives the first answer again.',
  })
  readonly idempotencyKey!: string;

  @Field(() => MovementReasonEnum, { description: 'Why. Not a reason that the gateway gives itself.' })
  readonly reason!: MovementReason;

  @Field(() => [StockAdjustRowInput], { description: 'From 1 to 300, each about a stock key of its own.' })
  readonly rows!: StockAdjustRowInput[];

  @Field(() => String, { nullable: true, description: 'The document that it belongs to.' })
  readonly reference?: string | null;

  @Field(() => String, { nullable: true, description: 'For people to read.' })
  readonly note?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it happened, by your clock. Left out: now.' })
  readonly occurredAt?: number | null;

  @Field(() => Boolean, { defaultValue: false, description: 'True: answers what would happen and changes nothing.' })
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
