import { hash } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { READ_BUDGET } from '../../src/application/ports/reads';
import { GRAPHQL_LIMITS } from '../../src/graphql/limits/limits';
import { GraphqlHarness, type Answer } from '../support/graphql';

let gateway: GraphqlHarness;

beforeAll(async () => {
  gateway = await GraphqlHarness.open();
  await gateway.documents.add(gateway.tenants.ours, [
    { text: HEAD, operations: [] },
    { text: TWO, operations: ['A', 'B'] },
    { text: ORDERED, operations: [] },
  ]);
});

afterEach(() => gateway.documents.setOnly(gateway.tenants.ours, false));

afterAll(() => gateway.close());

const HEAD = '{ ledgerHead { sequence } }';
const TWO = 'query A { ledgerHead { sequence } } query B($n: Int!) { stock(first: $n) { nodes { onHand } } }';
const ORDERED = 'mutation ($code: String!) { locationSave(code: $code) { location { code } } }';
const OTHER = '{ ledgerHead { hash } }';

const sha256 = (text: string): string => hash('sha256', text, 'hex');
const idOf = (text: string): string => `sha256:${sha256(text)}`;
const apollo = (sha256Hash: string): object => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

function send(body: unknown, key = 'ours', headers = {}): Promise<LightMyRequestResponse> {
  return gateway.app.inject({
    ...{ method: 'POST', url: '/graphql', payload: JSON.stringify(body) },
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
  });
}

/** The status and code of a refusal that is the only error, and has no data. */
async function refusal(body: unknown, key?: string): Promise<[number, string | undefined]> {
  const response = await send(body, key);
  const { data, errors = [] } = response.json<Answer>();
  expect(data).toBeUndefined();
  expect(errors).toHaveLength(1);
  return [response.statusCode, errors[0]?.extensions.code];
}

const FORMS: readonly [string, object][] = [
  ['documentId with its prefix', { documentId: idOf(HEAD) }],
  ['documentId without prefix', { documentId: sha256(HEAD) }],
  ['documentId and nulls', { documentId: idOf(HEAD), query: null, variables: null, operationName: null }],
  ['Apollo’s extension', apollo(sha256(HEAD))],
  [
    'Apollo’s extension beside another',
    { extensions: { ...(apollo(sha256(HEAD)) as { extensions: object }).extensions, x: 1 } },
  ],
  ['Apollo’s extension with the text', { query: HEAD, ...apollo(sha256(HEAD)) }],
];

describe.each([false, true])('with only trusted documents: %s', (only) => {
  beforeEach(() => gateway.documents.setOnly(gateway.tenants.ours, only));

  it.each(FORMS)('serves a document by %s', async (_, body) => {
    const response = await send(body);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ data: { ledgerHead: { sequence: 0 } } });
  });

  it('serves an operation of a document, with variables', async () => {
    const b = { documentId: idOf(TWO), operationName: 'B', variables: { n: 1 } };
    expect((await send(b)).json()).toEqual({ data: { stock: { nodes: [] } } });
    expect((await send({ ...b, variables: { n: '1' } })).statusCode).toBe(400);
    expect((await send({ ...b, operationName: 'C' })).statusCode).toBe(400);
    const saved = await send({ documentId: idOf(ORDERED), variables: { code: 'SHOP' } });
    expect(saved.json()).toEqual({ data: { locationSave: { location: { code: 'SHOP' } } } });
  });

  it.each(['sha256:', 'SHA256:', 'sha256:sha256:', 'md5:', 'x-app:', ''])(
    'knows no id that starts with "%s" and goes on with another hash',
    async (prefix) => {
      for (const rest of [sha256(OTHER), sha256(HEAD).slice(1), `${sha256(HEAD)}0`, '', '../../etc/passwd']) {
        expect(await refusal({ documentId: `${prefix}${rest}` })).toEqual([400, 'PERSISTED_DOCUMENT_NOT_FOUND']);
      }
    },
  );

  it('tells Apollo’s clients in their words that it does not know a document', async () => {
    const response = await send(apollo(sha256(OTHER)));
    expect(response.json()).toMatchObject({ errors: [{ message: 'PersistedQueryNotFound' }] });
    expect(await refusal(apollo(sha256(OTHER)))).toEqual([400, 'PERSISTED_QUERY_NOT_FOUND']);
  });

  it.each([
    ['an id that is a number', { documentId: 7 }],
    ['an id that is a list', { documentId: [idOf(HEAD)] }],
    ['an id and a text', { documentId: idOf(HEAD), query: HEAD }],
    ['an id and another text', { documentId: idOf(HEAD), query: OTHER }],
    ['an id in both forms', { documentId: idOf(HEAD), ...apollo(sha256(HEAD)) }],
    ['two ids', { documentId: idOf(HEAD), ...apollo(sha256(TWO)) }],
    [
      'an id beside an extension of another version',
      { documentId: idOf(HEAD), extensions: { persistedQuery: { version: 2 } } },
    ],
    ['an id beside an extension that is a text', { documentId: idOf(HEAD), extensions: { persistedQuery: 'x' } }],
    ['a text that has not the hash beside it', { query: OTHER, ...apollo(sha256(HEAD)) }],
  ])('refuses %s', async (_, body) => {
    expect(await refusal(body)).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('knows no document of another tenant', async () => {
    expect(await refusal({ documentId: idOf(HEAD) }, 'theirs')).toEqual([400, 'PERSISTED_DOCUMENT_NOT_FOUND']);
  });

  it('refuses a key without the scope', async () => {
    expect(await refusal({ documentId: idOf(HEAD) }, 'ours-write')).toEqual([403, 'FORBIDDEN']);
  });

  it('answers in the media type that is asked for', async () => {
    const accept = 'application/graphql-response+json';
    for (const documentId of [idOf(HEAD), idOf(OTHER)]) {
      expect((await send({ documentId }, 'ours', { accept })).headers['content-type']).toContain(accept);
    }
  });
});

it('says which of two names to send', async () => {
  const response = await send({ documentId: idOf(HEAD), ...apollo(sha256(HEAD)) });
  expect(response.json<Answer>().errors?.[0]?.message).toBe(
    'Send documentId or extensions.persistedQuery, not both of them.',
  );
  const nulls = { documentId: idOf(HEAD), extensions: { persistedQuery: null } };
  expect((await send(nulls)).json()).toEqual({ data: { ledgerHead: { sequence: 0 } } });
});

it.each([
  ['documentId', { documentId: sha256(HEAD) }, idOf(HEAD)],
  ['the prefix', { documentId: idOf(HEAD) }, idOf(HEAD)],
  ['Apollo’s extension', apollo(sha256(HEAD)), idOf(HEAD)],
  ['a hash that nobody knows', { documentId: sha256(OTHER) }, idOf(OTHER)],
  ['an id of another form', { documentId: 'sb_secret' }, undefined],
  ['no id', { query: OTHER }, undefined],
])('the access log says which document a request named: %s', async (_, body, documentId) => {
  gateway.lines.length = 0;
  await send(body);
  const [line] = gateway.lines.map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(line).toMatchObject({ msg: 'request', route: '/graphql', tenantId: gateway.tenants.ours });
  expect(line?.['documentId']).toBe(documentId);
  expect(gateway.lines.join()).not.toContain('sb_secret');
});

it('serves a text that it does not know, beside its hash in Apollo’s form', async () => {
  expect((await send({ query: OTHER, ...apollo(sha256(OTHER)) })).statusCode).toBe(200);
});

describe('with only trusted documents', () => {
  beforeEach(() => gateway.documents.setOnly(gateway.tenants.ours, true));

  it.each([
    ['a text', { query: OTHER }],
    ['the text of a trusted document', { query: HEAD }],
    ['a text and its hash', { query: OTHER, ...apollo(sha256(OTHER)) }],
    ['a text and a hash of another version', { query: HEAD, extensions: { persistedQuery: { version: 2 } } }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['nothing', {}],
    ['a list', [{ query: HEAD }]],
    ['an id that is null', { documentId: null, query: HEAD }],
  ])('refuses %s', async (_, body) => {
    expect(await refusal(body)).toEqual([400, 'PERSISTED_DOCUMENT_REQUIRED']);
  });

  it('serves others to another tenant', async () => {
    expect((await send({ query: OTHER }, 'theirs')).statusCode).toBe(200);
  });
});

it('answers a document that is asked for often as it does at first', async () => {
  const answers = new Set<string>();
  for (let times = 0; times < GRAPHQL_LIMITS.compileAfter + 5; times += 1) {
    const { statusCode, body } = await send({ documentId: idOf(HEAD) });
    answers.add(`${statusCode} ${body}`);
  }
  expect(answers.size).toBe(1);
});

it('serves a removed document no longer', async () => {
  const { ours } = gateway.tenants;
  await gateway.documents.add(ours, [{ text: OTHER, operations: [] }]);
  expect((await send({ documentId: idOf(OTHER) })).statusCode).toBe(200);
  expect(await gateway.documents.remove(ours, [sha256(OTHER)])).toEqual([sha256(OTHER)]);
  expect(await refusal({ documentId: idOf(OTHER) })).toEqual([400, 'PERSISTED_DOCUMENT_NOT_FOUND']);
});

describe('by mutations', () => {
  const ADD = `mutation ($documents: [String!]!) { payload: trustedDocumentsAdd(documents: $documents) {
    documentIds userErrors { code field message } } }`;
  const REMOVE = `mutation ($documentIds: [String!]!) { payload: trustedDocumentsRemove(documentIds: $documentIds) {
    documentIds userErrors { code field message } } }`;
  const change = async (query: string, variables: object, key?: string): Promise<unknown> =>
    (await gateway.data<{ payload: unknown }>(query, variables, key)).payload;
  const text = 'query Mine { ledgerHead { recordedAt } }';

  it('documents are saved once, served and removed, and each change is an audit entry', async () => {
    const done = { documentIds: [idOf(text)], userErrors: [] };
    expect(await change(ADD, { documents: [text, text] })).toEqual(done);
    expect(await change(ADD, { documents: [text] })).toEqual({ documentIds: [], userErrors: [] });
    expect((await send({ documentId: idOf(text) })).statusCode).toBe(200);
    expect(await refusal({ documentId: idOf(text) }, 'theirs')).toEqual([400, 'PERSISTED_DOCUMENT_NOT_FOUND']);
    expect(await change(REMOVE, { documentIds: [sha256(text)] })).toEqual(done);
    expect(await refusal({ documentId: idOf(text) })).toEqual([400, 'PERSISTED_DOCUMENT_NOT_FOUND']);
    const entries = `query ($subject: String) { auditEntries(subject: $subject) { nodes { action actor address } } }`;
    const common = { actor: expect.any(String) as string, address: '127.0.0.1' };
    expect(await gateway.data(entries, { subject: `TrustedDocument:${sha256(text)}` })).toEqual({
      auditEntries: { nodes: ['DOCUMENT_ADDED', 'DOCUMENT_REMOVED'].map((action) => ({ ...common, action })) },
    });
  });

  it.each([
    [[], 'documents', 'documents has 0 entries: give 1 to 1000.'],
    [Array.from({ length: 1_001 }, () => '{a}'), 'documents', 'documents has 1001 entries: give 1 to 1000.'],
    [[text, '{ nothing }'], 'documents.1', 'Line 1, column 3: Cannot query field "nothing" on type "Query".'],
    [['{\n ledgerHead {'], 'documents.0', 'Line 2, column 14: Syntax Error: Expected Name, found <EOF>.'],
  ])('documents that are not valid are refused, and none is saved: %#', async (documents, field, message) => {
    expect(await change(ADD, { documents })).toEqual({
      documentIds: [],
      userErrors: [{ code: 'INVALID_INPUT', field: field.split('.'), message }],
    });
    expect(await refusal({ documentId: idOf(text) })).toEqual([400, 'PERSISTED_DOCUMENT_NOT_FOUND']);
  });

  it('many faults are told in part', async () => {
    const payload = await change(ADD, { documents: Array.from({ length: 900 }, () => '{ a b c d e f }') });
    expect((payload as { userErrors: unknown[] }).userErrors).toHaveLength(20);
  });

  it('nothing is removed when one is not there', async () => {
    expect(await change(REMOVE, { documentIds: [idOf(HEAD), idOf(text)] })).toMatchObject({
      ...{ documentIds: [], userErrors: [{ code: 'NOT_FOUND', field: ['documentIds', '1'] }] },
    });
    expect(await change(REMOVE, { documentIds: [idOf(HEAD)] }, 'theirs')).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect((await send({ documentId: idOf(HEAD) })).statusCode).toBe(200);
  });

  it('they need the scope admin', async () => {
    const READ = '{ trustedDocuments { nodes { id } } }';
    for (const query of [ADD, REMOVE, READ, '{ trustedDocumentManifest { revision } }']) {
      expect(await refusal({ query }, 'ours-write')).toEqual([403, 'FORBIDDEN']);
    }
  });
});

describe('read by GraphQL', () => {
  const FIELDS = '{ id documentId operations bytes addedAt addedBy text }';
  interface Shown {
    readonly documentId: string;
    readonly addedAt: string;
  }
  const listed = async (): Promise<readonly Shown[]> =>
    (await gateway.data<{ list: { nodes: Shown[] } }>(`{ list: trustedDocuments { nodes ${FIELDS} } }`)).list.nodes;
  const manifest = async (): Promise<{ revision: number }> =>
    (
      await gateway.data<{ manifest: { revision: number } }>(
        '{ manifest: trustedDocumentManifest { onlyTrusted revision documents bytes } }',
      )
    ).manifest;
  const inBytes = (texts: readonly string[]): number => Buffer.byteLength(texts.join(''));

  it('documents say what they are, and who added them', async () => {
    const text = 'query Née { ledgerHead { recordedAt } }'.replace('é', 'e') + ' # é';
    await gateway.data(
      'mutation ($documents: [String!]!) { trustedDocumentsAdd(documents: $documents) { documentIds } }',
      {
        documents: [text],
      },
    );
    const nodes = await listed();
    expect(nodes).toHaveLength(4);
    expect(nodes.at(-1)).toEqual({
      ...{ id: `TrustedDocument:${sha256(text)}`, documentId: idOf(text), operations: ['Nee'], text },
      ...{ bytes: Buffer.byteLength(text), addedAt: expect.any(String) as string, addedBy: 'integrator' },
    });
    expect(nodes.find(({ documentId }) => documentId === idOf(TWO))).toMatchObject({
      ...{ operations: ['A', 'B'], text: TWO, addedBy: 'command line' },
    });
    for (const documentId of [idOf(text), sha256(text)]) {
      const query = `query ($documentId: String!) { trustedDocument(documentId: $documentId) ${FIELDS} }`;
      expect(await gateway.data(query, { documentId })).toEqual({ trustedDocument: nodes.at(-1) });
    }
    await gateway.documents.remove(gateway.tenants.ours, [sha256(text)]);
    expect(await listed()).toHaveLength(3);
  });

  it('one that was removed and added again says who did it last', async () => {
    const { ours } = gateway.tenants;
    const text = '{ ledgerHead { recordedAt hash } }';
    await gateway.data(
      'mutation ($documents: [String!]!) { trustedDocumentsAdd(documents: $documents) { documentIds } }',
      {
        documents: [text],
      },
    );
    await gateway.documents.remove(ours, [sha256(text)]);
    await gateway.documents.add(ours, [{ text, operations: [] }]);
    const query = `{ trustedDocument(documentId: "${idOf(text)}") { addedBy } }`;
    expect(await gateway.data(query)).toEqual({ trustedDocument: { addedBy: 'command line' } });
    await gateway.documents.remove(ours, [sha256(text)]);
  });

  it('the manifest says how many there are, and what else is served', async () => {
    const before = await manifest();
    expect(before).toMatchObject({ onlyTrusted: false, documents: 3, bytes: inBytes([HEAD, TWO, ORDERED]) });
    const query = '{ manifest: trustedDocumentManifest { onlyTrusted revision } }';
    await gateway.documents.add(gateway.tenants.ours, [{ text: query, operations: [] }]);
    await gateway.documents.setOnly(gateway.tenants.ours, true);
    const shown = (await send({ documentId: idOf(query) })).json<Answer>();
    expect(shown.data).toEqual({ manifest: { onlyTrusted: true, revision: before.revision + 2 } });
    await gateway.documents.setOnly(gateway.tenants.ours, false);
    await gateway.documents.remove(gateway.tenants.ours, [sha256(query)]);
  });

  it.each(['', 'sha256:', 'x', `md5:${'0'.repeat(64)}`, `sha256:${'0'.repeat(64)}`, `SHA256:${'0'.repeat(64)}`])(
    'there is no document "%s"',
    async (documentId) => {
      const query = 'query ($documentId: String!) { trustedDocument(documentId: $documentId) { id } }';
      expect(await gateway.data(query, { documentId })).toEqual({ trustedDocument: null });
    },
  );

  it('texts that are more than a request may read are refused, one by one they are shown', async () => {
    const { theirs } = gateway.tenants;
    const long = 'a'.repeat(READ_BUDGET.bytes / 2 - 100);
    const texts = ['0', '1'].map((end) => ({ text: long + end, operations: [] }));
    const [first = ''] = await gateway.documents.add(theirs, texts);
    const refused = await gateway.answer('{ trustedDocuments { nodes { text } } }', {}, 'theirs');
    expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const query = `{ trustedDocument(documentId: "${first}") { text } }`;
    const { trustedDocument } = await gateway.data<{ trustedDocument: { text: string } }>(query, {}, 'theirs');
    expect(sha256(trustedDocument.text)).toBe(first);
  });
});
