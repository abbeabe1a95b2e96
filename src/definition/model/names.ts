// How steps are named in expressions: a dash and an underscore are the same there.

/** `comprehensive_qa` of `comprehensive-qa`. */
export function underscored(id: string): string {
  return id.replaceAll('-', '_');
}

/** `Code review` of `code-review`: what people see where a step has no name. */
export function humanised(id: string): string {
  const words = id.replaceAll(/[-_]+/g, ' ').trim();
  const text = words === '' ? id : words;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The own key of an object that names the same step: exactly, or with dashes for underscores. */
export function sameNameKey(keys: readonly string[], name: string): string | undefined {
  if (keys.includes(name)) return name;
  const plain = underscored(name);
  return keys.find((key) => underscored(key) === plain);
}
