// What the tools of agents are called, in every vocabulary that people write: the table, and nothing else.
import type { PersonaTool } from '../model/types.ts';

/** Our five, in the order in which they are shown. */
export const allTools: readonly PersonaTool[] = ['read', 'search', 'edit', 'execute', 'web'];

/**
 * Word → tool. Spelling is normalised before the look-up (case, `_`, `-`, blanks and a closing `Tool` do not count), so one spelling of each word is
 * enough. A word may stand under two tools. `none`: tools of other programs that Troupe has no counterpart for; they give nothing and are no mistake.
 */
export const toolWords: Readonly<Record<PersonaTool | 'none', readonly string[]>> = {
  read: wordsOf(`
    read Read NotebookRead view ReadMcpResource readFile problems selection viewImage getNotebookSummary
    readCellOutput readNotebookCellOutput terminalSelection terminalLastCommand getTerminalOutput
    getTaskOutput testFailure file read_many_files read_files fs_read open_file view_file view_diff
    view_image cat get_errors read-only read_only getErrors read_lints`),
  search: wordsOf(`
    search Grep Glob LS LSP list find ripgrep codebase usages changes fileSearch textSearch listDirectory
    searchResults findTestFiles symbols searchSubagent files semanticSearch grepSearch listCodeUsages
    list_code_usages search_file_content grep_search list_directory list_dir list_files search_files
    file_search codebase_search code_search search_code file_glob_search list_code_definition_names
    find_files read-only tree finder`),
  edit: wordsOf(`
    edit Write MultiEdit NotebookEdit Update create editFiles createFile createDirectory
    createJupyterNotebook editNotebook rename insertEdit replaceString write_file replace edit_file
    create_file create_new_file delete_file move_file write_to_file apply_patch patch apply_diff apply_edit
    insert_content insert search_and_replace search_replace str_replace str_replace_editor
    str_replace_based_edit_tool fs_write undo_edit reapply write_files replace_string_in_file replace_in_file
    multi_replace_string_in_file insert_edit_into_file create_directory edit_notebook_file`),
  execute: wordsOf(`
    execute Bash shell PowerShell Monitor terminal command commands exec runCommands runCommand
    runInTerminal runTests runTasks runTask createAndRunTask sendToTerminal runNotebooks runCell
    runNotebookCell runTest run_shell_command run_terminal_cmd run_terminal_command run_in_terminal
    execute_command run_command local_shell container.exec exec_command unified_exec write_stdin write_bash
    execute_bash run_code`),
  web: wordsOf(`
    web WebFetch WebSearch fetch githubRepo browser openBrowserPage google_web_search fetch_url
    fetch_webpage read_web_page search_web codesearch browser_action
    network network_access web_browser web_search_preview web_run
    github_repo`),
  none: wordsOf(`
    todo todos TodoWrite TodoRead manage_todo_list update_plan write_todos todo_list agent agents Task Agent
    custom-agent runSubagent subagent spawn_agent new_task oracle batch TaskCreate TaskGet TaskList
    TaskUpdate TaskOutput TaskStop SendMessage TeamCreate TeamDelete Skill skills activate_skill
    SlashCommand ToolSearch think memory save_memory question AskUserQuestion askQuestions ask_user
    ask_followup_question attempt_completion switch_mode switchAgent EnterPlanMode ExitPlanMode plan_enter
    plan_exit EnterWorktree ExitWorktree complete_task CronCreate CronDelete CronList BashOutput KillShell
    KillBash read_bash stop_bash killTerminal awaitTerminal ListMcpResources mcp use_mcp_tool
    access_mcp_resource fetch_rules fetch_instructions new newWorkspace vscode vscodeAPI extensions
    installExtension getProjectSetupInfo runVscodeCommand openSimpleBrowser updateUserPreferences
    resolveMemoryFileUri report_progress external_directory doom_loop codebase_investigator cli_help
    get_internal_docs create_diagram none handoff handoffs`),
};

/** Words that stand for a whole tool: where another one is refused, only a part of the tool was meant. */
export const wholeWords: Readonly<Record<PersonaTool, readonly string[]>> = {
  read: ['read', 'readFile', 'read_file', 'view', 'fs_read', 'read-only'],
  search: ['search', 'read-only'],
  edit: ['edit', 'editFiles', 'edit_file', 'apply_patch', 'fs_write', 'str_replace_editor'],
  execute: wordsOf(`
    execute Bash shell PowerShell terminal command commands exec runCommands runInTerminal run_shell_command
    run_terminal_cmd execute_command run_command local_shell exec_command execute_bash`),
  web: ['web', 'browser'],
};

/** Groups of VS Code: `edit/createFile`, `execute/*`. A word that is not in the table belongs to its group, except where the group runs commands. */
export const toolGroups: Readonly<Record<string, PersonaTool | 'none'>> = {
  read: 'read',
  search: 'search',
  edit: 'edit',
  execute: 'execute',
  web: 'web',
  browser: 'web',
  vscode: 'none',
  agent: 'none',
  todo: 'none',
};

/** Words for everything there is. */
export const wordsForAll: readonly string[] = ['*', 'all', 'all tools'];

/** Keys that say what a persona may use, in the spellings of all tools; case, `_` and `-` do not count. */
export const toolKeys = {
  /** A list of what it has. */
  given: wordsOf(`
    tools tool allowedTools allowTools enabledTools availableTools coreTools toolsAllowed tools-allow toolset
    toolsets`),
  /** A list of what it has not. */
  refused: wordsOf(`
    disallowedTools disallowTools deniedTools denyTools disabledTools excludedTools excludeTools
    forbiddenTools blockedTools restrictedTools noTools disallowed tools-deny tools-exclude toolsExcluded`),
  /** A map of words to `allow`, `ask` and `deny`. */
  permission: ['permission', 'permissions'],
  /** True: neither edits nor commands. */
  readOnly: ['readonly', 'read-only'],
  /** A mode of the agent: some of them only read. */
  mode: ['permissionMode', 'mode', 'sandboxMode', 'sandbox', 'approvalMode', 'agentMode'],
} as const;

/** Keys under which `tools` speaks of something else: what a server offers, what a hook watches. */
export const keysOfOthers: readonly string[] = ['mcp-servers', 'mcp', 'hooks', 'tool-settings', 'env', 'x-troupe'];

/** Keys that speak of tools and limit none: how they are chosen, shown and paid for. */
export const settingsOfOthers: readonly string[] = wordsOf(
  'tool_choice parallel_tool_calls tool_call_limit max_tool_calls tool_timeout tool_config mcp-tools tool_use tools-settings tool_aliases',
);

/** Modes in which an agent changes nothing. */
export const readingModes: readonly string[] = ['plan', 'read-only', 'readonly', 'ask'];

/** Slips of `tools`: too short for a distance to tell them from other words. */
export const slipsOfTools: readonly string[] = [
  'tolls',
  'tols',
  'toosl',
  'toools',
  'toolss',
  'otols',
  'tooks',
  'toole',
];

function wordsOf(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
