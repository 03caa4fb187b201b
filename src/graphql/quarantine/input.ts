import { ArgsType, Field, ID, InputType } from 'type-graphql';
import type { QuarantineFix } from '../../application/commands/quarantine';
import type { QuarantineFilter } from '../../application/ports/reads';
import { referenceOf } from '../../domain/node-ids';
import { shown, tidyName } from '../../domain/text';
import { PageArgs } from '../paging/page-args';
import { badUserInput } from '../types/errors';
import { given } from '../types/given';
import { DateTime } from '../types/scalars';

@InputType('QuarantineFilter', {
  description:
    'Conditions that all must hold. A condition that is left out or null does not restrict. A list matches any of its values.',
})
export class QuarantineFilterInput {
  @Field(() => [String], { nullable: true, description: 'The codes to include, such as `ITEM_NOT_FOUND`.' })
  readonly codes?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Exact names of connections.' })
  readonly connections?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only rows that wait. False: only those that are closed. Commands mean rows that wait anyway.',
  })
  readonly open?: boolean | null;

  @Field(() => String, { nullable: true, description: "The sender's exact id of the row." })
  readonly externalId?: string | null;

  @Field(() => [String], { nullable: true, description: 'Exact codes by which rows name their items.' })
  readonly items?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Exact codes by which rows name their locations.' })
  readonly locations?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'A part of the id, item, location or detail, in any case. At most 255 characters.',
  })
  readonly search?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Only rows of messages that arrived after this moment.' })
  readonly receivedAfter?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Only rows of messages that arrived before this moment.' })
  readonly receivedBefore?: number | null;

  @Field(() => ID, { nullable: true, description: 'Only rows of the message with this `id`.' })
  readonly messageId?: string | null;
}

/** Most values of a list in a filter. */
const MAX_VALUES = 300;

/** @throws an error of the input */
export function quarantineFilter(input: QuarantineFilterInput | null | undefined): QuarantineFilter {
  const { messageId, items, locations, search, ...rest } = given(input);
  for (const [name, value] of Object.entries({ items, locations, ...rest })) {
    if (!Array.isArray(value) || value.length <= MAX_VALUES) continue;
    throw badUserInput(`filter.${name} has ${value.length} values; at most ${MAX_VALUES} are taken.`);
  }
  if (search !== undefined && search.length > 255) {
    throw badUserInput(`filter.search has ${search.length} characters; at most 255 are taken.`);
  }
  const message = messageId === undefined ? undefined : referenceOf('InboundMessage', messageId);
  if (messageId !== undefined && !message) {
    throw badUserInput(`filter.messageId "${shown(messageId)}" is no id of an inbound message.`);
  }
  return {
    ...rest,
    ...(items ? { items: items.map(tidyName) } : {}),
    ...(locations ? { locations: locations.map(tidyName) } : {}),
    ...(search === undefined || search === '' ? {} : { search }),
    ...(message ? { messageId: message.id } : {}),
  };
}

@ArgsType()
export class QuarantinedRowsArgs extends PageArgs {
  @Field(() => QuarantineFilterInput, { nullable: true, description: 'Which rows to list. Leave it out for all.' })
  readonly filter?: QuarantineFilterInput | null;
}

@InputType({ description: 'An identifier that means an item.' })
class QuarantineIdentifierInput {
  @Field(() => String, { description: 'The scheme of the identifier, such as `UPC`.' })
  readonly scheme!: string;

  @Field(() => String, { description: 'Its value, as the rows have it.' })
  readonly value!: string;

  @Field(() => String, { description: 'The sku of the item that it means, which must exist.' })
  readonly sku!: string;

  @Field(() => String, { defaultValue: '', description: 'The specification of that item.' })
  readonly specification!: string;
}

@InputType({ description: 'A code that means a location.' })
class QuarantineLocationInput {
  @Field(() => String, { description: 'The code, as the rows have it.' })
  readonly code!: string;

  @Field(() => String, { description: 'The code of the location that it means, which must exist.' })
  readonly asLocation!: string;
}

@InputType({ description: 'Settings of a connection.' })
class QuarantineSettingInput {
  @Field(() => String, { description: 'The name of the connection.' })
  readonly connection!: string;

  @Field(() => String, {
    description: 'A JSON object of the settings to change. Those that are left out stay as they are.',
  })
  readonly settings!: string;
}

@InputType({ description: 'What rows that wait have been waiting for. At least one part is needed, at most 300.' })
export class QuarantineFixInput {
  @Field(() => [QuarantineIdentifierInput], { nullable: true, description: 'Identifiers that mean items.' })
  readonly identifiers?: QuarantineIdentifierInput[] | null;

  @Field(() => [QuarantineLocationInput], { nullable: true, description: 'Codes that mean locations.' })
  readonly locations?: QuarantineLocationInput[] | null;

  @Field(() => QuarantineSettingInput, {
    nullable: true,
    description: 'Settings of a connection. To save them, the key needs the scope `admin` too.',
  })
  readonly setting?: QuarantineSettingInput | null;
}

export const quarantineFix = ({ identifiers, locations, setting }: QuarantineFixInput): QuarantineFix => ({
  identifiers: identifiers ?? [],
  locations: locations ?? [],
  setting: setting ?? null,
});
