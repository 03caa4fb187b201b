import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { isJsonObject, parseStrictJson, StrictJsonError, type JsonObject, type ParsedJson } from '../json/strict-json';
import { probeVariants, type DigestSecrets } from '../vendors/jerry/signature';
import { EXIT, CommandError } from '../failures';
import { printJson, printLine, printTable } from '../output';
import { collectSecret, readSecrets, SECRET_FORMS, type SecretSource } from './secret-input';

interface Options {
  readonly secret: readonly SecretSource[];
  readonly json?: true;
}

export function addJerrySignProbe(program: Command): void {
  program
    .command('jerry-sign-probe <file>')
    .summary('find out how a captured Jerry message was signed')
    .description(
      'Tries every serialisation and encoding of the digest and prints those that match the sign of the message.\n' +
        'The file must hold the body byte for byte as received.\n' +
        'Use a match with "connections create --set serialisation=… encoding=…".',
    )
    .requiredOption(
      '--secret <name=…>',
      `key, and userName or apiPassword if they differ from the body; ${SECRET_FORMS}`,
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
    printLine('No variant matches: correct key, userName or apiPassword, or capture the body again.');
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
    throw new CommandError(`${file} is not a JSON object: capture the body of the message again`);
  } catch (error) {
    if (error instanceof StrictJsonError) throw new CommandError(`${file} is not JSON: ${error.message}`);
    if (error instanceof Error && 'code' in error)
      throw new CommandError(`${file} can't be read (${error.message}): check the path and its permissions`);
    throw error;
  }
}

function textMember(members: JsonObject, name: string): string {
  const value = members[name];
  if (typeof value === 'string') return value;
  throw new CommandError(`The message has no ${name}: add --secret ${name}=…, or capture the body again`);
}
