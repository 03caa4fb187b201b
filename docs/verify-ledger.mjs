// Checks a ledger without its gateway: an export, heads that were given earlier, and proofs. See docs/proof.md.
import { createHash, verify } from 'node:crypto';
import { promises, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
const USAGE = `Usage: node verify-ledger.mjs [export.ndjson; left out or -: standard input]
  --head <sequence>:<hash>  the export has to contain this head
  --heads <file>            it has to contain these signed heads, those of the tenant of --tenant <id> (needs --key)
  --proof <file>            check that a movement is part of a signed tree (needs --key), that of --tenant and --heads
  --key <file>              the public keys, as /.well-known/stockbridge-keys.json gives them`;
function ensure(holds, problem, exitCode = 1) {
  if (!holds) throw Object.assign(new Error(problem), { exitCode });
}
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafOf = (hash) => sha256('\0', Buffer.from(hash, 'hex'));
const nodeOf = (left, right) => sha256('\x01', left, right);
const rootOf = (tree) => tree.reduceRight(([, right], [, left]) => [0, nodeOf(left, right)])[1].toString('hex');
const canonical = (object) => Buffer.from(JSON.stringify(object, Object.keys(object).sort()));
/** What a signed head says, if one of the keys has signed it. */
function openSigned(line, keys) {
  const { signature, ...head } = JSON.parse(line);
  const key = keys.find(({ kid }) => kid === head.key);
  const isSigned = key && verify(null, canonical(head), { key, format: 'jwk' }, Buffer.from(signature, 'base64'));
  ensure(isSigned, `the head at ${head.sequence} is not signed by a key in the file of --key`);
  return head;
}
function checkHead({ sequence, hash, root }, now) {
  ensure(hash === now.hash, `the past was rewritten: the head at ${sequence} was ${hash}, and is now ${now.hash}`);
  ensure(!root || root === now.root, `the head at ${sequence} was signed with another tree`);
}

/** Follows the path of a proof to the root (RFC 9162, section 2.1.3.2). `hash` is the movement's, where it is given. */
function checkProof(given, keys, tenant, heads) {
  const { hash, proof = given } = given.data?.movement ?? given;
  const { leaf, index, treeSize, path, signedRoot } = proof;
  ensure(Array.isArray(path) && typeof leaf === 'string', 'The file of --proof has no leaf and path.', 2);
  ensure(hash === undefined || leafOf(hash).toString('hex') === leaf, 'the leaf is not that of the movement');
  const head = openSigned(signedRoot, keys);
  ensure([undefined, head.tenant].includes(tenant), `the proof is of the ledger of another tenant, ${head.tenant}`);
  for (const kept of heads.get(head.sequence) ?? []) checkHead(kept, head);
  let [at, last, node] = [Number(index), Number(treeSize) - 1, Buffer.from(leaf, 'hex')];
  ensure(at >= 0 && at <= last && head.sequence === last + 1, `${index} is no index of the signed tree`);
  for (const sibling of path.map((hex) => Buffer.from(hex, 'hex'))) {
    ensure(last > 0, 'the path is too long');
    const isRight = at % 2 === 1 || at === last;
    node = isRight ? nodeOf(sibling, node) : nodeOf(node, sibling);
    while (isRight && at % 2 === 0 && at > 0) [at, last] = [at / 2, Math.floor(last / 2)];
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  ensure(last === 0 && node.toString('hex') === head.root, 'the path does not lead to the signed root');
  console.log(`proven: movement ${Number(index) + 1} is in the ledger of tenant ${head.tenant} up to ${head.sequence}`);
}

/** Checks every movement in turn, and the heads when their movement has come. */
async function checkExport(file, heads) {
  let [number, before, levels, tree] = [0, '0'.repeat(64), new Map(), []];
  for await (const line of file === '-' ? createInterface(process.stdin) : (await promises.open(file)).readLines()) {
    number += 1;
    ensure(line.endsWith('}'), `line ${number} is cut off`);
    const { hash, ...movement } = JSON.parse(line);
    before = sha256(before, canonical(movement)).toString('hex');
    ensure(movement.sequence === number, `movement ${number} is missing; ${movement.sequence} comes in its place`);
    ensure(before === hash, `movement ${number} is not what its hash was made of`);
    for (const [level, delta, after, version] of movement.entries) {
      const known = levels.get(level) ?? [0, 0];
      ensure(known[0] + delta === after && known[1] + 1 === version, `movement ${number} breaks level ${level}`);
      levels.set(level, [after, version]);
    }
    for (tree.push([1, leafOf(hash)]); tree.at(-2)?.[0] === tree.at(-1)[0];) {
      const [[size, left], [, right]] = tree.splice(-2);
      tree.push([2 * size, nodeOf(left, right)]);
    }
    for (const head of heads.get(number) ?? []) checkHead(head, { hash, root: rootOf(tree) });
  }
  for (const at of heads.keys()) ensure(at <= number, `the export ends at ${number}, before the head at ${at}`);
  console.log(`intact: ${number} movements, ${levels.size} levels, ${heads.size} heads; the last hash is ${before}`);
}

async function main() {
  const text = { type: 'string' };
  const options = { head: text, heads: text, tenant: text, proof: text, key: text };
  const { values: asked, positionals } = parseArgs({ options, allowPositionals: true });
  ensure(asked.key || !(asked.heads ?? asked.proof), 'Give the public keys with --key.', 2);
  const keys = asked.key ? readJson(asked.key).keys : [];
  const lines = asked.heads ? (readFileSync(asked.heads, 'utf8').match(/^\{.*\}$/gm) ?? []) : [];
  const known = lines.map((line) => openSigned(line, keys)).filter(({ tenant }) => tenant === asked.tenant);
  ensure(!asked.heads || known.length > 0, `${asked.heads} has no head of the tenant ${asked.tenant}.`, 2);
  if (asked.head) known.push(/^(?<sequence>[1-9]\d*):(?<hash>[\da-f]{64})$/.exec(asked.head)?.groups);
  ensure(!known.includes(undefined), `--head is ${asked.head}: write the sequence, a colon and the hash.`, 2);
  const heads = new Map(known.map(({ sequence }) => [Number(sequence), []]));
  for (const head of known) heads.get(Number(head.sequence)).push(head);
  if (asked.proof) checkProof(readJson(asked.proof), keys, asked.tenant, heads);
  if (positionals[0] || !asked.proof) await checkExport(positionals[0] ?? '-', heads);
}
main().catch((error) => {
  console.error(error.exitCode === 1 ? `BROKEN: ${error.message}` : `${error.message}\n${USAGE}`);
  process.exitCode = error.exitCode ?? 2;
});
