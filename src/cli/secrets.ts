import type { Command } from 'commander';
import { CommandError } from '../failures';
import { keysInUse, rotateSecrets, type Rotation } from '../persistence/access';
import { createSecretBox, WHERE_KEYS_ARE, type SecretBox } from '../persistence/access/secrets';
import { withDatabase } from './command-database';
import { printJson, printLine, printTable } from '../output';

interface Options {
  readonly json?: true;
}

/** The order in which no gateway ever meets a key that it does not have. */
const HOW_TO_ROTATE = `
To replace the key while gateways run:
  1. Create one with "openssl rand -base64 32". Give all gateways both keys, the old one first, and restart them:
     STOCKBRIDGE_SECRET_KEY=<old>,<new>, or DATA_DIR/secret.key with one key a line.
  2. Give all gateways both keys, the new one first, and restart them.
  3. Run "stockbridge secrets rotate" with the same keys, then "stockbridge secrets status".
  4. Remove the old key. Keep it as long as you keep backups from before.`;

export function addSecrets(program: Command): void {
  const secrets = program
    .command('secrets')
    .summary('see and replace the key that connection secrets are encrypted with')
    .description('Shows and replaces the key that connection secrets are encrypted with.');
  secrets
    .command('status')
    .summary('show which keys connection secrets are under')
    .description('Shows which keys the secrets of connections are under, by the ids of the keys, and which are given.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge secrets status')
    .action((options: Options) => status(options));
  secrets
    .command('rotate')
    .summary('encrypt all connection secrets with the present key')
    .description(
      'Encrypts all connection secrets that are under another key with the present one: the first of the keys given. It can be interrupted and run again. Gateways may run.',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', `${HOW_TO_ROTATE}\n\nExample:\n  stockbridge secrets rotate`)
    .action((options: Options) => rotate(options));
}

function status({ json }: Options): Promise<void> {
  return withDatabase(async ({ dataSource, secretKeys }) => {
    const box = createSecretBox(...(await secretKeys()));
    const uses = await keysInUse(dataSource);
    const connectionsUnder = new Map(uses.map(({ keyId, connections }) => [keyId, connections]));
    const keyIds = new Set([box.presentKeyId, ...box.keyIds, ...connectionsUnder.keys()]);
    const keys = [...keyIds].map((keyId) => ({
      keyId,
      state: stateOf(keyId, box),
      connections: connectionsUnder.get(keyId) ?? 0,
    }));
    if (json) {
      printJson(keys);
      return;
    }
    printTable(
      ['key', 'state', 'connections'],
      keys.map(({ keyId, state, connections }) => [keyId, state, connections]),
    );
  });
}

function stateOf(keyId: string | null, { presentKeyId, keyIds }: SecretBox): string {
  if (keyId === null) return 'not said: stored by an earlier version';
  if (keyId === presentKeyId) return 'present';
  return keyIds.has(keyId) ? 'given' : 'missing';
}

function rotate({ json }: Options): Promise<void> {
  return withDatabase(async ({ dataSource, tenants, secretKeys }) => {
    const box = createSecretBox(...(await secretKeys()));
    const total = (await keysInUse(dataSource))
      .filter(({ keyId }) => keyId !== box.presentKeyId)
      .reduce((sum, { connections }) => sum + connections, 0);
    const tenantIds = (await tenants.list()).map(({ tenantId }) => tenantId);
    const rotation = await rotateSecrets(dataSource, tenantIds, box, (reencrypted) => {
      if (!json) printLine(`${reencrypted} of ${total} connections`);
    });
    if (json) printJson({ keyId: box.presentKeyId, reencrypted: rotation.reencrypted });
    else printLine(`${rotation.reencrypted} connections are now under the key ${box.presentKeyId}.`);
    const left = leftOver(rotation);
    if (left.length > 0) throw new CommandError(left.join('; '));
  });
}

/** Most connections that a message names. */
const MAX_NAMED = 20;

/** What has to be fixed before everything is under the present key. */
function leftOver({ missing, unreadable }: Rotation): string[] {
  const left = [...missing].map(
    ([keyId, connections]) =>
      `the secrets of ${connections} connections are under the key ${keyId}, which is not given, and were left as they are: add it to ${WHERE_KEYS_ARE}, after the present key, and run this again`,
  );
  if (unreadable.length === 0) return left;
  const named = `${unreadable.slice(0, MAX_NAMED).join(', ')}${unreadable.length > MAX_NAMED ? ', …' : ''}`;
  return [
    ...left,
    `the secrets of ${unreadable.length} connections open with none of the given keys and were left as they are: ${named}; add the key that they were stored with, or create the connections again`,
  ];
}
