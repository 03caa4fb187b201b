import { OperationTypeNode, type ExecutionResult } from 'graphql';
import type { RequestContext } from '../context';
import type { Executor, KnownOperation, Variables } from './executor';
import type { Admit } from '../limits/admit';
import type { PresentErrors } from './present-errors';

/** An HTTP response. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Answers an operation that Apollo Server has parsed and validated before, and that has been compiled since. Apollo's
 * pipeline would add nothing then, and it takes longer than a small query. Undefined for everything else, and for
 * everything that has to be refused: only Apollo Server words refusals.
 */
export type AnswerKnownOperation = (
  body: unknown,
  accept: string | undefined,
  context: RequestContext,
) => Promise<Answer | undefined>;

export function createKnownOperations(executor: Executor, admit: Admit, present: PresentErrors): AnswerKnownOperation {
  return async (body, accept, context) => {
    if (accept !== undefined && !PLAIN_ACCEPTS.has(accept)) return undefined;
    const request = plainRequest(body);
    const known = request && executor.knownOperation(request.query, request.operationName);
    if (!known || admit(context, { ...known, variables: request.variables }) !== undefined) return undefined;
    const result = await runKnown(known, context, request.variables);
    return result && answerOf(result, context, present);
  };
}

/**
 * Runs a query that has needed one statement before without a transaction, which costs as much as a small statement. A
 * query only reads, so when it needs more this time it runs again, with a transaction.
 */
async function runKnown(known: KnownOperation, context: RequestContext, variables: Variables): Promise<Result> {
  if (known.operation.operation === OperationTypeNode.MUTATION) return known.run(context, variables);
  if (known.statements === 1) {
    context.expectOneRead();
    const result = await known.run(context, variables);
    if (result && context.asked <= 1) return result;
    // Also for whoever answers what is left to them, as a compiled query leaves some.
    context.startOver();
    if (!result) return undefined;
  }
  const result = await known.run(context, variables);
  known.statements = Math.max(known.statements, context.asked);
  return result;
}

type Result = Awaited<ReturnType<KnownOperation['run']>>;

/** The most common `Accept` headers to which Apollo Server replies with `application/json`. */
const PLAIN_ACCEPTS: ReadonlySet<string> = new Set(['application/json', '*/*']);

interface PlainRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
}

/** The parts of a well-formed request. Undefined for any other, which Apollo Server then refuses. */
function plainRequest(body: unknown): PlainRequest | undefined {
  if (!isRecord(body)) return undefined;
  const { query, operationName = null, variables = null, extensions = null } = body;
  if (typeof query !== 'string' || extensions !== null || operationName === '') return undefined;
  if (operationName !== null && typeof operationName !== 'string') return undefined;
  if (variables !== null && !isRecord(variables)) return undefined;
  return { query, operationName: operationName ?? undefined, variables: variables ?? {} };
}

/** Whether a value of JSON is an object. */
export function isRecord(value: unknown): value is Variables {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const HEADERS = { 'content-type': 'application/json; charset=utf-8' };

function answerOf({ data, errors }: ExecutionResult, context: RequestContext, present: PresentErrors): Answer {
  const cost = context.spending.shown();
  const extensions = cost && { extensions: { cost } };
  if (!errors) return { status: 200, headers: HEADERS, body: bodyOf({ data, ...extensions }) };
  const { formatted, status = 200, headers } = present(errors, context);
  return { status, headers: { ...HEADERS, ...headers }, body: bodyOf({ errors: formatted, data, ...extensions }) };
}

/** Ends with a line break, because Apollo Server's bodies do. */
const bodyOf = (result: object): string => `${JSON.stringify(result)}\n`;
