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

@ObjectType({ description: 'What became of one row of a stockSet.', simpleResolvers: true })
class StockSetResult implements StockSetRowResult {
  @Field(() => Int, { description: "The row's place in the input, from 0." })
  readonly index!: number;

  @Field(() => StockSetStatusEnum, { description: 'What became of it.' })
  readonly status!: StockSetStatus;

  @Field(() => Quantity, {
    nullable: true,
    description: 'The quantity that was there; null where the row names no stock key that exists.',
  })
  readonly previousQuantity!: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'The quantity afterwards: what was stated, and what has happened since asOf. Null where the row took no effect.',
  })
  readonly quantity!: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description: 'quantity − previousQuantity; null where the row took no effect.',
  })
  readonly delta!: number | null;

  /** Shown as `movement`. */
  readonly movementSequence!: number | null;

  @Field(() => UserError, {
    nullable: true,
    description:
      'The first thing to mend; null where the row was not refused. userErrors of the payload has all of them.',
  })
  readonly error!: UserErrorView | null;
}

@ObjectType({ description: 'What became of a stockSet.', simpleResolvers: true })
class StockSetPayload extends CommandPayload implements StockSetResultView {
  @Field(() => [StockSetResult], {
    description: 'Row by row, in the order of the input; empty where the input was refused before it was looked at.',
    complexity: listCost,
  })
  readonly results!: readonly StockSetRowResult[];
}

@Resolver(() => StockSetResult)
export class StockSetResolver {
  @Mutation(() => StockSetPayload, {
    description:
      'Sets stock to absolute quantities. A row is a count: it speaks for one stock key at one moment, and the difference to what is there is posted as a movement. Rows with the same asOf make one movement.',
  })
  async stockSet(
    @Arg('input', () => StockSetInput, { description: 'What there is.' }) input: StockSetInput,
    @Ctx() context: Context,
  ): Promise<StockSetResultView> {
    const caller = callerOfPrincipal(context.principal);
    const result = await context.services.setStock(caller, setStockCommand(input));
    context.forgetLoaded();
    return result;
  }

  @FieldResolver(() => Movement, {
    nullable: true,
    description: 'The movement that the row became part of; null on a dry run and where it took no effect.',
  })
  movement(
    @Root() { movementSequence }: StockSetRowResult,
    @Ctx() context: Context,
  ): Promise<MovementView | null> | null {
    return movementSequence === null ? null : context.loadersOf(ledgerLoaders).movement.load(movementSequence);
  }
}
