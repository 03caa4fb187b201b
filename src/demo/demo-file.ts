import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { isNativeError } from 'node:util/types';
import { OperatorError } from '../application/ports/failures';

export const DEMO_TENANT = 'demo';

/** The demo can't be set up or run. */
export class DemoError extends OperatorError {
  override readonly name = 'DemoError';
}

/** The keys and secrets of the demo tenant, without URLs, which change with the port. */
export interface DemoAccess {
  /** Has all scopes. */
  readonly apiKey: string;
  readonly jerry: {
    readonly name: string;
    readonly pathToken: string;
    readonly userName: string;
    readonly apiPassword: string;
    readonly key: string;
    readonly location: string;
  };
  readonly winit: {
    readonly name: string;
    readonly pathToken: string;
    readonly customerCode: string;
    readonly appKey: string;
    readonly token: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  readonly increff: { readonly name: string; readonly authUsername: string; readonly authPassword: string };
  readonly comestri: { readonly name: string; readonly token: string };
  readonly standard: { readonly name: string; readonly pathToken: string; readonly secret: string };
}

/** `DATA_DIR/demo.json`: what people and scripts need to use the demo tenant. Each `name` is a connection's name in GraphQL. */
export type DemoFile = ReturnType<typeof demoFileOf>;

function demoFileOf(origin: string, { apiKey, jerry, winit, increff, comestri, standard }: DemoAccess) {
  const { pathToken: jerryToken, ...jerryRest } = jerry;
  const { pathToken: winitToken, customerCode, ...winitRest } = winit;
  const { pathToken: standardToken, ...standardRest } = standard;
  return {
    url: origin,
    graphql: `${origin}/graphql`,
    tenant: DEMO_TENANT,
    apiKey,
    connections: {
      jerry: { url: `${origin}/webhooks/jerry/${jerryToken}`, ...jerryRest },
      winit: {
        url: `${origin}/webhooks/winit/${winitToken}`,
        customerCode,
        endpoint: `${origin}/openapi/service`,
        ...winitRest,
      },
      increff: { endpoint: `${origin}/usp/inventories/absolute`, ...increff },
      comestri: { endpoint: `${origin}/api/v2/inventories`, ...comestri },
      standard: { url: `${origin}/webhooks/standard/${standardToken}`, ...standardRest },
    },
  };
}

export function demoFilePath(dataDir: string): string {
  return path.join(dataDir, 'demo.json');
}

/** Writes the file completely or not at all, readable for its owner only. Throws DemoError. */
export async function writeDemoFile(dataDir: string, origin: string, demo: DemoAccess): Promise<void> {
  const file = demoFilePath(dataDir);
  const draft = `${file}.${randomBytes(8).toString('hex')}.draft`;
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(demoFileOf(origin, demo), null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw explainFileFailure(error, file);
  }
}

/**
 * Reads the file of an earlier start. Undefined when there is none. Somebody may have edited it, so every member may be
 * undefined.
 * @throws DemoError when the file exists but can't be read.
 */
export async function readDemoFile(dataDir: string): Promise<DeepPartial<DemoFile> | undefined> {
  const file = demoFilePath(dataDir);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isNativeError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw explainFileFailure(error, file);
  });
  if (text === undefined) return undefined;
  try {
    return textsOf(JSON.parse(text)) as DeepPartial<DemoFile>;
  } catch {
    // Damaged, so everything in it is created again.
    return {};
  }
}

type DeepPartial<T> = {
  readonly [Name in keyof T]?: (T[Name] extends string ? string : DeepPartial<T[Name]>) | undefined;
};

/** Keeps only objects and strings. */
function textsOf(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, textsOf(member)]));
}

function explainFileFailure(error: unknown, file: string): unknown {
  if (!isNativeError(error)) return error;
  return new DemoError(`${file} can't be read or written (${error.message}): fix that, or set another DATA_DIR`, {
    cause: error,
  });
}
