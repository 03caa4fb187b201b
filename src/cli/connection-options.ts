import { InvalidArgumentError } from 'commander';
import type { SecretSpec } from '../application/ports/connection-kinds';
import { CONNECTION_KINDS } from '../application/ports/connections';
import { CONNECTION_KIND_SPECS } from '../connection-kinds';

/** The kinds that have account names, for the help. */
export function handles(): string {
  const named = CONNECTION_KINDS.flatMap((kind) => {
    const { handle } = CONNECTION_KIND_SPECS[kind];
    return handle === null ? [] : [`${handle} of ${kind}`];
  });
  return named.join(', ');
}

/** The kinds and their secrets, for the help. */
export function kindsHelp(): string {
  return CONNECTION_KINDS.map((kind) => {
    const { summary, secrets } = CONNECTION_KIND_SPECS[kind];
    const names = secrets.map(secretHelp).join(', ');
    return `  ${kind.padEnd(10)}${summary}\n${' '.repeat(12)}secrets: ${names || 'none'}`;
  }).join('\n');
}

function secretHelp({ name, make, neededIf }: SecretSpec): string {
  if (neededIf) return `${name} (optional)`;
  return make ? name : `${name} (required)`;
}

/** Adds one more `--set` option. A value that is not JSON is taken as text, so plain words need no quotes. */
export function collectSetting(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write it as name=value.');
  try {
    return { ...before, [name]: JSON.parse(value) as unknown };
  } catch {
    return { ...before, [name]: value };
  }
}
