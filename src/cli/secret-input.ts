import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { readVariable } from '../config';
import { CommandError } from '../failures';

/** Where the value of a `--secret` option comes from. */
export interface SecretSource {
  readonly name: string;
  readonly from: { readonly value: string } | { readonly variable: string } | 'STDIN';
}

/** For the help. */
export const SECRET_FORMS =
  'name=- reads a line from standard input, name=env:VARIABLE an environment variable, name=value is the value itself';

/**
 * Adds one more `--secret` option to those before it. Its errors are not Commander's InvalidArgumentError, of which
 * Commander would show the value.
 */
export function collectSecret(text: string, before: readonly SecretSource[] = []): readonly SecretSource[] {
  const [, name, value] = /^(\w+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new CommandError(`--secret takes one of these forms: ${SECRET_FORMS}`);
  if (before.some((source) => source.name === name)) throw new CommandError(`--secret ${name} is given twice`);
  const variable = /^env:(\w+)$/.exec(value)?.[1];
  const from = value === '-' ? 'STDIN' : variable === undefined ? { value } : { variable };
  return [...before, { name, from }];
}

/** Reads the secrets. Those from standard input are one line each, in the order given. Throws CommandError, ConfigError. */
export async function readSecrets(sources: readonly SecretSource[]): Promise<Record<string, string>> {
  const awaited = sources.filter(({ from }) => from === 'STDIN').map(({ name }) => name);
  const lines = awaited.length === 0 ? [] : await readLines(awaited);
  return Object.fromEntries(
    sources.map(({ name, from }) => {
      if (from === 'STDIN') return [name, lines.shift() ?? ''];
      return [name, 'value' in from ? from.value : readVariable(from.variable)];
    }),
  );
}

async function readLines(names: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  // A terminal shows a prompt for each secret, and hides what is typed.
  const isTerminal = process.stdin.isTTY;
  const unseen = new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
  const reader = createInterface({ input: process.stdin, output: unseen, terminal: isTerminal });
  const ask = (name: string | undefined): void => {
    if (isTerminal && name !== undefined) process.stderr.write(`${name}: `);
  };
  ask(names[0]);
  for await (const line of reader) {
    if (isTerminal) process.stderr.write('\n');
    if (line === '') throw new CommandError(`The secret ${names[lines.length] ?? ''} is empty: enter a value`);
    lines.push(line);
    if (lines.length === names.length) break;
    ask(names[lines.length]);
  }
  reader.close();
  if (lines.length < names.length) {
    throw new CommandError(
      `Standard input has ${lines.length} lines for ${names.length} secrets: send one line for each of ${names.join(', ')}`,
    );
  }
  return lines;
}
