// Optional keys: a key whose value is not there is left out, not set to undefined.

type Defined<Values extends object> = {
  [Key in keyof Values as undefined extends Values[Key] ? never : Key]: Values[Key];
} & {
  [Key in keyof Values as undefined extends Values[Key] ? Key : never]?: Exclude<Values[Key], undefined>;
};

/** The values that are there: `{ id, ...defined({ hint, cause }) }` has the keys of those that are not undefined. */
export function defined<Values extends object>(values: Values): Defined<Values> {
  const kept: Record<string, unknown> = {};
  // plain objects, in the hottest places: no list of entries is made
  for (const key in values) if (values[key] !== undefined) kept[key] = values[key];
  // what was left out is optional in the type
  return kept as Defined<Values>;
}
