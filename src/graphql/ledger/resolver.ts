import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import {
  sequenceOfMovementId,
  type AbsorbedLegView,
  type LedgerEntryView,
  type LedgerHeadView,
  type MovementView,
  type StockLevelView,
} from '../../application/ports/reads';
import type { Context } from '../context';
import { listCost, pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf, selectsOfNodes } from '../paging/selection';
import { StockChange, StockLevel } from '../stock/type';
import { LedgerEntriesArgs, ledgerEntryFilter } from './input';
import { LedgerEntry, LedgerEntryConnection, LedgerHead, Movement, MovementConnection } from './type';
import { ledgerLoaders } from './loaders';
import { stockLoaders } from '../stock/loaders';

const LEDGER_ENTRIES: List = { name: 'ledgerEntries', key: ['quantity', 'integer'] };
const ENTRIES_OF_LEVEL: List = { name: 'StockLevel.entries', key: ['quantity', 'integer'] };
const MOVEMENTS: List = { name: 'movements', key: ['quantity'] };

const entryKey = ({ sequence, leg }: LedgerEntryView): [number, number] => [sequence, leg];

@Resolver()
export class LedgerResolver {
  @Query(() => LedgerHead, { description: 'The end of the ledger.' })
  ledgerHead(@Ctx() { reads, tenantId }: Context): Promise<LedgerHeadView> {
    return reads.ledgerHead(tenantId);
  }

  @Query(() => LedgerEntryConnection, {
    description: 'The entries of the ledger, in its order, the oldest first.',
    complexity: pageCost,
  })
  async ledgerEntries(
    @Args(() => LedgerEntriesArgs) args: LedgerEntriesArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<LedgerEntryView>> {
    const filter = ledgerEntryFilter(args.filter);
    const cursors = new Cursors(LEDGER_ENTRIES, filter);
    const selection = selectionOf(info);
    const page = pageRequest(args, cursors, selection);
    const withMovement = selectsOfNodes(selection, 'movement');
    return new Connection(await reads.ledgerEntries(tenantId, { filter, page, withMovement }), cursors, entryKey);
  }

  @Query(() => Movement, { nullable: true, description: 'The movement with this id; null where there is none.' })
  movement(
    @Arg('id', () => ID, { description: 'As its id field gives it.' }) id: string,
    @Ctx() context: Context,
  ): Promise<MovementView | null> | null {
    const sequence = sequenceOfMovementId(id);
    return sequence === undefined ? null : context.loadersOf(ledgerLoaders).movement.load(sequence);
  }

  @Query(() => MovementConnection, {
    description: 'The movements of the ledger, in its order, the oldest first.',
    complexity: pageCost,
  })
  async movements(
    @Args(() => LedgerEntriesArgs) args: LedgerEntriesArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<MovementView>> {
    const filter = ledgerEntryFilter(args.filter);
    const cursors = new Cursors(MOVEMENTS, filter);
    const page = pageRequest(args, cursors, selectionOf(info));
    return new Connection(await reads.movements(tenantId, { filter, page }), cursors, ({ sequence }) => [sequence]);
  }
}

@Resolver(() => LedgerEntry)
export class LedgerEntryResolver {
  @FieldResolver(() => StockLevel, { description: 'The level that it was posted to, as it is now.' })
  level(@Root() { levelId }: LedgerEntryView, @Ctx() context: Context): Promise<StockLevelView | null> {
    return context.loadersOf(stockLoaders).level.load(levelId);
  }

  @FieldResolver(() => Movement, { description: 'What it is a part of.' })
  movement(
    @Root() { movement, sequence }: LedgerEntryView,
    @Ctx() context: Context,
  ): MovementView | Promise<MovementView | null> {
    return movement ?? context.loadersOf(ledgerLoaders).movement.load(sequence);
  }
}

@Resolver(() => Movement)
export class MovementResolver {
  @FieldResolver(() => [LedgerEntry], { description: 'Its legs that had effect, in order.', complexity: listCost })
  entries(@Root() movement: MovementView, @Ctx() context: Context): Promise<readonly LedgerEntryView[]> {
    // So that the entries' own movement need not be read again.
    context.loadersOf(ledgerLoaders).movement.prime(movement.sequence, movement);
    return context.loadersOf(ledgerLoaders).entriesOfMovement.load(movement.sequence);
  }

  @FieldResolver(() => [StockChange], {
    description: 'Legs that an accepted count contained already, so without effect.',
    complexity: listCost,
  })
  absorbedLegs(@Root() { sequence }: MovementView, @Ctx() context: Context): Promise<readonly AbsorbedLegView[]> {
    return context.loadersOf(ledgerLoaders).absorbedLegsOfMovement.load(sequence);
  }
}

@Resolver(() => StockLevel)
export class StockLevelEntriesResolver {
  @FieldResolver(() => LedgerEntryConnection, {
    description: 'The entries that the quantity consists of, the oldest first, up to the moment that is shown.',
    complexity: pageCost,
  })
  async entries(
    @Root() { id: levelId, shownSequence: upToSequence }: StockLevelView,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<LedgerEntryView>> {
    const cursors = new Cursors(ENTRIES_OF_LEVEL, { levelId });
    const selection = selectionOf(info);
    const page = pageRequest(args, cursors, selection);
    const loader = context.loadersOf(ledgerLoaders).entriesOfLevel(page, selectsOfNodes(selection, 'movement'));
    return new Connection(await loader.load({ levelId, upToSequence }), cursors, entryKey);
  }
}
