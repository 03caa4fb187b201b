import { OperationTypeNode, type GraphQLSchema } from 'graphql';
import type { Principal, Scope } from '../../application/ports/access';
import { forbidden, invalidOperation } from '../types/errors';
import { GRAPHQL_LIMITS } from './limits';
import { createCostOf, type CostedOperation } from './query-cost';

/**
 * Decides before an operation runs whether it may: undefined if so, else the error to respond with. Apollo Server's
 * pipeline and the path around it (ADR 9) both call this, so neither can let through what the other refuses.
 */
export type Admit = (principal: Principal, costed: CostedOperation) => Error | undefined;

export function createAdmit(schema: GraphQLSchema): Admit {
  const costOf = createCostOf(schema);
  return ({ scopes }, costed) => {
    const kind = costed.operation.operation;
    if (!schema.getRootType(kind)) return invalidOperation(`There is no ${kind} in this API; see its schema.`);
    const scope = NEEDED_SCOPE[kind];
    if (!scopes.has(scope)) return forbidden(`This API key lacks the scope ${scope}, which a ${kind} needs.`);
    try {
      const cost = costOf(costed);
      return cost > GRAPHQL_LIMITS.cost ? invalidOperation(tooLargeMessage(cost)) : undefined;
    } catch (error) {
      if (error instanceof Error) return error;
      throw error;
    }
  };
}

/** Scopes depend on the kind of operation, so no field can be forgotten. */
const NEEDED_SCOPE: Readonly<Record<OperationTypeNode, Scope>> = {
  [OperationTypeNode.QUERY]: 'read',
  [OperationTypeNode.SUBSCRIPTION]: 'read',
  [OperationTypeNode.MUTATION]: 'write',
};

const tooLargeMessage = (cost: number): string =>
  `The answer could have ${cost} objects; at most ${GRAPHQL_LIMITS.cost} are given. Ask for smaller pages or less of each node.`;
