import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context';
import { ALLOW_LOOKALIKE } from '../types/names';
import type { FieldsOf } from '../types/fields';
import { locationPayload, LocationPayload } from './mutations';
import { OpenTo } from '../types/scopes';

@Resolver()
export class LocationUpkeep {
  @OpenTo('stock:write')
  @Mutation(() => LocationPayload, {
    description:
      'Gives a location another code. What still names it by the old code, such as a connection or a message, finds it. Refused with LOCATION_CODE_TAKEN when another location has the new code, or had it before.',
  })
  async locationRename(
    @Arg('code', () => String, { description: 'The code that the location has.' }) code: string,
    @Arg('newCode', () => String, { description: 'The code that it gets.' }) newCode: string,
    @Arg('allowLookalike', () => Boolean, { defaultValue: false, description: ALLOW_LOOKALIKE })
    allowLookalike: boolean,
    @Ctx() context: Context,
  ): Promise<FieldsOf<LocationPayload>> {
    const { services, principal } = context;
    const result = await services.upkeep.renameLocation(principal, { code, newCode, allowLookalike });
    return locationPayload(result);
  }

  @OpenTo('stock:write')
  @Mutation(() => LocationPayload, {
    description:
      'Archives a location, or makes it active again. An archived location is left out of lists and offers, and is still there by its code, by id and in history. Refused with STILL_IN_STOCK while it or a part of it holds stock.',
  })
  async locationArchive(
    @Arg('code', () => String, { description: 'The exact code.' }) code: string,
    @Arg('archived', () => Boolean, { defaultValue: true, description: 'False: make it active again.' })
    archived: boolean,
    @Ctx() context: Context,
  ): Promise<FieldsOf<LocationPayload>> {
    const result = await context.services.upkeep.archiveLocation(context.principal, { code, archived });
    return locationPayload(result);
  }
}
