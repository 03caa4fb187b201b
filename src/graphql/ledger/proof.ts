import { Arg, Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { LedgerHeadView, MovementView, TreeProof } from '../../application/ports/reads';
import type { Context } from '../context';
import { badUserInput } from '../types/errors';
import { Quantity } from '../types/scalars';
import { ClosedToLimitedKeys, OpenTo } from '../types/scopes';
import { ledgerLoaders } from './loaders';
import { LedgerHead, Movement } from './type';

/** High, because some hundred hashes are read for each. */
const PROOF_COST = 200;

@OpenTo('stock:read')
@ObjectType({
  description:
    'That a movement is part of a ledger: its path in the Merkle tree over the hashes of all movements, as RFC 9162 defines it in section 2.1. `docs/verify-ledger.mjs --proof` checks it.',
  simpleResolvers: true,
})
class MovementProof {
  @Field(() => String, {
    description: 'The hash of the leaf, in hex: SHA-256 over a zero byte and the hash of the movement.',
  })
  readonly leaf!: string;

  @Field(() => Quantity, {
    description: 'The position of the leaf, counted from 0: the sequence of the movement less 1.',
  })
  readonly index!: number;

  @Field(() => Quantity, { description: 'The number of leaves: the sequence of the head that the proof is for.' })
  readonly treeSize!: number;

  @Field(() => [String], { description: 'The hashes beside the way from the leaf to the root, in hex.' })
  readonly path!: readonly string[];

  @Field(() => String, { description: 'The root of the tree, in hex.' })
  readonly root!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The head that the proof is for, with its root, signed: a line as in the file of HEADS_FILE.',
  })
  readonly signedRoot!: string | null;
}

type ShownProof = Pick<MovementProof, keyof MovementProof>;

@Resolver(() => Movement)
export class MovementProofResolver {
  @ClosedToLimitedKeys()
  @FieldResolver(() => MovementProof, {
    nullable: true,
    description:
      'That the movement is part of the ledger with this head: the path of its Merkle tree, as docs/verify-ledger.mjs takes it. The tree follows the ledger within seconds; the proof is null until it has come to the movement.',
    complexity: ({ childComplexity }) => PROOF_COST + childComplexity,
  })
  async proof(
    @Root() { sequence }: MovementView,
    @Arg('headSequence', () => Quantity, {
      nullable: true,
      description: 'The sequence of the head. Left out: the latest whose tree is known.',
    })
    headSequence: number | null,
    @Ctx() context: Context,
  ): Promise<ShownProof | null> {
    if (headSequence !== null && headSequence < 1) {
      throw badUserInput(`headSequence is ${headSequence}: give the sequence of a movement.`);
    }
    const proof = await context
      .loadersOf(ledgerLoaders)
      .proofOfMovement(headSequence ?? null)
      .load(sequence);
    return proof && shown(proof, context);
  }
}

function shown({ sequence, leaf, path, head }: TreeProof, { tenantId, services }: Context): ShownProof {
  const { line } = services.headSigner.sign({ tenantId, ...head });
  return { leaf, index: sequence - 1, treeSize: head.sequence, path, root: head.root, signedRoot: line };
}

@Resolver(() => LedgerHead)
export class LedgerHeadResolver {
  @FieldResolver(() => String, {
    description:
      'The signature of this head by the key of this deployment: Ed25519 in base64, over `signed` without its member `signature`. The public key is at /.well-known/stockbridge-keys.json.',
  })
  signature(@Root() head: LedgerHeadView, @Ctx() context: Context): string {
    return signedHead(head, context).signature;
  }

  @FieldResolver(() => String, {
    description:
      'This head with its signature: a line of JSON for a second party to keep. `docs/verify-ledger.mjs --heads` compares an export with such lines.',
  })
  signed(@Root() head: LedgerHeadView, @Ctx() context: Context): string {
    return signedHead(head, context).line;
  }
}

const signedHead = ({ sequence, hash }: LedgerHeadView, { tenantId, services }: Context) =>
  services.headSigner.sign({ tenantId, sequence, hash, root: null });
