import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { killLeftOver, Program, readyOrigin, type Settings } from '../support/processes';

jest.setTimeout(180_000);

const ROOT = path.resolve(__dirname, '../..');

let readme: string;
let settings: Settings & { PORT: string };

beforeAll(async () => {
  readme = await readFile(path.join(ROOT, 'README.md'), 'utf8');
  const dataDir = await mkdtemp(path.join(tmpdir(), 'stockbridge-readme-'));
  settings = { DATA_DIR: dataDir, PORT: String(await freePort()), LOG_LEVEL: 'warn' };
});

afterAll(async () => {
  await killLeftOver();
  await rm(settings.DATA_DIR, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The fenced code blocks of one language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) =>
    text.trim(),
  );
}

/** The command with the address and data folder of this test. */
function here(command: string): string {
  return command
    .replaceAll('127.0.0.1:4000', `127.0.0.1:${settings.PORT}`)
    .replaceAll('./.data/', `${settings.DATA_DIR}/`);
}

const shell = (command: string): Program => new Program('bash', ['-c', here(command)], settings);

it('the README has commands that do what it says, and a query with the answer it shows', async () => {
  const [install, demo, query, verify, tests] = blocks('sh');
  expect(blocks('sh')).toHaveLength(5);

  // Both installs have already run: .ci/run starts with npm ci, and its gate runs the tests.
  expect(install).toBe('npm ci\nnpm start');
  expect(tests).toBe('npm ci && npm test');
  expect(await readFile(path.join(ROOT, '.ci/run'), 'utf8')).toMatch(/^npm ci\b.*\nnpm run check$/m);

  const gateway = shell('npm start');
  expect(await readyOrigin(gateway)).toBe(`http://127.0.0.1:${settings.PORT}`);

  const demoRun = await shell(demo ?? '').ended;
  expect(demoRun).toMatchObject({ code: 0 });

  const answered = await shell(query ?? '').ended;
  const shown: unknown = JSON.parse(blocks('json')[0] ?? '');
  expect(JSON.parse(answered.stdout)).toEqual(shown);

  // The query shown alone is the one that the command sends.
  const sent = /-d '(.*)'$/ms.exec(query ?? '')?.[1] ?? '';
  const words = (text: string): string => text.replace(/\s+/g, ' ').trim();
  expect(words((JSON.parse(sent) as { query: string }).query)).toBe(words(blocks('graphql')[0] ?? ''));

  const verified = await shell(verify ?? '').ended;
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/demo/) as string });

  // Ctrl-C in its terminal.
  expect(await gateway.killGroup('SIGINT')).toMatchObject({ code: 0 });
});

it('the README links to files that exist', async () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, file = '']) => file);
  expect(links.length).toBeGreaterThan(5);
  const missing: string[] = [];
  for (const file of links) {
    await access(path.join(ROOT, file)).catch(() => missing.push(file));
  }
  expect(missing).toEqual([]);
});
