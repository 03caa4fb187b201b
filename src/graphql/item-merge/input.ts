import { Field, ID, InputType } from 'type-graphql';
import type { ItemName } from '../../domain/catalogue/catalogue';
import { referenceOf } from '../../domain/node-ids';
import { badUserInput } from '../types/errors';
import { given } from '../types/given';

@InputType({ description: 'An item, by exactly one of its id, its sku and an identifier.' })
export class ItemReferenceInput {
  @Field(() => ID, { nullable: true, description: 'The `id` of the item.' })
  readonly id?: string | null;

  @Field(() => String, { nullable: true, description: 'The exact sku.' })
  readonly sku?: string | null;

  @Field(() => String, {
    defaultValue: '',
    description: 'The exact specification, with a sku or an identifier that means one. Empty: none.',
  })
  readonly specification!: string;

  @Field(() => String, { nullable: true, description: 'The scheme of an identifier, such as `UPC`.' })
  readonly scheme?: string | null;

  @Field(() => String, { nullable: true, description: 'The value of an identifier, with its `scheme`.' })
  readonly value?: string | null;
}

/** Throws BAD_USER_INPUT unless the input names the item in exactly one way. */
export function itemName(input: ItemReferenceInput): ItemName {
  const { specification } = input;
  const { id, sku, scheme, value } = given(input);
  const ways = [id, sku, scheme ?? value].filter((way) => way !== undefined);
  if (ways.length !== 1) throw badUserInput('An item is named by exactly one of id, sku, and scheme with value.');
  if (id !== undefined) return { by: 'ID', id: referenceOf('Item', id)?.id ?? NO_ID };
  if (sku !== undefined) return { by: 'SKU', sku, specification };
  if (scheme === undefined || value === undefined) throw badUserInput('An identifier has a scheme and a value.');
  return { by: 'IDENTIFIER', scheme, value, specification, alsoKnownAs: [], whenUnknown: 'REFUSE' };
}

/** An id that no item has. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
