import { Args, ArgsType, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { LocationSaveResult } from '../../domain/plans/catalogue-save';
import type { Context } from '../context';
import { UserError } from '../types/user-error';
import { Location } from './type';

@ArgsType()
class LocationSaveArgs {
  @Field(() => String, { description: 'The code of the location to make or change.' })
  readonly code!: string;

  @Field(() => String, { nullable: true, description: 'For people to read. Left out: unchanged; null: none.' })
  readonly name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the location that it is a part of. Left out: unchanged; null: none.',
  })
  readonly parent?: string | null;
}

@ObjectType({ description: 'What became of a change to a location.', simpleResolvers: true })
class LocationPayload implements LocationSaveResult {
  @Field(() => Location, {
    nullable: true,
    description: 'The location as it is now; null where the change was refused.',
  })
  readonly location!: LocationSaveResult['location'];

  @Field(() => [UserError], { description: 'What to mend; empty where the change was made.' })
  readonly userErrors!: LocationSaveResult['userErrors'];
}

@Resolver()
export class LocationMutations {
  @Mutation(() => LocationPayload, { description: 'Makes or changes a location.' })
  async locationSave(
    @Args(() => LocationSaveArgs) { code, name, parent }: LocationSaveArgs,
    @Ctx() context: Context,
  ): Promise<LocationSaveResult> {
    const result = await context.services.saveCatalogue.saveLocation(context.principal, {
      code,
      ...(name === undefined ? {} : { name }),
      ...(parent === undefined ? {} : { parent }),
    });
    context.forgetLoaded();
    return result;
  }
}
