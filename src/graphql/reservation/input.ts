import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { ReservationCreateInput as CreateCommand } from '../../application/commands/reservations';
import type { ReservationFilter as FilterView } from '../../application/ports/reads';
import {
  DEFAULT_EXPIRY_SECONDS,
  MAX_EXPIRY_SECONDS,
  MAX_RESERVATION_LINES,
  type ReservationLineAsked,
  type ReservationPart,
  type ReservationStatus,
} from '../../domain/reservation';
import type { Segment } from '../../domain/segment';
import { tidyName } from '../../domain/text';
import { PageArgs } from '../paging/page-args';
import { OnShortEnum, RemainderEnum, ReservationStatusEnum } from '../types/enums';
import { given } from '../types/given';
import { DateTime, Quantity } from '../types/scalars';

const KEY =
  'Your own id for this command. Sending it again with the same input changes nothing and returns the first answer, so retries are safe.';
const EXACT = 'Exact values; an empty text is the stock without one.';

@InputType({
  description: `The stock that may be sold, by its dimensions. ${EXACT} Leave out a list for any value.`,
})
export class SegmentInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Only stock of these channels. Left out: those that the API key is limited to, or any.',
  })
  readonly channels?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Only stock of these pools.' })
  readonly pools?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Only stock of these inventory organisations.' })
  readonly owners?: string[] | null;
}

const segmentOf = (input: SegmentInput | null | undefined): Segment => ({
  ...{ channels: input?.channels ?? null, pools: input?.pools ?? null, owners: input?.owners ?? null },
});

@InputType({ description: 'Units of an item.' })
export class ReservationLineInput {
  @Field(() => String, { description: 'The sku of the item.' })
  readonly sku!: string;

  @Field(() => String, {
    defaultValue: '',
    description: 'The specification of the item. Leave it out when the sku has no variants.',
  })
  readonly specification!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The code of the location that gives the units. Leave it out for any: the one that has everything, else those with the most.',
  })
  readonly location?: string | null;

  @Field(() => Quantity, { description: 'The number of units, 1 or more.' })
  readonly quantity!: number;
}

const lineOf = ({ sku, specification, location, quantity }: ReservationLineInput): ReservationLineAsked => ({
  item: { by: 'SKU', sku, specification },
  location: location == null ? null : { by: 'CODE', code: location, whenUnknown: 'REFUSE' },
  quantity,
});

const partOf = (lines: ReservationLineInput[] | null | undefined): ReservationPart => lines?.map(lineOf) ?? null;

@InputType({ description: 'What to hold, and for how long.' })
export class ReservationCreateInput {
  @Field(() => [ReservationLineInput], {
    description: `The units to hold, 1 to ${MAX_RESERVATION_LINES} lines. Lines of the same item share what there is.`,
  })
  readonly lines!: ReservationLineInput[];

  @Field(() => String, {
    nullable: true,
    description: 'The cart, order or customer that it is for. It may be used again.',
  })
  readonly reference?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `For how many seconds the units are held unless they are committed, 1 to ${MAX_EXPIRY_SECONDS}. Left out: ${DEFAULT_EXPIRY_SECONDS}.`,
  })
  readonly expiresInSeconds?: number | null;

  @Field(() => SegmentInput, {
    nullable: true,
    description: 'The stock that may be held. Left out: all that the API key may sell.',
  })
  readonly segment?: SegmentInput | null;

  @Field(() => OnShortEnum, {
    defaultValue: 'REJECT_ALL',
    description: 'What to do when there are not enough units.',
  })
  readonly onShort!: 'REJECT_ALL' | 'TAKE_WHAT_IS_THERE';

  @Field(() => String, { description: KEY })
  readonly idempotencyKey!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: check the command and return what would change, without changing anything.',
  })
  readonly dryRun!: boolean;
}

export const createCommand = (input: ReservationCreateInput): CreateCommand => ({
  lines: input.lines.map(lineOf),
  reference: input.reference ?? null,
  expiresInSeconds: input.expiresInSeconds ?? DEFAULT_EXPIRY_SECONDS,
  segment: segmentOf(input.segment),
  onShort: input.onShort,
  idempotencyKey: input.idempotencyKey,
  dryRun: input.dryRun,
});

@ArgsType()
class ReservationCommandArgs {
  @Field(() => ID, { description: 'The `id` of the reservation.' })
  readonly id!: string;

  @Field(() => String, { description: KEY })
  readonly idempotencyKey!: string;
}

@ArgsType()
export class ReservationPartArgs extends ReservationCommandArgs {
  @Field(() => [ReservationLineInput], {
    nullable: true,
    description: `Only these units of it, up to ${MAX_RESERVATION_LINES} lines. Leave it out for all.`,
  })
  readonly lines?: ReservationLineInput[] | null;
}

export const partCommand = ({ idempotencyKey, lines }: ReservationPartArgs) => ({
  idempotencyKey,
  lines: partOf(lines),
});

@ArgsType()
export class ReservationCommitArgs extends ReservationPartArgs {
  @Field(() => RemainderEnum, {
    defaultValue: 'RELEASE',
    description: 'What becomes of the units that are not committed.',
  })
  readonly remainder!: 'RELEASE' | 'KEEP';

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'True: when the reservation has expired, take its units again, all or none. Refused with INSUFFICIENT_STOCK when somebody else has them.',
  })
  readonly reacquire!: boolean;
}

@ArgsType()
export class ReservationExtendArgs extends ReservationCommandArgs {
  @Field(() => Int, {
    description: `For how many seconds from now the units are held, 1 to ${MAX_EXPIRY_SECONDS}. It may be less than before.`,
  })
  readonly expiresInSeconds!: number;
}

@ArgsType()
export class ReservationMoveArgs extends ReservationCommandArgs {
  @Field(() => String, { description: 'The code of the location that gives its units back.' })
  readonly from!: string;

  @Field(() => String, { description: 'The code of the location that gives units instead.' })
  readonly to!: string;
}

@ArgsType()
export class ReservationArgs {
  @Field(() => ID, { nullable: true, description: 'The `id` of the reservation.' })
  readonly id?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Its exact reference. Of several reservations with the same one, the newest is found.',
  })
  readonly reference?: string | null;
}

@InputType({ description: 'Which reservations to list. Everything that is given has to be true.' })
export class ReservationFilter {
  @Field(() => [ReservationStatusEnum], { nullable: true, description: 'Only those with one of these statuses.' })
  readonly statuses?: ReservationStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'Only those with a line of one of these exact skus.' })
  readonly skus?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Only those with this exact reference.' })
  readonly reference?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Only those that hold units and expire before this.' })
  readonly expiringBefore?: number | null;
}

@ArgsType()
export class ReservationsArgs extends PageArgs {
  @Field(() => ReservationFilter, { nullable: true, description: 'Which reservations to list. Left out: all.' })
  readonly filter?: ReservationFilter | null;
}

export function reservationFilter(input: ReservationFilter | null | undefined): FilterView {
  const { expiringBefore, skus, reference, ...rest } = given(input);
  return {
    ...rest,
    ...(skus && { skus: skus.map(tidyName) }),
    ...(reference !== undefined && { reference: tidyName(reference) }),
    ...(expiringBefore !== undefined && { expiringBeforeMs: expiringBefore }),
  };
}
