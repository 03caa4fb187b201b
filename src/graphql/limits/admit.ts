import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Principal } from '../../application/ports/access';
import type { Context } from '../context';
import { forbidden, invalidOperation } from '../types/errors';
import { GRAPHQL_LIMITS } from './limits';
import { closedBecause, guardedFields, type GuardedField } from './openings';
import { createCostOf, type CostedOperation } from './query-cost';
import { createWriteCost } from './write-cost';
import { asksForSchema, type SeesSchema } from './schema-visibility';

/**
 * Decides before an operation runs whether it may: undefined if so, else the error to respond with. Apollo Server's
 * pipeline and the path around it (ADR 9) both call this, so neither can let through what the other refuses. An operation
 * that may run has been taken off the rate of its key.
 */
export type Admit = (context: Pick<Context, 'principal' | 'spending'>, costed: CostedOperation) => Error | undefined;

export function createAdmit(schema: GraphQLSchema, seesSchema: SeesSchema): Admit {
  const costOf = createCostOf(schema);
  const writeCostOf = createWriteCost();
  // Kept as long as the document is.
  const guarded = new WeakMap<OperationDefinitionNode, readonly GuardedField[]>();
  const guardedOf = ({ document, operation }: CostedOperation): readonly GuardedField[] => {
    const fields = guarded.get(operation) ?? guardedFields(schema, document, operation);
    guarded.set(operation, fields);
    return fields;
  };
  return ({ principal, spending }, costed) => {
    const kind = costed.operation.operation;
    if (!schema.getRootType(kind)) return invalidOperation(`There is no ${kind} in this API; see its schema.`);
    for (const field of guardedOf(costed)) {
      const reason = closedBecause(field, principal);
      if (reason !== undefined) return forbidden(closedMessage(field, reason, principal));
    }
    if (!seesSchema(principal) && asksForSchema(costed.document)) {
      return forbidden(`This ${credentialOf(principal).credential} ${NO_INTROSPECTION}`);
    }
    try {
      const cost = costOf(costed);
      if (cost > GRAPHQL_LIMITS.cost) return invalidOperation(tooLargeMessage(cost));
      return spending.take(cost + writeCostOf(costed));
    } catch (error) {
      if (error instanceof Error) return error;
      throw error;
    }
  };
}

/** What was sent, and what can be sent in its place. */
const credentialOf = ({ keyId }: Principal) =>
  keyId === null
    ? ({ credential: 'access token', another: 'token' } as const)
    : ({ credential: 'API key', another: 'key' } as const);

function closedMessage({ coordinate }: GuardedField, reason: string, principal: Principal): string {
  const { credential, another } = credentialOf(principal);
  return `This ${credential} may not ask for ${coordinate}: ${reason}. Leave the field out, or use another ${another}.`;
}

const NO_INTROSPECTION =
  'may not look at the schema: leave out __schema and __type, or read schema.graphql of the gateway’s release.';

const tooLargeMessage = (cost: number): string =>
  `The answer could have ${cost} objects; at most ${GRAPHQL_LIMITS.cost} are given. Ask for smaller pages or less of each node.`;
