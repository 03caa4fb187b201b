import { Args, ArgsType, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { locationView, type LocationView } from '../../application/ports/reads';
import type { UserError as UserErrorView } from '../../domain/errors';
import type { LocationSave, LocationSaveResult } from '../../domain/plans/catalogue-save';
import type { Context } from '../context';
import type { FieldsOf } from '../types/fields';
import { ALLOW_LOOKALIKE } from '../types/names';
import { UserError } from '../types/user-error';
import { Location } from './type';
import { OpenTo, OpenToAnyKey } from '../types/scopes';

@ArgsType()
@InputType({ description: 'A location to create or update.' })
export class LocationSaveRowInput {
  @Field(() => String, { description: 'The code of the location to create or update.' })
  readonly code!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The display name. Leave it out to keep the current one, or pass null to remove it.',
  })
  readonly name?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The code of the location that it is a part of, which must exist. Leave it out to keep the current one, or pass null for none.',
  })
  readonly parent?: string | null;
}

@ArgsType()
class LocationSaveArgs extends LocationSaveRowInput {
  @Field(() => Boolean, { defaultValue: false, description: ALLOW_LOOKALIKE })
  readonly allowLookalike!: boolean;
}

/** The command of one location. A field that is left out stays as it is. */
export function locationSave({ code, name, parent }: LocationSaveRowInput, allowLookalike: boolean): LocationSave {
  return {
    code,
    allowLookalike,
    ...(name === undefined ? {} : { name }),
    ...(parent === undefined ? {} : { parent }),
  };
}

@OpenToAnyKey()
@ObjectType({ description: 'The result of a change to a location.', simpleResolvers: true })
export class LocationPayload {
  @Field(() => Location, {
    nullable: true,
    description: 'The location after the change. Null when the change was refused.',
  })
  readonly location!: LocationView | null;

  @Field(() => [UserError], {
    description: 'Why the change was refused, one entry for each problem. Empty when it was made.',
  })
  readonly userErrors!: readonly UserErrorView[];
}

export function locationPayload({ location, userErrors }: LocationSaveResult): FieldsOf<LocationPayload> {
  return { location: location && locationView(location), userErrors };
}

@Resolver()
export class LocationMutations {
  @OpenTo('stock:write')
  @Mutation(() => LocationPayload, {
    description:
      'Creates or updates the location with this code. A location cannot become a part of itself. A new code that differs from another only in form is refused with LOOKALIKE.',
  })
  async locationSave(
    @Args(() => LocationSaveArgs) args: LocationSaveArgs,
    @Ctx() context: Context,
  ): Promise<FieldsOf<LocationPayload>> {
    const result = await context.services.saveCatalogue.saveLocation(
      context.principal,
      locationSave(args, args.allowLookalike),
    );
    return locationPayload(result);
  }
}
