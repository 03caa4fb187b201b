import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import {
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
import { movementNodeId, referenceOf } from '../../domain/node-ids';
import { NODE_ID } from '../types/node';
import { StockChange, StockLevel } from '../stock/type';
import { LedgerEntriesArgs, ledgerEntryFilter } from './input';
import { LedgerEntry, LedgerEntryConnection, LedgerHead, Movement, MovementConnection } from './type';
import { ledgerLoaders } from './loaders';
import { stockLoaders } from '../stock/loaders';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

const LEDGER_ENTRIES: List = { name: 'ledgerEntries', key: ['quantity', 'integer'] };
const ALL_LEGS: List = { name: 'ledgerEntries with absorbed', key: ['quantity', 'integer', 'integer'] };
const ENTRIES_OF_LEVEL: List = { name: 'StockLevel.entries', key: ['quantity', 'integer'] };
const MOVEMENTS: List = { name: 'movements', key: ['quantity'] };

const legKey = ({ sequence, absorbed, leg }: LedgerEntryView): [number, number, number] => [
  sequence,
  Number(absorbed),
  leg,
];
const entryKey = ({ sequence, leg }: LedgerEntryView): [number, number] => [sequence, leg];

@Resolver()
export class LedgerResolver {
  @OpenTo('stock:read')
  @Query(() => LedgerHead, { description: 'The current end of the ledger: its last sequence and hash.' })
  ledgerHead(@Ctx() { reads, tenantId }: Context): Promise<LedgerHeadView> {
    return reads.ledgerHead(tenantId);
  }

  @OpenToLimitedKeys()
  @OpenTo('stock:read')
  @Query(() => LedgerEntryConnection, {
    description:
      'Lists ledger entries in the order of the ledger, oldest first. With `includeAbsorbed`, changes without effect too.',
    complexity: pageCost,
  })
  async ledgerEntries(
    @Args(() => LedgerEntriesArgs) args: LedgerEntriesArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<LedgerEntryView>> {
    const filter = ledgerEntryFilter(args.filter);
    const withAbsorbed = filter.includeAbsorbed === true;
    const cursors = new Cursors(withAbsorbed ? ALL_LEGS : LEDGER_ENTRIES, filter);
    const selection = selectionOf(info);
    const page = pageRequest(args, cursors, selection);
    const withMovement = selectsOfNodes(selection, 'movement');
    const entries = await reads.ledgerEntries(tenantId, { filter, page, withMovement });
    return new Connection(entries, cursors, withAbsorbed ? legKey : entryKey);
  }

  @OpenToLimitedKeys()
  @OpenTo('stock:read')
  @Query(() => Movement, { nullable: true, description: 'Finds a movement by its id. Null when there is none.' })
  movement(
    @Arg('id', () => ID, { description: 'The `id` of the movement.' }) id: string,
    @Ctx() context: Context,
  ): Promise<MovementView | null> | null {
    const reference = referenceOf('Movement', id);
    return reference ? context.loadersOf(ledgerLoaders).movement.load(reference.sequence) : null;
  }

  @OpenToLimitedKeys()
  @OpenTo('stock:read')
  @Query(() => MovementConnection, {
    description: 'Lists movements in the order of the ledger, oldest first.',
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
  @FieldResolver(() => StockLevel, {
    description:
      'The stock level that the entry changed, as it is now. For the quantity at the time, see `quantityAfter`.',
  })
  level(@Root() { levelId }: LedgerEntryView, @Ctx() context: Context): Promise<StockLevelView | null> {
    return context.loadersOf(stockLoaders).level.load(levelId);
  }

  @FieldResolver(() => Movement, { description: 'The movement that the entry is a part of.' })
  movement(
    @Root() { movement, sequence }: LedgerEntryView,
    @Ctx() context: Context,
  ): MovementView | Promise<MovementView | null> {
    return movement ?? context.loadersOf(ledgerLoaders).movement.load(sequence);
  }
}

@Resolver(() => Movement)
export class MovementResolver {
  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() { sequence }: MovementView): string {
    return movementNodeId(sequence);
  }

  @FieldResolver(() => [LedgerEntry], {
    description:
      'The changes that the movement made, in order. Empty when it changed no quantity, as a count that confirms the current one.',
    complexity: listCost,
  })
  entries(@Root() movement: MovementView, @Ctx() context: Context): Promise<readonly LedgerEntryView[]> {
    // The entries' own field `movement` then needs no second read.
    context.loadersOf(ledgerLoaders).movement.prime(movement.sequence, movement);
    return context.loadersOf(ledgerLoaders).entriesOfMovement.load(movement.sequence);
  }

  @FieldResolver(() => [StockChange], {
    description:
      'Changes that had no effect, because an accepted count already included them. `quantityAfter` is the quantity that they left as it was.',
    complexity: listCost,
  })
  absorbedLegs(@Root() { sequence }: MovementView, @Ctx() context: Context): Promise<readonly AbsorbedLegView[]> {
    return context.loadersOf(ledgerLoaders).absorbedLegsOfMovement.load(sequence);
  }
}

@Resolver(() => StockLevel)
export class StockLevelEntriesResolver {
  @FieldResolver(() => LedgerEntryConnection, {
    description: 'The entries that add up to `quantity`, oldest first, up to the moment that is shown.',
    complexity: pageCost,
  })
  async entries(
    @Root() { levelId, shownSequence: upToSequence }: StockLevelView,
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
