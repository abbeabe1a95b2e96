// The names under which `context.state.get` finds what a step left behind. Pure.
import { defined } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import type { StepResult } from './types.ts';

/** `<x>_result`, `<x>_status` and declared outputs of a step, under both spellings. */
export function stateKeysOf(id: string, declared: readonly string[], result: StepResult): [string, Json][] {
  const { summary, outputs, verdict } = result;
  const keys: [string, Json][] = [
    [`${id}_result`, { ...outputs, ...defined({ summary }) }],
    ...(verdict === undefined ? [] : [[`${id}_status`, verdict] satisfies [string, Json]]),
  ];
  for (const name of declared) {
    const value = outputs[name];
    if (value !== undefined) keys.push([name, value]);
  }
  const aliases = keys
    .filter(([name]) => name.includes('-'))
    .map(([name, value]): [string, Json] => [name.replaceAll('-', '_'), value]);
  return [...keys, ...aliases];
}
