import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { noteDiscrepancy } from '../../application/commands/note-discrepancy';
import type { DiscrepancyView, LedgerEntryView, StockLevelView } from '../../application/ports/reads';
import { referenceOf } from '../../domain/node-ids';
import type { Context } from '../context';
import { ledgerLoaders } from '../ledger/loaders';
import { LedgerEntry } from '../ledger/type';
import { listCost, pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { stockLoaders } from '../stock/loaders';
import { StockLevel } from '../stock/type';
import type { FieldsOf } from '../types/fields';
import { NODE_ID } from '../types/node';
import { OpenTo } from '../types/scopes';
import { DiscrepanciesArgs, discrepancyFilter } from './input';
import { discrepancyId, discrepancyLoaders } from './loaders';
import { Discrepancy, DiscrepancyConnection, DiscrepancyPayload } from './type';

const DISCREPANCIES: List = { name: 'discrepancies', key: ['quantity', 'uuid', 'text'] };

@Resolver(() => Discrepancy)
export class DiscrepancyResolver {
  @OpenTo('stock:read')
  @Query(() => DiscrepancyConnection, {
    description: 'Lists discrepancies in the order in which they opened, oldest first.',
    complexity: pageCost,
  })
  async discrepancies(
    @Args(() => DiscrepanciesArgs) args: DiscrepanciesArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<DiscrepancyView>> {
    const filter = discrepancyFilter(args.filter);
    const cursors = new Cursors(DISCREPANCIES, filter);
    const page = pageRequest(args, cursors, selectionOf(info));
    const discrepancies = await reads.discrepancies(tenantId, { filter, page });
    return new Connection(discrepancies, cursors, ({ openedSequence, levelId, kind }) => [
      openedSequence,
      levelId,
      kind,
    ]);
  }

  @OpenTo('stock:write')
  @Mutation(() => DiscrepancyPayload, {
    description:
      'Sets the note of a discrepancy, open or closed. The change is kept as an audit entry. Sent again, it changes nothing. Refused with NOT_FOUND when there is no such discrepancy.',
  })
  async discrepancyNote(
    @Arg('id', () => ID, { description: 'The `id` of the discrepancy.' }) id: string,
    @Arg('note', () => String, {
      nullable: true,
      description: 'The note, at most 255 characters. Null, empty or left out: takes it away.',
    })
    note: string | null | undefined,
    @Ctx() { services, principal, address, tenantId }: Context,
  ): Promise<FieldsOf<DiscrepancyPayload>> {
    const notes = services.discrepancyNotesAs({ name: principal.clientName, keyId: principal.keyId, address });
    const userErrors = await noteDiscrepancy(notes, tenantId, id, note ?? null);
    return { key: userErrors.length > 0 ? null : (referenceOf('Discrepancy', id) ?? null), userErrors };
  }

  @FieldResolver(() => ID, { description: NODE_ID })
  id(@Root() discrepancy: DiscrepancyView): string {
    return discrepancyId(discrepancy);
  }

  @FieldResolver(() => StockLevel, { description: 'The level that it is about, as it is now.' })
  level(@Root() { levelId }: DiscrepancyView, @Ctx() context: Context): Promise<StockLevelView | null> {
    return context.loadersOf(stockLoaders).level.load(levelId);
  }

  @FieldResolver(() => [LedgerEntry], {
    description: 'The entries that caused it, in the order of the ledger. The first 20 are kept.',
    complexity: listCost,
  })
  async entries(
    @Root() { entrySequences, entryLegs }: DiscrepancyView,
    @Ctx() context: Context,
  ): Promise<readonly LedgerEntryView[]> {
    const { entry } = context.loadersOf(ledgerLoaders);
    const keys = entrySequences.map((sequence, index) => ({ sequence, leg: entryLegs[index] ?? 0 }));
    const loaded = await Promise.all(keys.map((key) => entry.load(key)));
    return loaded.filter((view) => view !== null);
  }
}

@Resolver(() => DiscrepancyPayload)
export class DiscrepancyPayloadResolver {
  @FieldResolver(() => Discrepancy, {
    nullable: true,
    description: 'The discrepancy with its note. Null when the note was refused.',
  })
  discrepancy(
    @Root() { key }: FieldsOf<DiscrepancyPayload>,
    @Ctx() context: Context,
  ): Promise<DiscrepancyView | null> | null {
    return key && context.loadersOf(discrepancyLoaders).discrepancy.load(key);
  }
}
