// How large a prompt may be, by the model that reads it. Data; asks nobody.

/** Where the window of the model is not known. */
const defaultBytes = 200_000;
/** From here on people are told. */
export const nearlyFull = 0.8;

/**
 * Windows in tokens, by what their names begin with or contain; the first that fits. A prompt gets two fifths of the window — the rest is for
 * the files that the model reads and for its work — at three bytes a token, which is less than code and prose take.
 */
const windows: readonly (readonly [name: RegExp, tokens: number])[] = [
  [/gemini|gpt-4\.1|gpt-5|grok-4/, 400_000],
  [/claude|sonnet|opus|haiku|\bo[134]\b|codex|deepseek|kimi|glm|mistral-large|qwen3-coder/, 200_000],
  [/gpt-4o|gpt-4-turbo|grok|mistral|devstral/, 128_000],
  [/llama|qwen|gemma|phi|codestral|starcoder|granite/, 32_000],
];

/** Bytes of a prompt for the model; without one, or for one that nobody knows, the default. */
export function promptBudget(model: string | undefined): number {
  const [, tokens] = windows.find(([name]) => model !== undefined && name.test(model.toLowerCase())) ?? [];
  return tokens === undefined ? defaultBytes : Math.floor((tokens * 2 * 3) / 5);
}
