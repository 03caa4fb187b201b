/** The members of an input that were given. Null means the same as leaving out, unless a field says otherwise. */
export type Given<Input> = { [Name in keyof Input]?: NonNullable<Input[Name]> };

export function given<Input extends object>(input: Input | null | undefined): Given<Input> {
  const members = Object.entries(input ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(members) as Given<Input>;
}
