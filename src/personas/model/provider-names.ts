// Who executes a persona, as its file and the server file name it: one provider or a list, as JSON Schema. Data only.

/** One name, or several, each of them once. */
export const providerNames = {
  type: ['string', 'array'],
  minLength: 1,
  minItems: 1,
  uniqueItems: true,
  items: { type: 'string', minLength: 1 },
} as const;
