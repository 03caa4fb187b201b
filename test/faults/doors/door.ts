import type { Call, Reply } from '../http';
import type { Random } from '../random';
import type { Answer, Write } from '../write';

/** The content of a write, before it has a number and a tenant. */
export type Content = Pick<Write, 'movements' | 'counts' | 'countId' | 'quarantined' | 'bodySha256'>;

export const NOTHING: Content = { movements: [], counts: [], countId: null, quarantined: [], bodySha256: null };

/** A write as its sender makes it. */
export interface Draft {
  readonly content: Content;
  /** The request of an attempt. The body stays the same. */
  readonly call: () => Call;
  readonly read: (reply: Reply) => Answer;
  /** Another request under the same id, with other content; left out where there is no such request. */
  readonly contradiction?: () => Draft;
}

/** Which worker makes a write, and which of its writes it is. Equal in all tenants. */
export interface Place {
  readonly worker: number;
  readonly n: number;
}

/** How a kind of sender writes, and how it behaves where it gets no answer. */
export interface Door {
  readonly name: string;
  /** The name of its connection or API client. */
  readonly origin: string;
  /** How often an attempt is repeated before the sender gives up. */
  readonly retries: number;
  /** How long it waits between attempts. The times of real senders are scaled down. */
  readonly pauseMs: number;
  readonly draft: (credentials: Credentials, random: Random, place: Place) => Draft;
}

/** What the senders of a tenant prove themselves with. */
export interface Credentials {
  readonly apiKey: string;
  readonly connections: Readonly<Record<string, ConnectionAccess>>;
}

export interface ConnectionAccess {
  readonly token: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/** The access of a connection that was set up. */
export function accessOf({ connections }: Credentials, name: string): ConnectionAccess {
  const access = connections[name];
  if (!access) throw new Error(`There is no connection ${name}.`);
  return access;
}

/** A secret by its name. */
export function secretOf({ secrets }: ConnectionAccess, name: string): string {
  const secret = secrets[name];
  if (secret === undefined) throw new Error(`There is no secret ${name}.`);
  return secret;
}

/** An id that is the same in each tenant, and belongs to one write of one worker. */
export const idOf = ({ worker, n }: Place): string => `w${worker}-${n}`;

export const MAIN = 'MAIN';
/** Items that all senders of facts and commands share. */
export const SHARED = ['SHARED-1', 'SHARED-2', 'SHARED-3'] as const;
/** An item that facts take below zero. */
export const DEEP = 'DEEP';
/** An item of which there are only a few units, which many ask for. */
export const SCARCE = 'SCARCE';
/** Items that are counted, while late facts of them arrive. */
export const COUNTED = ['COUNTED-1', 'COUNTED-2'] as const;
export const ORDERED = ['ORDERED-1', 'ORDERED-2'] as const;
export const WINIT = ['WINIT-1', 'WINIT-2'] as const;
/** Items whose quantity one sender states: more than there are workers. */
export const STATED = Array.from({ length: 60 }, (_, worker) => `STATED-${worker}`);
