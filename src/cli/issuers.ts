import { InvalidArgumentError, type Command } from 'commander';
import { fetchKeys, FetchError } from '../access-tokens';
import type { Scope } from '../application/ports/access';
import {
  MAX_CLOCK_TOLERANCE_SECONDS,
  TOKEN_ALGORITHMS,
  type TokenAlgorithm,
  type TokenIssuer,
} from '../application/ports/token-issuers';
import { EXIT } from '../failures';
import { printJson, printLine, printTable } from '../output';
import { createTokenIssuers } from '../persistence/access';
import { tenantOf, withDatabase } from './command-database';
import { wholeNumberUpTo } from './numbers';
import { parseScopes, SCOPES_HELP } from './scopes';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

interface AddOptions extends Options {
  readonly issuer: string;
  readonly audience: string;
  readonly scopes: readonly Scope[];
  readonly algorithms: readonly TokenAlgorithm[];
  readonly scopeClaim: string;
  readonly scopePrefix: string;
  readonly claim?: NonNullable<TokenIssuer['requiredClaim']>;
  readonly jwksUrl?: string;
  readonly clockTolerance: number;
  readonly privateNetwork?: true;
}

const DEFAULT_ALGORITHMS: readonly TokenAlgorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

export function addIssuers(program: Command): void {
  const issuers = program
    .command('issuers')
    .summary('add, list, disable, enable and remove the OIDC issuers of access tokens')
    .description(
      'Says which access tokens (JWT) the GraphQL API accepts beside API keys: those of an OIDC issuer, for an audience. Running gateways follow a change within a second. See docs/access-tokens.md.',
    );
  addAdd(issuers);
  issuers
    .command('list')
    .description("list a tenant's issuers, including disabled ones")
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge issuers list --tenant demo')
    .action((options: Options) => list(options));
  addChange(issuers, 'disable', 'refuse the tokens of an issuer', 'disabled');
  addChange(issuers, 'enable', 'accept the tokens of a disabled issuer again', 'enabled');
  addChange(issuers, 'remove', 'remove an issuer; its clients stay, because movements show them', 'removed');
}

function addAdd(issuers: Command): void {
  issuers
    .command('add <name>')
    .summary('accept the access tokens of an issuer')
    .description(
      'Accepts the access tokens of an OIDC issuer for an audience. The same issuer can serve several tenants, with another audience or another value of a claim for each. Fetches the keys once, and says whether that worked.',
    )
    .requiredOption('--tenant <code>', 'the tenant that the tokens give access to')
    .requiredOption('--issuer <url>', 'the claim iss, exactly as tokens have it')
    .requiredOption('--audience <text>', 'what the claim aud is or contains: the id of this API at the issuer')
    .requiredOption('--scopes <list>', `the most that its tokens can allow, ${SCOPES_HELP}`, parseScopes)
    .option(
      '--algorithms <list>',
      `accepted signatures, separated by commas: ${TOKEN_ALGORITHMS.join(', ')}`,
      parseAlgorithms,
      DEFAULT_ALGORITHMS,
    )
    .option('--scope-claim <name>', 'the claim with the scopes: a text with spaces between them, or a list', 'scope')
    .option('--scope-prefix <text>', 'what stands before each scope in the claim', '')
    .option('--claim <name=value>', 'a claim that tokens must have, such as org_id=org_123', parseClaim)
    .option('--jwks-url <url>', 'where its keys are; left out: its discovery document says it')
    .option(
      '--clock-tolerance <seconds>',
      'by how much its clock may differ',
      wholeNumberUpTo(MAX_CLOCK_TOLERANCE_SECONDS),
      30,
    )
    .option('--private-network', 'its keys may be fetched from addresses of private networks')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  stockbridge issuers add auth0 --tenant demo --issuer https://acme.eu.auth0.com/ --audience https://stock.acme.example \\\n    --scopes stock:read,stock:write --scope-claim permissions',
    )
    .action((name: string, options: AddOptions) => add(name, options));
}

/** Adds one of the commands that change the issuer of a name. */
function addChange(
  issuers: Command,
  command: 'disable' | 'enable' | 'remove',
  summary: string,
  done: 'disabled' | 'enabled' | 'removed',
): void {
  issuers
    .command(`${command} <name>`)
    .description(`${summary}; running gateways follow within a second`)
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  stockbridge issuers ${command} --tenant demo auth0`)
    .action((name: string, { tenant, json }: Options) =>
      withDatabase(async ({ dataSource, tenants }) => {
        const { tenantId } = await tenantOf(tenants, tenant);
        const changed = await createTokenIssuers(dataSource)[command](tenantId, name);
        if (!changed) process.exitCode = EXIT.NO;
        const nothing = `Tenant ${tenant} has no token issuer ${name} that can be ${done}: see "stockbridge issuers list --tenant ${tenant}".`;
        if (json) printJson({ name, [done]: changed });
        else printLine(changed ? `Token issuer ${name} ${done}.` : nothing);
      }),
    );
}

function parseAlgorithms(text: string): readonly TokenAlgorithm[] {
  return text.split(',').map((part) => {
    const algorithm = TOKEN_ALGORITHMS.find((known) => known === part.trim());
    if (algorithm === undefined) throw new InvalidArgumentError(`The algorithms are ${TOKEN_ALGORITHMS.join(', ')}.`);
    return algorithm;
  });
}

function parseClaim(text: string): NonNullable<TokenIssuer['requiredClaim']> {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write it as name=value.');
  return { name, value };
}

function add(name: string, options: AddOptions): Promise<void> {
  const { issuer, audience, scopes, algorithms, scopeClaim, scopePrefix, json } = options;
  const place = { issuer, jwksUrl: options.jwksUrl ?? null, privateNetwork: options.privateNetwork ?? false };
  return withDatabase(async ({ dataSource, tenants }) => {
    const { tenantId } = await tenantOf(tenants, options.tenant);
    const issuerId = await createTokenIssuers(dataSource).add({
      ...{ tenantId, name, ...place, audience, scopes, algorithms, scopeClaim, scopePrefix },
      requiredClaim: options.claim ?? null,
      clockToleranceSeconds: options.clockTolerance,
    });
    const { keys, fault } = await tryKeys(place);
    if (json) {
      printJson({ issuerId, name, keys, fault });
      return;
    }
    printLine(`Token issuer ${name} added: tokens of ${issuer} for ${audience} are accepted.`);
    if (fault === null) printLine(`Its keys that can be used: ${keys ?? 0}.`);
    else
      process.stderr.write(
        `Its keys cannot be fetched from here: ${fault}. Tokens are answered with 503 until then.\n`,
      );
  });
}

/** The issuer may be down, or out of reach of this machine only, so this says what it found and refuses nothing. */
async function tryKeys(
  place: Parameters<typeof fetchKeys>[0],
): Promise<{ readonly keys: number | null; readonly fault: string | null }> {
  try {
    return { keys: (await fetchKeys(place)).keys.length, fault: null };
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return { keys: null, fault: error.message };
  }
}

function list({ tenant, json }: Options): Promise<void> {
  return withDatabase(async ({ dataSource, tenants }) => {
    const issuers = await createTokenIssuers(dataSource).list((await tenantOf(tenants, tenant)).tenantId);
    if (json) {
      printJson(issuers);
      return;
    }
    printTable(
      ['name', 'issuer', 'audience', 'claim', 'scopes', 'scope claim', 'algorithms', 'created', 'disabled'],
      issuers.map(({ requiredClaim: claim, ...issuer }) => [
        issuer.name,
        issuer.issuer,
        issuer.audience,
        claim === null ? null : `${claim.name}=${claim.value}`,
        issuer.scopes.join(', '),
        `${issuer.scopeClaim}${issuer.scopePrefix === '' ? '' : ` (${issuer.scopePrefix}…)`}`,
        issuer.algorithms.join(', '),
        issuer.createdAt,
        issuer.disabledAt,
      ]),
    );
  });
}
