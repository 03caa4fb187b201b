import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Principal } from '../../application/ports/access';
import { forbidden, invalidOperation } from '../types/errors';
import { GRAPHQL_LIMITS } from './limits';
import { closedBecause, guardedFields, type GuardedField } from './openings';
import { createCostOf, type CostedOperation } from './query-cost';

/**
 * Decides before an operation runs whether it may: undefined if so, else the error to respond with. Apollo Server's
 * pipeline and the path around it (ADR 9) both call this, so neither can let through what the other refuses.
 */
export type Admit = (principal: Principal, costed: CostedOperation) => Error | undefined;

export function createAdmit(schema: GraphQLSchema): Admit {
  const costOf = createCostOf(schema);
  // Kept as long as the document is.
  const guarded = new WeakMap<OperationDefinitionNode, readonly GuardedField[]>();
  const guardedOf = ({ document, operation }: CostedOperation): readonly GuardedField[] => {
    const fields = guarded.get(operation) ?? guardedFields(schema, document, operation);
    guarded.set(operation, fields);
    return fields;
  };
  return (principal, costed) => {
    const kind = costed.operation.operation;
    if (!schema.getRootType(kind)) return invalidOperation(`There is no ${kind} in this API; see its schema.`);
    for (const field of guardedOf(costed)) {
      const reason = closedBecause(field, principal);
      if (reason !== undefined) return forbidden(closedMessage(field, reason));
    }
    try {
      const cost = costOf(costed);
      return cost > GRAPHQL_LIMITS.cost ? invalidOperation(tooLargeMessage(cost)) : undefined;
    } catch (error) {
      if (error instanceof Error) return error;
      throw error;
    }
  };
}

const closedMessage = ({ coordinate }: GuardedField, reason: string): string =>
  `This API key may not ask for ${coordinate}: ${reason}. Leave the field out, or use another key.`;

const tooLargeMessage = (cost: number): string =>
  `The answer could have ${cost} objects; at most ${GRAPHQL_LIMITS.cost} are given. Ask for smaller pages or less of each node.`;
