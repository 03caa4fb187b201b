import { ArgsType, Field, InputType, Int } from 'type-graphql';
import type {
  AdjustmentOrderInput as CreateOrderCommand,
  AdjustmentOrderReverseInput as ReverseOrderCommand,
} from '../../application/commands/adjustment-orders';
import type { AdjustmentOrderSide, AdjustmentOrderStatus, AdjustmentOrderType } from '../../domain/adjustment-order';
import type { Packaging } from '../../domain/ledger/stock-key';
import { AdjustmentOrderStatusEnum, AdjustmentOrderTypeEnum, PackagingEnum } from '../types/enums';
import { PageArgs } from '../paging/page-args';
import { Quantity } from '../types/scalars';

@InputType({ description: 'What leaves, or comes, in one line of an adjustment order.' })
export class AdjustmentOrderSideInput {
  @Field(() => String, { description: 'The sku of the item.' })
  readonly sku!: string;

  @Field(() => String, { defaultValue: '', description: "The item's variant; empty where there are none." })
  readonly specification!: string;

  @Field(() => PackagingEnum, { description: 'How the units are packed.' })
  readonly packaging!: Packaging;

  @Field(() => String, { defaultValue: '', description: 'The barcode on the units.' })
  readonly barcode!: string;

  @Field(() => Quantity, { description: 'How many of this packaging; above zero.' })
  readonly quantity!: number;

  @Field(() => Int, {
    nullable: true,
    description: "How many single units a package holds. Left out: as the item's unitsPerPackage says.",
  })
  readonly standardPartsQuantity?: number | null;
}

@InputType({ description: 'What leaves, and what comes for it.' })
export class AdjustmentOrderLineInput {
  @Field(() => AdjustmentOrderSideInput, { description: 'What leaves.' })
  readonly out!: AdjustmentOrderSideInput;

  @Field(() => AdjustmentOrderSideInput, { description: 'What comes for it.' })
  readonly in!: AdjustmentOrderSideInput;
}

@InputType({ description: 'Units to be turned into others: unpacked, given to another owner, or labelled anew.' })
export class AdjustmentOrderCreateInput {
  @Field(() => String, {
    description:
      'Your own id of this command. Sent again with the same input it changes nothing and gives the first answer again.',
  })
  readonly idempotencyKey!: string;

  @Field(() => AdjustmentOrderTypeEnum, { description: 'What the order does; each type has rules of its own.' })
  readonly type!: AdjustmentOrderType;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own number of the order. Used up only when the order is carried out; sent again with the same input it gives the same order again.',
  })
  readonly sellerOrderNo?: string | null;

  @Field(() => String, { nullable: true, description: "The warehouse's code of the service, kept as it is." })
  readonly productCode?: string | null;

  @Field(() => String, { description: 'Code of the location.' })
  readonly location!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The inventory organisation that gives. Needed for OWNER_TRANSFER; for other types only where your client keeps stock by organisation, and then the same as turnInOwner.',
  })
  readonly turnOutOwner?: string | null;

  @Field(() => String, { nullable: true, description: 'The inventory organisation that receives; see turnOutOwner.' })
  readonly turnInOwner?: string | null;

  @Field(() => [AdjustmentOrderLineInput], { description: 'From 1 to 300.' })
  readonly lines!: AdjustmentOrderLineInput[];

  @Field(() => String, { nullable: true, description: 'For people to read.' })
  readonly note?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'True: answers what would happen and changes nothing.' })
  readonly dryRun!: boolean;
}

/** `organisations`: whether the client keeps stock by inventory organisation. */
export function createOrderCommand(input: AdjustmentOrderCreateInput, organisations: boolean): CreateOrderCommand {
  const { idempotencyKey, type, sellerOrderNo, location, lines, dryRun } = input;
  return {
    idempotencyKey,
    businessKey: sellerOrderNo == null ? null : { kind: 'sellerOrderNo', value: sellerOrderNo },
    type,
    productCode: input.productCode ?? null,
    location: { by: 'CODE', code: location, whenUnknown: 'REFUSE' },
    turnOutOwner: input.turnOutOwner ?? null,
    turnInOwner: input.turnInOwner ?? null,
    lines: lines.map((line) => ({ out: orderSide(line.out), in: orderSide(line.in) })),
    note: input.note ?? null,
    dryRun,
    organisations,
  };
}

function orderSide(side: AdjustmentOrderSideInput): AdjustmentOrderSide {
  const { sku, specification, packaging, barcode, quantity, standardPartsQuantity = null } = side;
  return { item: { by: 'SKU', sku, specification }, packaging, barcode, quantity, standardPartsQuantity };
}

@ArgsType()
export class AdjustmentOrderReverseArgs {
  @Field(() => String, { description: 'The number of the order to undo.' })
  readonly orderNo!: string;

  @Field(() => String, {
    description:
      'Your own id of this command. Sent again with the same input it changes nothing and gives the first answer again.',
  })
  readonly idempotencyKey!: string;

  @Field(() => String, { nullable: true, description: 'For people to read.' })
  readonly note?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'True: answers what would happen and changes nothing.' })
  readonly dryRun!: boolean;
}

export function reverseOrderCommand(args: AdjustmentOrderReverseArgs): ReverseOrderCommand {
  const { orderNo, idempotencyKey, note = null, dryRun } = args;
  return { orderNo, idempotencyKey, note, dryRun };
}

@ArgsType()
export class AdjustmentOrderArgs {
  @Field(() => String, { nullable: true, description: 'Our number of the order.' })
  readonly orderNo?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The number that its client gave it. Where several clients gave the same: the newest order.',
  })
  readonly sellerOrderNo?: string | null;
}

@ArgsType()
export class AdjustmentOrdersArgs extends PageArgs {
  @Field(() => AdjustmentOrderTypeEnum, { nullable: true, description: 'Only orders of this type.' })
  readonly type?: AdjustmentOrderType | null;

  @Field(() => AdjustmentOrderStatusEnum, { nullable: true, description: 'Only orders with this status.' })
  readonly status?: AdjustmentOrderStatus | null;
}
