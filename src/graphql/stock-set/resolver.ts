import { Arg, Ctx, Field, FieldResolver, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { callerOfPrincipal } from '../../application/ports/caller';
import type { MovementView } from '../../application/ports/reads';
import type { UserError as UserErrorView } from '../../domain/errors';
import type {
  StockSetResult as StockSetResultView,
  StockSetRowResult,
  StockSetStatus,
} from '../../domain/plans/stock-set';
import { CommandPayload } from '../types/command-payload';
import type { Context } from '../context';
import { StockSetStatusEnum } from '../types/enums';
import { Movement } from '../ledger/type';
import { listCost } from '../limits/cost';
import { Quantity } from '../types/scalars';
import { UserError } from '../types/user-error';
import { setStockCommand, StockSetInput } from './input';
import { ledgerLoaders } from '../ledger/loaders';
import { OpenTo, OpenToAnyKey, OpenToLimitedKeys } from '../types/scopes';

@OpenToLimitedKeys()
@OpenToAnyKey()
@ObjectType({ description: 'The result of one row of a `stockSet`.', simpleResolvers: true })
class StockSetResult implements StockSetRowResult {
  @Field(() => Int, { description: 'The position of the row in the input, counted from 0.' })
  readonly index!: number;

  @Field(() => StockSetStatusEnum, { description: 'What happened to the row.' })
  readonly status!: StockSetStatus;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'The quantity before the count. Null when the row names an unknown item or location, or has invalid values.',
  })
  readonly previousQuantity!: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'The quantity after the count: the counted units plus the changes since `asOf`. Null unless the status is APPLIED or UNCHANGED.',
  })
  readonly quantity!: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description: '`quantity` − `previousQuantity`. Null unless the status is APPLIED or UNCHANGED.',
  })
  readonly delta!: number | null;

  /** Shown as `movement`. */
  readonly movementSequence!: number | null;

  @Field(() => UserError, {
    nullable: true,
    description:
      "The first problem with the row. Null when the row was not refused. The payload's `userErrors` lists all problems.",
  })
  readonly error!: UserErrorView | null;
}

@OpenToLimitedKeys()
@OpenToAnyKey()
@ObjectType({ description: 'The result of a `stockSet`.', simpleResolvers: true })
class StockSetPayload extends CommandPayload implements StockSetResultView {
  @Field(() => [StockSetResult], {
    description:
      'One result for each row, in the order of the input. Empty when the command was refused before its rows were checked.',
    complexity: listCost,
  })
  readonly results!: readonly StockSetRowResult[];
}

@Resolver(() => StockSetResult)
export class StockSetResolver {
  @OpenToLimitedKeys()
  @OpenTo('stock:write')
  @Mutation(() => StockSetPayload, {
    description:
      'Sets stock to absolute quantities. Each row is a count of one stock key at one moment. The difference to the current quantity is posted as a movement. Rows with the same `asOf` become one movement.',
  })
  async stockSet(
    @Arg('input', () => StockSetInput, { description: 'The counts to apply.' }) input: StockSetInput,
    @Ctx() context: Context,
  ): Promise<StockSetResultView> {
    const caller = callerOfPrincipal(context.principal);
    const result = await context.services.setStock(caller, setStockCommand(input));
    return result;
  }

  @FieldResolver(() => Movement, {
    nullable: true,
    description:
      'The movement that the row became part of. Null on a dry run, and unless the status is APPLIED or UNCHANGED.',
  })
  movement(
    @Root() { movementSequence }: StockSetRowResult,
    @Ctx() context: Context,
  ): Promise<MovementView | null> | null {
    return movementSequence === null ? null : context.loadersOf(ledgerLoaders).movement.load(movementSequence);
  }
}
