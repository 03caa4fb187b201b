import { Field, Int, ObjectType, type ClassType } from 'type-graphql';
import type { Page, SortKey } from '../../application/ports/reads';
import { MOST_COUNTED } from '../../application/ports/reads';
import { TOTAL_COUNT_COST } from '../limits/cost';
import { CountPrecisionEnum, type CountPrecision } from '../types/enums';
import { OpenToAnyKey, OpenToLimitedKeys } from '../types/scopes';
import type { Cursors } from './cursors';

interface PageInfoView {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

@OpenToLimitedKeys()
@OpenToAnyKey()
@ObjectType({
  description: 'Where a page lies in its list, as in the Relay connection specification.',
  simpleResolvers: true,
})
export class PageInfo implements PageInfoView {
  @Field(() => Boolean, {
    description: 'True when the list has more nodes after this page. To read them, pass `endCursor` as `after`.',
  })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, {
    description:
      'True when the list has more nodes before this page. To read them, pass `startCursor` as `before`, with `last`.',
  })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first node. Null when the page is empty.' })
  readonly startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'The cursor of the last node. Null when the page is empty.' })
  readonly endCursor!: string | null;
}

export interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

/** The largest value of GraphQL's Int. */
const MAX_INT = 2 ** 31 - 1;

/** A page as clients see it. Edges and page info are created only when selected. */
export class Connection<Node> {
  readonly nodes: readonly Node[];
  /** Null when it was not selected. */
  readonly totalCount: number | null;
  readonly totalCountPrecision: CountPrecision;
  readonly ledgerSequence: number;
  #edges: Edge<Node>[] | undefined;
  #pageInfo: PageInfoView | undefined;

  constructor(
    private readonly page: Page<Node>,
    private readonly cursors: Cursors,
    private readonly keyOf: (node: Node) => SortKey,
  ) {
    this.nodes = page.rows;
    const { totalCount, totalCountIsExact } = page;
    const isShown = totalCount === null || totalCount <= MAX_INT;
    this.totalCount = isShown ? totalCount : MAX_INT;
    this.totalCountPrecision = isShown && totalCountIsExact ? 'EXACT' : 'AT_LEAST';
    this.ledgerSequence = page.ledgerSequence;
  }

  get edges(): readonly Edge<Node>[] {
    return (this.#edges ??= this.nodes.map((node) => ({ cursor: this.#cursorOf(node), node })));
  }

  get pageInfo(): PageInfoView {
    return (this.#pageInfo ??= this.#makePageInfo());
  }

  #makePageInfo(): PageInfoView {
    const { hasNext: hasNextPage, hasPrevious: hasPreviousPage } = this.page;
    const first = this.nodes[0];
    const last = this.nodes.at(-1);
    return {
      hasNextPage,
      hasPreviousPage,
      startCursor: first === undefined ? null : this.#cursorOf(first),
      endCursor: last === undefined ? null : this.#cursorOf(last),
    };
  }

  #cursorOf(node: Node): string {
    return this.cursors.write(this.keyOf(node));
  }
}

/** Creates the base class of a type `…Edge`. */
export function edgeOf<Node extends object>(nodeType: ClassType<Node>) {
  @ObjectType({ simpleResolvers: true })
  abstract class EdgeBase implements Edge<Node> {
    @OpenToAnyKey()
    @OpenToLimitedKeys()
    @Field(() => String, {
      description: "The node's position in the list, for `after` and `before`. Treat it as opaque.",
    })
    readonly cursor!: string;

    @OpenToAnyKey()
    @OpenToLimitedKeys()
    @Field(() => nodeType, { description: 'The object at this position.' })
    readonly node!: Node;
  }
  return EdgeBase;
}

/** Creates the base class of a type `…Connection`. */
export function connectionOf<Node extends object>(nodeType: ClassType<Node>, edgeType: ClassType<Edge<Node>>) {
  @ObjectType({ simpleResolvers: true })
  abstract class ConnectionBase {
    @OpenToAnyKey()
    @OpenToLimitedKeys()
    @Field(() => [edgeType], {
      description: 'The nodes of this page, each with its cursor. Select `nodes` instead if you need no cursors.',
    })
    readonly edges!: Edge<Node>[];

    @OpenToAnyKey()
    @OpenToLimitedKeys()
    @Field(() => [nodeType], { description: 'The nodes of this page, in the order of the list.' })
    readonly nodes!: Node[];

    @OpenToAnyKey()
    @OpenToLimitedKeys()
    @Field(() => PageInfo, { description: 'The position of this page, for reading the next or previous page.' })
    readonly pageInfo!: PageInfo;

    @OpenToAnyKey()
    @OpenToLimitedKeys()
    @Field(() => Int, {
      description:
        'The number of nodes on all pages together, under the same filter, or the least that it can be: `totalCountPrecision` says which. Counted only when selected, so leave it out unless you need it.',
      complexity: TOTAL_COUNT_COST,
    })
    readonly totalCount!: number;

    @OpenToAnyKey()
    @OpenToLimitedKeys()
    @Field(() => CountPrecisionEnum, {
      description: `Whether \`totalCount\` is exact. Nodes are counted up to ${MOST_COUNTED.toLocaleString('en')}; of longer lists, some are exact because the number is known without counting.`,
      complexity: TOTAL_COUNT_COST,
    })
    readonly totalCountPrecision!: CountPrecision;
  }
  return ConnectionBase;
}
