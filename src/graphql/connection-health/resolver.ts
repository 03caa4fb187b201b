import type { ComplexityEstimator } from 'graphql-query-complexity';
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import {
  MOST_REFUSALS,
  type ConnectionHealthView,
  type ConnectionView,
  type DeliveryRefusalView,
} from '../../application/ports/reads';
import { ConnectionNode } from '../connection/type';
import type { Context } from '../context';
import { badUserInput } from '../types/errors';
import { OpenTo } from '../types/scopes';
import { connectionHealthLoaders } from './loaders';
import { ConnectionHealth, DeliveryRefusal } from './type';

/** Of one connection, some thousand rows are read. */
const HEALTH_COST = 20;
/** The connections that a tenant is assumed to have. */
const USUAL_CONNECTIONS = 10;

const healthCost: ComplexityEstimator = ({ args, childComplexity }) =>
  ((args as { name?: string | null }).name == null ? USUAL_CONNECTIONS : 1) * (HEALTH_COST + childComplexity);

const refusalsCost: ComplexityEstimator = ({ args, childComplexity }) =>
  Math.max((args as { last: number }).last, 1) * (1 + childComplexity);

@Resolver(() => ConnectionHealth)
export class ConnectionHealthResolver {
  @OpenTo('messages:read')
  @Query(() => [ConnectionHealth], {
    description: 'How connections do, ordered by name, disabled ones too. Empty when none has the name.',
    complexity: healthCost,
  })
  async connectionHealth(
    @Arg('name', () => String, { nullable: true, description: 'The name of a connection. Left out: all of them.' })
    name: string | null | undefined,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<readonly ConnectionHealthView[]> {
    return reads.connectionHealth(tenantId, name ?? null);
  }

  @FieldResolver(() => [DeliveryRefusal], {
    description: `The last requests that were refused, latest first. ${MOST_REFUSALS} are kept.`,
    complexity: refusalsCost,
  })
  async refusals(
    @Root() { connectionId }: ConnectionHealthView,
    @Arg('last', () => Int, { defaultValue: 20, description: `How many: 0 to ${MOST_REFUSALS}.` }) last: number,
    @Ctx() context: Context,
  ): Promise<readonly DeliveryRefusalView[]> {
    if (last < 0 || last > MOST_REFUSALS) {
      throw badUserInput(`last is ${last}; it has to be from 0 to ${MOST_REFUSALS}.`);
    }
    return context.loadersOf(connectionHealthLoaders).refusals.load({ connectionId, last });
  }
}

@Resolver(() => ConnectionNode)
export class ConnectionNodeHealthResolver {
  @FieldResolver(() => ConnectionHealth, {
    nullable: true,
    description: 'How the connection does. Its fields need the scope messages:read.',
    complexity: ({ childComplexity }) => HEALTH_COST + childComplexity,
  })
  async health(
    @Root() { connectionId }: ConnectionView,
    @Ctx() context: Context,
  ): Promise<ConnectionHealthView | null> {
    return context.loadersOf(connectionHealthLoaders).health.load(connectionId);
  }
}
