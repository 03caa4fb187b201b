import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type {
  CountView,
  ExplainedAbsorbedLeg,
  ExplanationView,
  MovementView,
  StockLevelView,
} from '../../application/ports/reads';
import type { Context } from '../context';
import { Movement } from '../ledger/type';
import { listCost } from '../limits/cost';
import { momentOf } from '../stock/input';
import { StockLevel } from '../stock/type';
import { ExplainArgs, levelReference, momentOfLevel } from './input';
import { AbsorbedFact, Explanation, StockCount } from './type';
import { explanationLoaders } from './loaders';
import { ledgerLoaders } from '../ledger/loaders';
import { stockLoaders } from '../stock/loaders';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

@Resolver(() => Explanation)
export class ExplanationResolver {
  @OpenToLimitedKeys()
  @OpenTo('stock:read')
  @Query(() => Explanation, {
    nullable: true,
    description:
      'Explains how one stock level got its quantity between two moments. Give exactly one of `level` and `key`. Null when there is no such level.',
  })
  async explain(
    @Args(() => ExplainArgs) args: ExplainArgs,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<ExplanationView | null> {
    const level = levelReference(args);
    const [from, to] = [momentOf(args.from, 'from'), momentOf(args.to, 'to') ?? momentOfLevel(args)];
    return level && ((await reads.explanation(tenantId, level, from, to)) ?? null);
  }

  @FieldResolver(() => StockLevel, { description: 'The stock level that is explained, as it is now.' })
  level(@Root() { levelId }: ExplanationView, @Ctx() context: Context): Promise<StockLevelView | null> {
    return context.loadersOf(stockLoaders).level.load(levelId);
  }
}

@Resolver(() => AbsorbedFact)
export class AbsorbedFactResolver {
  @FieldResolver(() => Movement, { description: 'The movement that the change is a part of.' })
  movement(@Root() { sequence }: ExplainedAbsorbedLeg, @Ctx() context: Context): Promise<MovementView | null> {
    return context.loadersOf(ledgerLoaders).movement.load(sequence);
  }
}

@Resolver(() => StockCount)
export class StockCountResolver {
  @FieldResolver(() => StockLevel, { description: 'The stock level that was counted, as it is now.' })
  level(@Root() { levelId }: CountView, @Ctx() context: Context): Promise<StockLevelView | null> {
    return context.loadersOf(stockLoaders).level.load(levelId);
  }

  @FieldResolver(() => Movement, { description: 'The movement that the count is stored with.' })
  movement(@Root() { sequence }: CountView, @Ctx() context: Context): Promise<MovementView | null> {
    return context.loadersOf(ledgerLoaders).movement.load(sequence);
  }
}

@Resolver(() => Movement)
export class MovementCountsResolver {
  @FieldResolver(() => [StockCount], {
    description: 'The counts stored with the movement, also those that had no effect.',
    complexity: listCost,
  })
  counts(@Root() { sequence }: MovementView, @Ctx() context: Context): Promise<readonly CountView[]> {
    return context.loadersOf(explanationLoaders).countsOfMovement.load(sequence);
  }
}
