import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { ItemIdentifierView, ItemView } from '../../application/ports/reads';
import { gtin14, gtinOf } from '../../domain/catalogue/gtin';
import { tidyName } from '../../domain/text';

import type { Context } from '../context';
import { listCost, pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { badUserInput } from '../types/errors';
import { Item, ItemConnection, ItemIdentifier } from './type';
import { itemLoaders } from './loaders';

/** Throws BAD_USER_INPUT where a barcode means several items. */
function onlyItem(gtin: string, items: readonly ItemView[]): ItemView | undefined {
  if (items.length <= 1) return items[0];
  const skus = items.map(({ sku }) => JSON.stringify(sku)).join(', ');
  throw badUserInput(`IDENTIFIER_AMBIGUOUS: the GTIN ${gtin} is that of several items, with the skus ${skus}.`);
}

const ITEMS: List = { name: 'items', key: ['text', 'text'] };

@ArgsType()
class ItemsArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'Return only items whose `sku` or `name` contains this text, ignoring case, or that have an identifier with exactly this value.',
  })
  readonly search?: string | null;
}

@Resolver(() => Item)
export class ItemResolver {
  @Query(() => Item, {
    nullable: true,
    description: 'Finds an item by its sku and specification. Null when there is none.',
  })
  item(
    @Arg('sku', () => String, { description: 'The exact sku.' }) sku: string,
    @Arg('specification', () => String, {
      defaultValue: '',
      description: 'The exact specification. Leave it out when the sku has no variants.',
    })
    specification: string,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<ItemView | undefined> {
    return reads.itemBySku(tenantId, tidyName(sku), tidyName(specification));
  }

  @Query(() => Item, {
    nullable: true,
    description:
      'Finds an item by one of its identifiers. A barcode is found exactly first, then by its GTIN: UPC-A, EAN-8, EAN-13 and GTIN-14 are one number. Null when no item has it. Fails with BAD_USER_INPUT when the GTIN means several items.',
  })
  async itemByIdentifier(
    @Arg('scheme', () => String, { description: 'The kind of identifier, such as `UPC`.' }) scheme: string,
    @Arg('value', () => String, { description: 'The exact value of the identifier.' }) value: string,
    @Arg('specification', () => String, {
      defaultValue: '',
      description:
        'The specification of the item. Used only for schemes whose values are skus: `WINIT_MERCHANDISE`, `CHANNEL_SKU`, `CLIENT_SKU` and `PRODUCT_CODE`.',
    })
    specification: string,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<ItemView | undefined> {
    const identifier = { scheme: tidyName(scheme), value: tidyName(value) };
    const found = await reads.itemByIdentifier(tenantId, identifier.scheme, identifier.value, tidyName(specification));
    const gtin = found ? null : gtinOf(identifier);
    return gtin === null ? found : onlyItem(gtin, await reads.itemsByGtin(tenantId, gtin));
  }

  @Query(() => Item, {
    nullable: true,
    description:
      'Finds an item by a GTIN among the barcodes of all schemes: `UPC`, `EAN`, `JAN`, `GTIN`, `ISBN`, `ITF` and `BARCODE`, with or without a length such as `EAN-13`. Null when no item has it. Fails with BAD_USER_INPUT when it means several items, or is no valid GTIN.',
  })
  async itemByGtin(
    @Arg('gtin', () => String, { description: 'The GTIN, with 8, 12, 13 or 14 digits and a valid check digit.' })
    given: string,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<ItemView | undefined> {
    const gtin = gtin14(tidyName(given));
    if (gtin === null) {
      throw badUserInput(
        `${JSON.stringify(given.slice(0, 50))} is no GTIN: it has 8, 12, 13 or 14 digits, of which the last is the check digit.`,
      );
    }
    return onlyItem(gtin, await reads.itemsByGtin(tenantId, gtin));
  }

  @Query(() => ItemConnection, {
    description: 'Lists the items, ordered by sku and specification.',
    complexity: pageCost,
  })
  async items(
    @Args(() => ItemsArgs) args: ItemsArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ItemView>> {
    const search = args.search ?? null;
    const cursors = new Cursors(ITEMS, { search });
    const page = await reads.items(tenantId, search, pageRequest(args, cursors, selectionOf(info)));
    return new Connection(page, cursors, ({ sku, specification }) => [sku, specification]);
  }

  @FieldResolver(() => [ItemIdentifier], {
    description: 'The other names of the item, ordered by scheme and value.',
    complexity: listCost,
  })
  identifiers(@Root() item: ItemView, @Ctx() context: Context): Promise<readonly ItemIdentifierView[]> {
    return context.loadersOf(itemLoaders).identifiersOfItem.load(item.id);
  }
}
