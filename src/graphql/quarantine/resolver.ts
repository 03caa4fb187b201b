import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { Worker } from '../../application/commands/quarantine';
import type { QuarantinedRowView, QuarantineGroup as GroupView } from '../../application/ports/reads';
import { referenceOf } from '../../domain/node-ids';
import { shown } from '../../domain/text';
import type { Context } from '../context';
import { pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { badUserInput } from '../types/errors';
import type { FieldsOf } from '../types/fields';
import { OpenTo } from '../types/scopes';
import {
  quarantineFilter,
  QuarantineFilterInput,
  quarantineFix,
  QuarantineFixInput,
  QuarantinedRowsArgs,
} from './input';
import { outcomeView, QuarantinedRowConnection, QuarantineGroup, QuarantineOutcome } from './type';

const QUARANTINED_ROWS: List = { name: 'quarantinedRows', key: ['uuid', 'quantity'] };

/** A call ends with the step that reaches so many rows, so that it is answered in time. */
const ROWS_PER_CALL = 2_000;
/** What a step costs beside the objects of the answer. */
const STEPS_COST = 500;
const SUMMARY_COST = 200;

const FILTER = { nullable: true, description: 'Which rows are meant. Leave it out for all that wait.' };
const AFTER = { nullable: true, description: 'The `next` of the call before, to go on after it.' };
const ROW_ID = 'The `id` of the row.';

@Resolver()
export class QuarantineResolver {
  @OpenTo('messages:read')
  @Query(() => QuarantinedRowConnection, {
    description:
      'Lists rows in quarantine over all messages, in the order of arrival, oldest first. Rows that are closed are included, unless the filter says `open: true`.',
    complexity: pageCost,
  })
  async quarantinedRows(
    @Args(() => QuarantinedRowsArgs) args: QuarantinedRowsArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<QuarantinedRowView>> {
    const filter = quarantineFilter(args.filter);
    const cursors = new Cursors(QUARANTINED_ROWS, filter);
    const page = pageRequest(args, cursors, selectionOf(info));
    const rows = await reads.quarantinedRows(tenantId, { filter, page });
    return new Connection(rows, cursors, ({ messageId, index }) => [messageId, index]);
  }

  @OpenTo('messages:read')
  @Query(() => [QuarantineGroup], {
    description:
      'Counts rows in quarantine by code, connection and subject, most rows first. Only those that wait, unless the filter says `open: false`. At most 200 groups.',
    complexity: SUMMARY_COST,
  })
  quarantineSummary(
    @Arg('filter', () => QuarantineFilterInput, FILTER) filter: QuarantineFilterInput | null | undefined,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<readonly GroupView[]> {
    return reads.quarantineSummary(tenantId, { open: true, ...quarantineFilter(filter) });
  }

  @OpenTo('stock:write')
  @Query(() => QuarantineOutcome, {
    description: `Says what rows that wait would do with a fix, without saving anything. Only rows are looked at that the fix could touch, about ${ROWS_PER_CALL} in one call: see \`next\`.`,
    complexity: STEPS_COST,
  })
  async quarantinePreview(
    @Arg('filter', () => QuarantineFilterInput, FILTER) filter: QuarantineFilterInput | null | undefined,
    @Arg('fix', () => QuarantineFixInput, { description: 'What is to be tried.' }) fix: QuarantineFixInput,
    @Arg('after', () => ID, AFTER) after: string | null | undefined,
    @Ctx() context: Context,
  ): Promise<FieldsOf<QuarantineOutcome>> {
    const { workplace } = context.services;
    const stretch = stretchAfter(after);
    return outcomeView(
      await workplace.preview(workerOf(context), quarantineFilter(filter), quarantineFix(fix), stretch),
    );
  }

  @OpenTo('stock:write')
  @Mutation(() => QuarantineOutcome, {
    description: `Saves a fix, as an audit entry too, and replays the rows that it could touch, about ${ROWS_PER_CALL} in one call. Go on with \`quarantineReplay\` while there is a \`next\`. A refused fix saves nothing.`,
    complexity: STEPS_COST,
  })
  async quarantineFix(
    @Arg('filter', () => QuarantineFilterInput, FILTER) filter: QuarantineFilterInput | null | undefined,
    @Arg('fix', () => QuarantineFixInput, { description: 'What is to be saved.' }) fix: QuarantineFixInput,
    @Arg('idempotencyKey', () => String, {
      description: 'Your own id of this fix. Sent again with the same input, nothing is saved twice.',
    })
    idempotencyKey: string,
    @Ctx() context: Context,
  ): Promise<FieldsOf<QuarantineOutcome>> {
    if (fix.setting && !context.principal.scopes.has('admin')) {
      throw badUserInput('fix.setting changes a connection, for which the key needs the scope `admin`.');
    }
    const options = { ...stretchAfter(null), idempotencyKey };
    const { workplace } = context.services;
    return outcomeView(await workplace.fix(workerOf(context), quarantineFilter(filter), quarantineFix(fix), options));
  }

  @OpenTo('stock:write')
  @Mutation(() => QuarantineOutcome, {
    description: `Applies rows that wait and can be applied now, in their original order and with their original times, about ${ROWS_PER_CALL} in one call: see \`next\`. Each row is applied once, however often you call this.`,
    complexity: STEPS_COST,
  })
  async quarantineReplay(
    @Arg('filter', () => QuarantineFilterInput, FILTER) filter: QuarantineFilterInput | null | undefined,
    @Arg('after', () => ID, AFTER) after: string | null | undefined,
    @Ctx() context: Context,
  ): Promise<FieldsOf<QuarantineOutcome>> {
    const { workplace } = context.services;
    return outcomeView(await workplace.replay(workerOf(context), quarantineFilter(filter), stretchAfter(after)));
  }

  @OpenTo('stock:write')
  @Mutation(() => QuarantineOutcome, {
    description:
      'Applies one row that waits, and takes the code of its item for the item that you name, this once. The row keeps its original time. It is kept as an audit entry. Refused with NOT_FOUND when no such row waits.',
    complexity: STEPS_COST,
  })
  async quarantineSubstitute(
    @Arg('id', () => ID, { description: ROW_ID }) id: string,
    @Arg('sku', () => String, { description: 'The sku of the item that is meant.' }) sku: string,
    @Arg('specification', () => String, { defaultValue: '', description: 'Its specification.' }) specification: string,
    @Ctx() context: Context,
  ): Promise<FieldsOf<QuarantineOutcome>> {
    const place = referenceOf('QuarantinedRow', id);
    if (!place) throw badUserInput(`"${shown(id)}" is no id of a row in quarantine.`);
    return outcomeView(await context.services.workplace.substitute(workerOf(context), place, { sku, specification }));
  }

  @OpenTo('stock:write')
  @Mutation(() => QuarantineOutcome, {
    description:
      'Closes rows that wait without applying them, about 2,000 in one call. Call it again while some are `stillOpen`. Each transaction is kept as an audit entry.',
    complexity: STEPS_COST,
  })
  async quarantineDismiss(
    @Arg('filter', () => QuarantineFilterInput, { description: 'Which rows are meant.' })
    filter: QuarantineFilterInput,
    @Arg('reason', () => String, { description: 'Why. It is kept with each row.' }) reason: string,
    @Ctx() context: Context,
  ): Promise<FieldsOf<QuarantineOutcome>> {
    const meant = quarantineFilter(filter);
    if (Object.keys(meant).every((name) => name === 'open')) {
      throw badUserInput('filter is empty, so all rows would be dismissed. Name a condition, such as a code.');
    }
    const stretch = { rows: ROWS_PER_CALL };
    return outcomeView(await context.services.workplace.dismiss(workerOf(context), meant, reason, stretch));
  }
}

/** @throws an error of the input */
function stretchAfter(after: string | null | undefined): { after: string | null; rows: number } {
  const message = after == null ? null : referenceOf('InboundMessage', after);
  if (after != null && !message) throw badUserInput(`after "${shown(after)}" is no \`next\` of an outcome.`);
  return { after: message?.id ?? null, rows: ROWS_PER_CALL };
}

const workerOf = ({ principal, address, tenantId }: Context): Worker => ({
  tenantId,
  originId: principal.clientId,
  actor: { name: principal.clientName, keyId: principal.keyId, address },
});
