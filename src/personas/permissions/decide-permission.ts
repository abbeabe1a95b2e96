// Whether an agent may do what it asks for: by the class of the tool and by where its places really lie. Pure.
import { allTools } from '../files/tool-words.ts';
import { permissionMessages as say } from '../model/messages.ts';
import type { ToolRights } from '../model/tool-rights.ts';
import type { AnsweredQuestion } from './permission.ts';

/** What is known of a question when it is decided. */
export interface PermissionFacts {
  readonly tool: string;
  readonly rights: ToolRights;
  /** There is a worktree around the persona. */
  readonly hasTree: boolean;
  /** The first place that it names and that is not in the worktree. */
  readonly outside?: string;
}

/** The answer and why. What is not clearly allowed is refused. */
export function decidePermission(facts: PermissionFacts): Omit<AnsweredQuestion, 'question'> {
  const { rights, outside } = facts;
  const tool = allTools.find((one) => one === facts.tool);
  if (tool === undefined) return refused(say.noSuchTool(facts.tool));
  if (!rights.uses.has(tool)) return refused(say.notGiven(tool));
  // the web is no place in a tree
  if (tool !== 'web' && !facts.hasTree) return refused(say.noTree());
  if (outside !== undefined) return refused(say.outside(outside));
  return { answer: 'allow_once', reason: say.allowed(tool) };
}

function refused(reason: string): Omit<AnsweredQuestion, 'question'> {
  return { answer: 'reject_once', reason };
}
