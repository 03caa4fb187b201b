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

@InputType({ description: 'One side of a line of an adjustment order: the units to take out, or the units to put in.' })
export class AdjustmentOrderSideInput {
  @Field(() => String, { description: 'The sku of the item.' })
  readonly sku!: string;

  @Field(() => String, {
    defaultValue: '',
    description: 'The specification of the item. Leave it out when the sku has no variants.',
  })
  readonly specification!: string;

  @Field(() => PackagingEnum, { description: 'How the units are packed. `quantity` counts packages of this kind.' })
  readonly packaging!: Packaging;

  @Field(() => String, {
    defaultValue: '',
    description: 'The barcode on the units. Empty when barcodes are not tracked.',
  })
  readonly barcode!: string;

  @Field(() => Quantity, { description: 'The number of packages of this `packaging`, above 0.' })
  readonly quantity!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of single units in one package, above 0. Leave it out to use `unitsPerPackage` of the item. UNPACK needs one of the two, on the side `out`.',
  })
  readonly standardPartsQuantity?: number | null;
}

@InputType({ description: 'One conversion: the units to take out, and the units to put in instead.' })
export class AdjustmentOrderLineInput {
  @Field(() => AdjustmentOrderSideInput, { description: 'The units to take out of stock.' })
  readonly out!: AdjustmentOrderSideInput;

  @Field(() => AdjustmentOrderSideInput, {
    description:
      'The units to put into stock instead. For UNPACK, `quantity` must be that of `out` times the units in a package.',
  })
  readonly in!: AdjustmentOrderSideInput;
}

@InputType({
  description: 'An order to convert units into others: to unpack them, change their owner or change their barcode.',
})
export class AdjustmentOrderCreateInput {
  @Field(() => String, {
    description:
      'Your own id for this command. Sending it again with the same input changes nothing and returns the first answer, so retries are safe.',
  })
  readonly idempotencyKey!: string;

  @Field(() => AdjustmentOrderTypeEnum, { description: 'What the order converts. Each type has its own rules.' })
  readonly type!: AdjustmentOrderType;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own number for the order. It is used up only when the order succeeds. Sending it again with the same input returns the same order.',
  })
  readonly sellerOrderNo?: string | null;

  @Field(() => String, { nullable: true, description: "The warehouse's code for the service. It is stored as given." })
  readonly productCode?: string | null;

  @Field(() => String, { description: 'The code of the location.' })
  readonly location!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The inventory organisation that gives the units. Required for OWNER_TRANSFER, and different from `turnInOwner`. Other types need it only if your API client keeps stock by organisation. Then it equals `turnInOwner`.',
  })
  readonly turnOutOwner?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The inventory organisation that receives the units. For when it is required, see `turnOutOwner`.',
  })
  readonly turnInOwner?: string | null;

  @Field(() => [AdjustmentOrderLineInput], { description: 'What to convert, 1 to 300 lines.' })
  readonly lines!: AdjustmentOrderLineInput[];

  @Field(() => String, { nullable: true, description: 'A note for people to read. It is stored with the movement.' })
  readonly note?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: check the command and return what would change, without changing anything.',
  })
  readonly dryRun!: boolean;
}

/** `organisations` says whether the client keeps stock by inventory organisation. */
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
  @Field(() => String, { description: 'The `orderNo` of the order to reverse.' })
  readonly orderNo!: string;

  @Field(() => String, {
    description:
      'Your own id for this command. Sending it again with the same input changes nothing and returns the first answer, so retries are safe.',
  })
  readonly idempotencyKey!: string;

  @Field(() => String, { nullable: true, description: 'A note for people to read. It is stored with the movement.' })
  readonly note?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: check the command and return what would change, without changing anything.',
  })
  readonly dryRun!: boolean;
}

export function reverseOrderCommand(args: AdjustmentOrderReverseArgs): ReverseOrderCommand {
  const { orderNo, idempotencyKey, note = null, dryRun } = args;
  return { orderNo, idempotencyKey, note, dryRun };
}

@ArgsType()
export class AdjustmentOrderArgs {
  @Field(() => String, { nullable: true, description: "The gateway's number for the order, such as `WT000000000001`." })
  readonly orderNo?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The number that the client gave the order. When several clients used the same number, the newest order is found.',
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
