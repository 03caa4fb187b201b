import { InvalidArgumentError } from 'commander';
import { SCOPE_SETS, SCOPES, type Scope } from '../application/ports/access';

/** How a list of scopes is written. */
export const SCOPES_HELP = `separated by commas: ${SCOPES.join(', ')}; read and write stand for all that read or write`;

/** Reads an option that is a list of scopes. */
export function parseScopes(text: string): readonly Scope[] {
  const scopes = text.split(',').flatMap((part) => scopesNamed(part.trim()));
  return [...new Set(scopes)];
}

function scopesNamed(name: string): readonly Scope[] {
  if (name === 'read' || name === 'write') return SCOPE_SETS[name];
  const scope = SCOPES.find((known) => known === name);
  if (scope !== undefined) return [scope];
  throw new InvalidArgumentError(`The scopes are ${SCOPES.join(', ')}, and read and write for several of them.`);
}
