import { createHash } from 'node:crypto';
import { HeadPublisher } from '../../src/application/commands/publish-heads';
import { exportLedger } from '../../src/application/queries/export-ledger';
import { TreeFollower } from '../../src/persistence/proof/tree-follower';
import { AS_OPERATOR } from '../../src/persistence/database/data-source';
import { at, bySku, factOf } from '../support/domain/test-ledger';
import { Commands } from '../support/commands';
import { GraphqlHarness, HEAD_SIGNER } from '../support/graphql';
import { pathOf, rootOf } from '../support/merkle-reference';
import { Verifier } from '../support/verifier';

jest.setTimeout(60_000);

let gateway: GraphqlHarness;
let verifier: Verifier;
let keys: string;

beforeEach(async () => {
  gateway = await GraphqlHarness.open();
  verifier = await Verifier.open();
  keys = await verifier.file(HEAD_SIGNER.publicKeys);
  await new Commands(gateway).catalogue(['TEA'], ['MAIN']);
});

afterEach(async () => {
  await gateway.close();
  await verifier.close();
});

let facts = 0;

/** Posts so many movements. */
async function post(count: number): Promise<void> {
  const names = { item: bySku('TEA'), location: at('MAIN') };
  const rows = Array.from({ length: count }, () => factOf(`fact ${(facts += 1)}`, { ...names, delta: 2 }));
  await gateway.deliver(rows);
}

/** Writes movements past the poster, as fast as the database can: their hashes are only leaves here. */
async function fillTo(sequence: number): Promise<Buffer[]> {
  const { pool } = gateway.ledger;
  await pool.query(
    `INSERT INTO movement (tenant_id, sequence, reason, origin_kind, origin_id, external_id, occurred_at, effective_at,
       recorded_at, evidence_hash, hash)
     SELECT $1, n, 'ADJUSTMENT', 'CONNECTION', $1, n::text, now(), now(), now(), '', sha256(n::text::bytea)
     FROM generate_series((SELECT max(sequence) FROM movement WHERE tenant_id = $1) + 1, $2) n`,
    [gateway.tenants.ours, sequence],
  );
  await pool.query('UPDATE ledger_head SET sequence = $2 WHERE tenant_id = $1', [gateway.tenants.ours, sequence]);
  const { rows } = await pool.query<{ hash: Buffer }>(
    'SELECT hash FROM movement WHERE tenant_id = $1 ORDER BY sequence',
    [gateway.tenants.ours],
  );
  return rows.map(({ hash }) => hash);
}

interface Proof {
  readonly leaf: string;
  readonly index: number;
  readonly treeSize: number;
  readonly path: string[];
  readonly root: string;
  readonly signedRoot: string;
}

const PROOF = 'proof(headSequence: $head) { leaf index treeSize path root signedRoot }';

/** The movement of a sequence, with its proof. */
async function proven(sequence: number, head: number | null = null): Promise<{ hash: string; proof: Proof }> {
  const query = `query ($after: Quantity!, $head: Quantity) {
    movements(first: 1, filter: { afterSequence: $after }) { nodes { hash ${PROOF} } } }`;
  const { movements } = await gateway.data<{ movements: { nodes: [{ hash: string; proof: Proof }] } }>(query, {
    after: sequence - 1,
    head,
  });
  return movements.nodes[0];
}

const exported = async (): Promise<string> => {
  const { ours: tenantId } = gateway.tenants;
  const { sequence: upTo } = await gateway.reads.ledgerHead(tenantId);
  let text = '';
  for await (const page of exportLedger(gateway.reads, { tenantId, after: 0, upTo })) text += page;
  return text;
};

it('proves every movement of a young ledger, for every head since', async () => {
  await post(5);
  for (let head = 1; head <= 5; head += 1) {
    for (let sequence = 1; sequence <= head; sequence += 1) {
      const movement = await proven(sequence, head);
      const file = await verifier.file({ data: { movement } });
      const verdict = await verifier.run(['--proof', file, '--key', keys]);
      const told = `proven: movement ${sequence} is in the ledger of tenant ${gateway.tenants.ours} up to ${head}\n`;
      expect(verdict).toEqual({ code: 0, stdout: told, stderr: '' });
    }
  }
});

it('proves movements of a long ledger from some hundred hashes, as RFC 9162 defines their paths', async () => {
  await post(3);
  const size = 65_536 + 3 * 256 + 77;
  const leaves = await fillTo(size);
  await gateway.growTrees();
  const kept = await gateway.ledger.pool.query<{ height: number; count: number }>(
    'SELECT height, count(*) AS count FROM ledger_tree_node GROUP BY height ORDER BY height',
  );
  expect(kept.rows).toEqual([
    { height: 8, count: 259 },
    { height: 16, count: 1 },
  ]);
  for (const [sequence, head] of [
    [1, size],
    [40_000, size],
    [size, size],
    [256, 256],
    [257, 65_535],
    [9, 65_793],
  ] as const) {
    const { proof } = await proven(sequence, head);
    const tree = leaves.slice(0, head);
    expect(proof).toMatchObject({ index: sequence - 1, treeSize: head, root: rootOf(tree).toString('hex') });
    expect(proof.path).toEqual(pathOf(sequence - 1, tree).map((node) => node.toString('hex')));
    expect(await verifier.run(['--proof', await verifier.file(proof), '--key', keys])).toMatchObject({ code: 0 });
  }
});

it('has the tree in one piece when several processes follow and stop in between', async () => {
  await post(1);
  const leaves = await fillTo(20_000);
  const warnings: string[] = [];
  const open = () =>
    new TreeFollower({
      pool: gateway.ledger.openPool({ max: 1, settings: AS_OPERATOR }),
      warn: (message) => warnings.push(message),
    });
  const followers = [open(), open(), open()];
  const first = followers[0]?.catchUp();
  await followers[0]?.close();
  await Promise.all([first, ...followers.slice(1).map((follower) => follower.catchUp())]);
  const { proof } = await proven(12_345);
  expect(proof).toMatchObject({ treeSize: 20_000, root: rootOf(leaves).toString('hex') });
  expect(warnings).toEqual([]);
});

it('says when a proof has to wait, or can not be', async () => {
  await post(1);
  await fillTo(600);
  /** The errors, and the movements that are proven. */
  const asked = async (sequence: number, head: number | null, first = 1) => {
    const query = `query ($head: Quantity, $after: Quantity!, $first: Int!) {
      movements(first: $first, filter: { afterSequence: $after }) { nodes { ${PROOF} } } }`;
    const { data, errors = [] } = await gateway.answer(query, { after: sequence - 1, head, first });
    const { nodes } = data?.['movements'] as { nodes: { proof: { index: number } | null }[] };
    const problems = errors.map(({ message, extensions: { code } }) => `${code}: ${message}`);
    return [...problems, ...nodes.map(({ proof }) => proof && proof.index + 1)];
  };
  expect(await asked(300, null)).toEqual([null]);
  expect(await asked(1, 256)).toEqual([null]);
  expect(await asked(254, null, 3)).toEqual([254, 255, null]);
  await gateway.growTrees();
  expect(await asked(300, null)).toEqual([300]);
  const early = `BAD_USER_INPUT: headSequence is 300: give one from 301, the movement's own, to 600, the end of the ledger.`;
  expect(await asked(299, 300, 3)).toEqual([early, 299, 300, null]);
  for (const head of [299, 601]) {
    const message = `headSequence is ${head}: give one from 300, the movement's own, to 600, the end of the ledger.`;
    expect(await asked(300, head)).toEqual([`BAD_USER_INPUT: ${message}`, null]);
  }
  expect(await asked(1, 0)).toEqual(['BAD_USER_INPUT: headSequence is 0: give the sequence of a movement.', null]);
});

it('reads a page of proofs in as many statements as one', async () => {
  await post(30);
  const statements = (first: number) =>
    gateway.statementsOf(`query ($head: Quantity) { movements(first: ${first}) { nodes { hash ${PROOF} } } }`);
  expect(await statements(30)).toBe(await statements(1));
});

it('is not fooled: not by another path, leaf, size, tree or signature', async () => {
  await post(9);
  const movement = await proven(4);
  const other = await proven(5);
  const { proof } = movement;
  const signed = JSON.parse(proof.signedRoot) as Record<string, unknown>;
  const wrong: object[] = [
    { ...movement, hash: other.hash },
    { proof: { ...proof, path: proof.path.toReversed() } },
    { proof: { ...proof, path: [...proof.path, proof.root] } },
    { proof: { ...proof, path: proof.path.slice(1) } },
    { proof: { ...proof, leaf: other.proof.leaf } },
    { proof: { ...proof, index: 4 } },
    { proof: { ...proof, treeSize: 8 } },
    { proof: { ...proof, index: 9 } },
    { proof: { ...proof, signedRoot: JSON.stringify({ ...signed, tenant: gateway.tenants.theirs }) } },
    { proof: { ...proof, signedRoot: JSON.stringify({ ...signed, key: 'another' }) } },
  ];
  for (const given of wrong) {
    const verdict = await verifier.run(['--proof', await verifier.file(given), '--key', keys]);
    expect(verdict).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^BROKEN: /) as string });
  }
  expect(await verifier.run(['--proof', await verifier.file(proof)])).toMatchObject({ code: 2 });
  const { ours, theirs } = gateway.tenants;
  const given = ['--proof', await verifier.file(movement), '--key', keys, '--tenant'];
  expect(await verifier.run([...given, ours])).toMatchObject({ code: 0 });
  const foreign = await verifier.run([...given, theirs]);
  expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining('of another tenant') as string });
});

it('shows each tenant the tree of its own ledger', async () => {
  await post(2);
  const theirs = await gateway.answer(`{ movements { nodes { id } } }`, {}, 'theirs');
  expect(theirs).toEqual({ data: { movements: { nodes: [] } } });
  await gateway.fill('TEA', 'MAIN', 3);
  const { ours } = gateway.tenants;
  expect((JSON.parse((await proven(1)).proof.signedRoot) as { tenant: string }).tenant).toBe(ours);
});

describe('signed heads', () => {
  /** What is appended to the file of heads. */
  async function published(): Promise<string> {
    let file = '';
    const publisher = new HeadPublisher({
      tenantIds: () => Promise.resolve([gateway.tenants.ours, gateway.tenants.theirs]),
      reads: gateway.reads,
      signer: HEAD_SIGNER,
      append: (line) => {
        file += `${line}\n`;
        return Promise.resolve();
      },
      warn: (message) => {
        throw new Error(message);
      },
    });
    await publisher.publish();
    await publisher.publish();
    return file;
  }

  const check = async (heads: string, input: string) =>
    verifier.run(['--heads', await verifier.file(heads), '--tenant', gateway.tenants.ours, '--key', keys], input);

  it('are published once each, and are those of an export', async () => {
    await post(300);
    const young = await published();
    expect(young.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(young)).toMatchObject({ sequence: 255, tenant: gateway.tenants.ours });
    await gateway.growTrees();
    const heads = `${young}{"cut off by a full dis\n${await published()}`;
    const verdict = await check(heads, await exported());
    expect(verdict).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^intact: 300 movements, 1 levels, 2 heads/) as string,
    });
  });

  it('are given by ledgerHead too, for a second party', async () => {
    await post(4);
    const { ledgerHead } = await gateway.data<{
      ledgerHead: { sequence: number; hash: string; signature: string; signed: string };
    }>('{ ledgerHead { sequence hash signature signed } }');
    const { sequence, hash, signature } = ledgerHead;
    expect(JSON.parse(ledgerHead.signed)).toMatchObject({ sequence: 4, hash, signature });
    const input = await exported();
    expect(await check(ledgerHead.signed, input)).toMatchObject({ code: 0 });
    expect(await verifier.run(['--head', `${sequence}:${hash}`], input)).toMatchObject({ code: 0 });
  });

  it('show that the past was rewritten, though the database was made to fit', async () => {
    await post(20);
    const heads = await published();
    await rewritePast(7);
    const input = await exported();
    // By itself the ledger is as good as any.
    expect(await verifier.run([], input)).toMatchObject({ code: 0 });
    const verdict = await check(heads, input);
    expect(verdict).toMatchObject({ code: 1, stdout: '' });
    expect(verdict.stderr).toMatch(
      /^BROKEN: the past was rewritten: the head at 20 was [\da-f]{64}, and is now [\da-f]{64}\n$/,
    );
    const given = ['--proof', await verifier.file(await proven(3)), '--key', keys, '--tenant', gateway.tenants.ours];
    expect(await verifier.run(given)).toMatchObject({ code: 0 });
    expect(await verifier.run([...given, '--heads', await verifier.file(heads)])).toMatchObject({
      ...{ code: 1, stderr: expect.stringMatching(/^BROKEN: the past was rewritten: the head at 20 was /) as string },
    });
    // The gateway signs what it finds. The heads from before and after tell on it.
    expect(await check(heads + (await published()), input)).toMatchObject({ code: 1 });
  });

  it('show that the end of a ledger was cut off', async () => {
    await post(20);
    const heads = await published();
    const input = (await exported())
      .split('\n')
      .slice(0, 15)
      .map((line) => `${line}\n`)
      .join('');
    expect(await check(heads, input)).toMatchObject({
      code: 1,
      stderr: 'BROKEN: the export ends at 15, before the head at 20\n',
    });
  });

  it('are not taken from another key', async () => {
    await post(2);
    const heads = (await published()).replace(/"signature":"..../, '"signature":"AAAA');
    expect(await check(heads, await exported())).toMatchObject({
      code: 1,
      stderr: 'BROKEN: the head at 2 is not signed by a key in the file of --key\n',
    });
  });
});

/** Changes a movement's note and all hashes since, as the owner of the database can who switches the triggers off. */
async function rewritePast(sequence: number): Promise<void> {
  const lines = (await exported())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const { pool, tenant } = { pool: gateway.ledger.pool, tenant: gateway.tenants.ours };
  await pool.query('ALTER TABLE movement DISABLE TRIGGER USER');
  let before = '0'.repeat(64);
  for (const { hash: _old, ...movement } of lines) {
    if (movement['sequence'] === sequence) movement['note'] = 'It was always so.';
    const text = JSON.stringify(movement, Object.keys(movement).sort());
    before = createHash('sha256')
      .update(before + text)
      .digest('hex');
    await pool.query(`UPDATE movement SET note = $3, hash = decode($4, 'hex') WHERE tenant_id = $1 AND sequence = $2`, [
      tenant,
      movement['sequence'],
      movement['note'],
      before,
    ]);
  }
  await pool.query(`UPDATE ledger_head SET hash = decode($2, 'hex') WHERE tenant_id = $1`, [tenant, before]);
  await pool.query('ALTER TABLE movement ENABLE TRIGGER USER');
}
