// Orders to leave out a project's checks, as people and personas may write them: shown, and of no effect.

const systems =
  'ci|cd|actions?|checks?|tests?|builds?|deploy|pipelines?|workflows?|release|preview|azp|azure[\\s_-]?pipelines|azpipelines|appveyor|bitrise|buildkite|cf[\\s_-]pages|circle[\\s_-]?ci|codebuild|drone|gitlab|jenkins|netlify|render|semaphore|travis(?:[\\s_-]?ci)?|vercel|wercker';

const inBrackets = new RegExp(`\\[(\\s*(?:(?:skip|no)[\\s_-]+(?:${systems})|(?:${systems})[\\s_-]+skip)\\s*)\\]`, 'gi');

/** The text with every such order broken: `[skip ci]` and its sisters, `***NO_CI***`, the trailer `skip-checks: true`. */
export function withoutSkipOrders(text: string): string {
  return text
    .replaceAll(inBrackets, '($1)')
    .replaceAll(/\*{3}(?=NO_CI\*{3})/gi, '**\u200B*')
    .replaceAll(/\b(skip-)(?=checks\s*:)/gi, '$1\u200B');
}
