// Answers what an agent asks before it acts. Handing in its result is no tool: it is always allowed, in the two ways that it was told.
import { defined } from '../../support/index.ts';
import type { PersonaTask } from '../model/types.ts';
import type { AnsweredQuestion, PermissionAnswer } from '../permissions/permission.ts';
import { createPermissionPort } from '../permissions/permission-port.ts';
import type { ToolCall } from './conversation.ts';
import { resultToolName } from '../result-tool/result-tool.ts';

/** Agents write the names of tools with that of their server before it: `mcp__troupe__submit_result`, `troupe_submit_result`. */
const handsIn = new RegExp(`^(?:mcp)?[\\s_.:/-]*(?:troupe[\\s_.:/-]*)?${resultToolName}\\b`, 'i');
/** Codex calls every tool of a server an execution. Nothing may stand beside the name: it would be part of a command. */
const isTheTool = new RegExp(`^mcp[._:/]+troupe[._:/]+${resultToolName}$`);
/** Kinds of tools that act on nothing of this machine. */
const ownKinds = new Set(['other', 'think']);

/** Answers the questions of one request. */
export function permissionsOf(
  { persona, worktree }: Pick<PersonaTask, 'persona' | 'worktree'>,
  resultFile: string,
  onAnswer: (answered: AnsweredQuestion) => void,
): (call: ToolCall) => Promise<PermissionAnswer> {
  const port = createPermissionPort({ tools: persona.tools, ...defined({ worktree }), onAnswer });
  return (call) => {
    if (isHandingIn(call, resultFile)) return Promise.resolve('allow_once');
    const { id, tool, paths, title } = call;
    return port.decide({ id, tool, paths, title });
  };
}

function isHandingIn({ tool, name, title, paths }: ToolCall, resultFile: string): boolean {
  if (ownKinds.has(tool)) return [name, title].some((word) => handsIn.test(word.trim()));
  if (tool === 'execute') return [name, title].every((word) => isTheTool.test(word.trim()));
  return tool === 'edit' && paths.length > 0 && paths.every((path) => path === resultFile);
}
