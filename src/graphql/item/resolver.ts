import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { ItemIdentifierView, ItemView } from '../../application/ports/reads';
import { gtin14, gtinOf } from '../../domain/catalogue/gtin';
import { textFault, tidyName } from '../../domain/text';

import type { Context } from '../context';
import { listCost, pageCost } from '../limits/cost';
import { Connection } from '../paging/connection';
import { Cursors, type List } from '../paging/cursors';
import { PageArgs, pageRequest } from '../paging/page-args';
import { selectionOf } from '../paging/selection';
import { badUserInput } from '../types/errors';
import { isoOf } from '../types/instants';
import { DateTime } from '../types/scalars';
import { Item, ItemConnection, ItemIdentifier } from './type';
import { itemLoaders } from './loaders';
import { OpenTo, OpenToLimitedKeys } from '../types/scopes';

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
      'Return only items whose `sku` or `name` contains this text, ignoring case, or that have an identifier with exactly this value. At most 255 characters.',
  })
  readonly search?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'True: list archived items too.' })
  readonly includeArchived!: boolean;
}

@Resolver(() => Item)
export class ItemResolver {
  @OpenToLimitedKeys()
  @OpenTo('stock:read')
  @Query(() => Item, {
    nullable: true,
    description:
      'Finds an item by its sku and specification, or by one that it had before it was renamed or merged. Null when there is none.',
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

  @OpenToLimitedKeys()
  @OpenTo('stock:read')
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
        'The specification of the item. Used only for schemes whose values are skus: `WINIT_MERCHANDISE`, `CHANNEL_SKU`, `CLIENT_SKU`, `PRODUCT_CODE` and `SKU`.',
    })
    specification: string,
    @Ctx() { reads, tenantId }: Context,
  ): Promise<ItemView | undefined> {
    const identifier = { scheme: tidyName(scheme), value: tidyName(value) };
    const found = await reads.itemByIdentifier(tenantId, identifier.scheme, identifier.value, tidyName(specification));
    const gtin = found ? null : gtinOf(identifier);
    return gtin === null ? found : onlyItem(gtin, await reads.itemsByGtin(tenantId, gtin));
  }

  @OpenToLimitedKeys()
  @OpenTo('stock:read')
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

  @OpenToLimitedKeys()
  @OpenTo('stock:read')
  @Query(() => ItemConnection, {
    description: 'Lists the items, ordered by sku and specification.',
    complexity: pageCost,
  })
  async items(
    @Args(() => ItemsArgs) args: ItemsArgs,
    @Ctx() { reads, tenantId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ItemView>> {
    const { search = null, includeArchived } = args;
    const fault = search === null ? null : textFault(search);
    if (fault !== null) throw badUserInput(`search ${fault}.`);
    const filter = { search, includeArchived };
    const cursors = new Cursors(ITEMS, filter);
    const page = await reads.items(tenantId, filter, pageRequest(args, cursors, selectionOf(info)));
    return new Connection(page, cursors, ({ sku, specification }) => [sku, specification]);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When the item was archived, by the clock of the ledger. An archived item is left out of lists and offers. Null while it is in use.',
  })
  archivedAt(@Root() { archivedAtMs }: ItemView): string | null {
    return archivedAtMs === null ? null : isoOf(archivedAtMs);
  }

  @FieldResolver(() => Item, {
    nullable: true,
    description:
      'The item that has the names and the stock of this one, since they were merged. Null when it was not merged.',
  })
  mergedInto(@Root() { mergedIntoId }: ItemView, @Ctx() context: Context): Promise<ItemView | null> | null {
    return mergedIntoId === null ? null : context.loadersOf(itemLoaders).item.load(mergedIntoId);
  }

  @FieldResolver(() => [ItemIdentifier], {
    description: 'The other names of the item, ordered by scheme and value.',
    complexity: listCost,
  })
  identifiers(@Root() item: ItemView, @Ctx() context: Context): Promise<readonly ItemIdentifierView[]> {
    return context.loadersOf(itemLoaders).identifiersOfItem.load(item.itemId);
  }
}
