// Everything that can be known before the first persona is asked: a line for each check.
import { conversation } from './conversation.ts';
import { providers } from './providers.ts';
import { rules } from './rules.ts';
import { token } from './token.ts';
import type { Check } from './types.ts';
import { walls } from './walls.ts';

/** All of them. They look side by side, and all of what they find is told at once. */
export const checks: readonly Check[] = [walls, providers, token, rules, conversation];
