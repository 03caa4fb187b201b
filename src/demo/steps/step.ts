import type { DemoFile } from '../demo-file';
import type { Graphql } from '../graphql';
import type { Reply } from '../http';

export interface DemoContext {
  readonly file: DemoFile;
  readonly graphql: Graphql;
  /** Unique to this run, for ids: epoch milliseconds. */
  readonly run: number;
  /** Order numbers by the seller's order number, to check that a repeated order gets the first one's number. */
  readonly orderNumbers: Map<string, string>;
}

/** One message or command, and the check of its outcome. */
export interface Step {
  readonly sender: string;
  /** What the message says, for the table. */
  readonly says: string;
  readonly send: (context: DemoContext) => Promise<StepResult>;
}

export interface StepResult {
  readonly reply: Reply;
  /** The outcome, for the table. */
  readonly outcome: string;
  /** What was expected instead. Undefined when the step succeeded. */
  readonly wrong?: string;
}

/** The latest inbound message of a connection. Undefined when it can't be read. */
async function latestMessage({ graphql }: DemoContext, connection: string): Promise<InboundMessage | undefined> {
  const reply = await graphql<{ inboundMessages: { nodes: InboundMessage[] } }>(LATEST_MESSAGE, { connection });
  return 'data' in reply ? reply.data.inboundMessages.nodes[0] : undefined;
}

interface InboundMessage {
  readonly status: string;
  readonly quarantined: readonly { readonly index: number; readonly code: string; readonly detail: string }[];
}

const LATEST_MESSAGE = `query LatestMessage($connection: String!) {
  inboundMessages(connection: $connection, last: 1) { nodes { status quarantined { index code detail } } }
}`;

/** Checks a webhook delivery by its reply and by the status of the stored message. */
export async function delivered(
  context: DemoContext,
  connection: string,
  reply: Reply,
  expected: { readonly body: string; readonly status: string },
): Promise<StepResult> {
  if (reply.status !== 200 || reply.body !== expected.body) {
    return { reply, outcome: 'refused', wrong: `200 ${expected.body}` };
  }
  const message = await latestMessage(context, connection);
  const waiting = message?.quarantined ?? [];
  const outcome = [message?.status ?? 'not found', ...waiting.map(({ index, code }) => `row ${index}: ${code}`)].join(
    ', ',
  );
  return message?.status === expected.status ? { reply, outcome } : { reply, outcome, wrong: expected.status };
}

/** Undefined when the reply is not JSON. */
export function jsonOf(reply: Reply): unknown {
  try {
    return JSON.parse(reply.body) as unknown;
  } catch {
    return undefined;
  }
}
