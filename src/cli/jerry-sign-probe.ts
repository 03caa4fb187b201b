import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  isJsonObject,
  parseStrictJson,
  StrictJsonError,
  type JsonObject,
  type ParsedJson,
} from '../vendors/json/strict-json';
import { probeVariants, type DigestSecrets } from '../vendors/jerry/signature';
import { EXIT, CommandError } from '../failures';
import { printJson, printLine, printTable } from '../output';
import { collectSecret, readSecrets, SECRET_FORMS, type SecretSource } from './secret-input';

interface Options {
  readonly secret: readonly SecretSource[];
  readonly json?: true;
}

/** `stockbridge jerry-sign-probe`: which reading of Jerry's page a captured message was signed by. */
export function addJerrySignProbe(program: Command): void {
  program
    .command('jerry-sign-probe <file>')
    .summary("find the variant of Jerry's digest that a captured message was signed by")
    .description(
      "Tries every serialisation and encoding on a message's body, byte for byte as it was received, and names those\n" +
        'that give its sign. Pin one with "connections create --set serialisation=… --set encoding=…".',
    )
    .requiredOption(
      '--secret <name=…>',
      `key, and userName or apiPassword where not the body's: ${SECRET_FORMS}`,
      collectSecret,
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge jerry-sign-probe captured.json --secret key=-')
    .action((file: string, options: Options) => probe(file, options));
}

async function probe(file: string, { secret, json }: Options): Promise<void> {
  const message = await readMessage(file);
  const given = await readSecrets(secret);
  const { members } = message;
  const secrets: DigestSecrets = {
    userName: given['userName'] ?? textMember(members, 'userName'),
    apiPassword: given['apiPassword'] ?? textMember(members, 'apiPassword'),
    key: given['key'] ?? '',
  };
  if (secrets.key === '') throw new CommandError('The key is missing: add --secret key=-');
  const variants = probeVariants(message.parsed, textMember(members, 'sign'), secrets);
  if (variants.length === 0) process.exitCode = EXIT.NO;
  if (json) printJson(variants);
  else if (variants.length === 0)
    printLine('None fits: correct key, userName or apiPassword, or capture the body again.');
  else {
    printTable(
      ['serialisation', 'encoding'],
      variants.map(({ serialisation, encoding }) => [serialisation, encoding]),
    );
  }
}

async function readMessage(file: string): Promise<{ parsed: ParsedJson; members: JsonObject }> {
  try {
    const parsed = parseStrictJson(await readFile(file));
    if (isJsonObject(parsed.value)) return { parsed, members: parsed.value };
    throw new CommandError(`${file} is no JSON object`);
  } catch (error) {
    if (error instanceof StrictJsonError) throw new CommandError(`${file} is not JSON: ${error.message}`);
    if (error instanceof Error && 'code' in error) throw new CommandError(`${file} can't be read (${error.message})`);
    throw error;
  }
}

function textMember(members: JsonObject, name: string): string {
  const value = members[name];
  if (typeof value === 'string') return value;
  throw new CommandError(`The message has no ${name}: give it with --secret, or capture the body anew`);
}
