import type { DemoFile } from '../demo-file';
import type { Graphql } from '../graphql';
import type { Reply } from '../http';

/** What every step works with. */
export interface DemoContext {
  readonly file: DemoFile;
  readonly graphql: Graphql;
  /** A number that no other run has, for ids: epoch milliseconds. */
  readonly run: number;
  /** Order numbers by the seller's number, so that a repeated order is known by the first one's. */
  readonly orderNumbers: Map<string, string>;
}

/** One message, or command, and what it should come to. */
export interface Step {
  /** Who sends it. */
  readonly sender: string;
  /** What it says. */
  readonly says: string;
  readonly send: (context: DemoContext) => Promise<StepResult>;
}

export interface StepResult {
  /** What was answered, as it came. */
  readonly reply: Reply;
  /** A word on what became of it. */
  readonly outcome: string;
  /** What should have come instead; undefined where it is as it should be. */
  readonly wrong?: string;
}

/** The message that a connection's latest delivery became; undefined where it can't be read. */
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

/** Judges a webhook delivery by its reply and by what the stored message says became of it. */
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

/** The JSON of a reply; undefined where it is none. */
export function jsonOf(reply: Reply): unknown {
  try {
    return JSON.parse(reply.body) as unknown;
  } catch {
    return undefined;
  }
}
