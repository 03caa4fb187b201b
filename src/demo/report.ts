import { shortened } from '../domain/text';
import { printLine, printTable, type Cell } from '../output';
import { DemoError } from './demo-file';
import type { Graphql } from './graphql';
import type { Step, StepResult } from './steps/step';

/** The length of a reply in the table. Failed steps show the whole reply. */
const REPLY_WIDTH = 40;

export function printSteps(steps: readonly { readonly step: Step; readonly result: StepResult }[]): void {
  printLine('\nWhat was sent:');
  printTable(
    ['', 'from', 'message', 'answer', 'outcome'],
    steps.map(({ step, result: { reply, outcome, wrong } }, index) => [
      index + 1,
      step.sender,
      step.says,
      `${reply.status} ${inOneLine(reply.body)}`,
      wrong === undefined ? outcome : `FAILED: ${outcome}`,
    ]),
  );
}

const inOneLine = (text: string): string => shortened(text.replace(/\s+/g, ' ').trim(), REPLY_WIDTH);

interface StockRow {
  readonly item: { readonly sku: string; readonly specification: string; readonly name: string | null };
  readonly location: { readonly code: string };
  readonly onHand: number;
  readonly available: number;
  readonly reserved: number;
  readonly committed: number;
  readonly incoming: number;
  readonly reportedOnHand: number | null;
  readonly drift: number | null;
}

const STOCK = `query Stock {
  stock(first: 50) {
    nodes {
      item { sku specification name } location { code }
      onHand available reserved committed incoming reportedOnHand drift
    }
    ledgerSequence
  }
}`;

export async function printStock(graphql: Graphql): Promise<void> {
  const { stock } = await read<{ stock: { nodes: readonly StockRow[]; ledgerSequence: number } }>(graphql, STOCK);
  printLine(`\nThe stock, at ledger sequence ${stock.ledgerSequence}:`);
  printTable(
    ['item', 'name', 'location', 'on hand', 'available', 'reserved', 'committed', 'incoming', 'reported', 'drift'],
    stock.nodes.map(({ item, location, ...quantities }) => [
      item.specification === '' ? item.sku : `${item.sku} ${item.specification}`,
      item.name,
      location.code,
      quantities.onHand,
      quantities.available,
      quantities.reserved,
      quantities.committed,
      quantities.incoming,
      quantities.reportedOnHand,
      quantities.drift,
    ]),
  );
}

interface EntryRow {
  readonly sequence: number;
  readonly delta: number;
  readonly quantityAfter: number;
  readonly level: {
    readonly item: { readonly sku: string; readonly specification: string };
    readonly location: { readonly code: string };
    readonly bucket: string;
    readonly owner: string;
    readonly packaging: string;
    readonly barcode: string;
  };
  readonly movement: { readonly reason: string; readonly origin: string; readonly reference: string | null };
}

const LEDGER = `query Ledger($afterSequence: Quantity!) {
  ledgerEntries(filter: { afterSequence: $afterSequence }, first: 100) {
    nodes {
      sequence delta quantityAfter
      level { item { sku specification } location { code } bucket owner packaging barcode }
      movement { reason origin reference }
    }
    pageInfo { hasNextPage }
  }
}`;

/** Shows the ledger entries after a sequence. */
export async function printLedger(graphql: Graphql, afterSequence: number): Promise<void> {
  const { ledgerEntries } = await read<{
    ledgerEntries: { nodes: readonly EntryRow[]; pageInfo: { hasNextPage: boolean } };
  }>(graphql, LEDGER, { afterSequence });
  printLine('\nWhat the ledger recorded:');
  printTable(
    ['movement', 'reason', 'origin', 'reference', 'item', 'location', 'bucket', 'change', 'after'],
    ledgerEntries.nodes.map(entryCells),
  );
  if (ledgerEntries.pageInfo.hasNextPage) printLine('… and more.');
  const { sequence, hash } = await ledgerHead(graphql);
  printLine(`\nThe ledger is at sequence ${sequence} with hash ${hash}. Check it: npm run stockbridge -- verify`);
}

function entryCells({ sequence, delta, quantityAfter, level, movement }: EntryRow): Cell[] {
  const { item, location, bucket, owner, packaging, barcode } = level;
  const finer = [owner, packaging === 'SINGLE' ? '' : packaging, barcode].filter((part) => part !== '');
  return [
    sequence,
    movement.reason,
    movement.origin,
    movement.reference,
    [item.sku, item.specification, ...finer].filter((part) => part !== '').join(' '),
    location.code,
    bucket,
    delta,
    quantityAfter,
  ];
}

interface Explained {
  readonly explain: {
    readonly closing: number;
    readonly reasons: readonly { readonly reason: string; readonly delta: number; readonly entryCount: number }[];
  } | null;
  readonly availability: {
    readonly sellable: number;
    readonly canSellNow: boolean;
    readonly backOrderable: number;
  };
}

const EXPLAINED = `query Explained {
  explain(key: { sku: "TEE", specification: "M", location: "SHOP-1" }) { closing reasons { reason delta entryCount } }
  availability(sku: "TEE", specification: "M", quantity: 45) { sellable canSellNow backOrderable }
}`;

/** Shows how the quantity of one level came about, and how much of it a shop can promise. */
export async function printExplanation(graphql: Graphql): Promise<void> {
  const { explain, availability } = await read<Explained>(graphql, EXPLAINED);
  printLine(`\nWhy are there ${explain?.closing ?? 0} tees in size M at SHOP-1, and can 45 of them be sold?`);
  printTable(
    ['reason', 'entries', 'change'],
    (explain?.reasons ?? []).map(({ reason, entryCount, delta }) => [reason, entryCount, delta]),
  );
  const { canSellNow, sellable, backOrderable } = availability;
  printLine(
    canSellNow
      ? `All 45 can be sold now; ${sellable} are available.`
      : `${sellable} can be sold now, and ${backOrderable} more may be back-ordered.`,
  );
}

const LEDGER_HEAD = 'query LedgerHead { ledgerHead { sequence hash } }';

/** Throws DemoError when the demo's key can't read GraphQL. */
export async function ledgerHead(graphql: Graphql): Promise<{ sequence: number; hash: string }> {
  return (await read<{ ledgerHead: { sequence: number; hash: string } }>(graphql, LEDGER_HEAD)).ledgerHead;
}

async function read<Data>(graphql: Graphql, document: string, variables?: Record<string, unknown>): Promise<Data> {
  const reply = await graphql<Data>(document, variables);
  if ('data' in reply) return reply.data;
  const { status, body } = reply.refused;
  const advice = status === 401 ? ': demo.json may belong to another gateway; start that one again' : '';
  throw new DemoError(`GraphQL answered ${status} ${inOneLine(body)}${advice}`);
}
