// The style of everything around Markdown, with the colours of GitHub's Primer, light and dark. Text of Markdown has GitHub's own style sheet.

/** The style sheet. */
export const pagesStyle = `
:root {
  color-scheme: light dark;
  --fg: #1f2328; --quiet: #59636e; --bg: #fff; --inset: #f6f8fa; --line: #d1d9e0; --soft: #d1d9e0b3; --accent: #0969da;
  --open: #1a7f37; --closed: #d1242f; --done: #8250df; --draft: #59636e; --attention: #9a6700;
  --open-fill: #1f883d; --closed-fill: #cf222e; --done-fill: #8250df; --draft-fill: #59636e;
  --added: #dafbe1; --removed: #ffebe9; --place: #ddf4ff; --tab: #fd8c73;
  --node: #f6f8fa; --node-line: #818b98;
}
@media (prefers-color-scheme: dark) {
  :root {
    --fg: #f0f6fc; --quiet: #9198a1; --bg: #0d1117; --inset: #151b23; --line: #3d444d; --soft: #3d444db3; --accent: #4493f8;
    --open: #3fb950; --closed: #f85149; --done: #ab7df8; --draft: #9198a1; --attention: #d29922;
    --open-fill: #238636; --closed-fill: #da3633; --done-fill: #8957e5; --draft-fill: #59636e;
    --added: #1a3a25; --removed: #442022; --place: #121d2f; --tab: #f78166;
    --node: #212830; --node-line: #656c76;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji"; overflow-wrap: anywhere; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
h1 { font-size: 24px; font-weight: 600; line-height: 1.3; margin: 0 0 8px; }
h2, h3 { font-size: 14px; margin: 0; }
p { margin: 0 0 8px; }
ul { list-style: none; margin: 0; padding: 0; }
.quiet, .number { color: var(--quiet); font-weight: 400; }
.strong, .author { font-weight: 600; }
.strong, .author, .rows a.grow { color: var(--fg); }
.mono, .branch, pre { font-family: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 12px; }
.grow { flex: 1; min-width: 0; }
code { font: 85% ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; background: color-mix(in srgb, var(--soft) 40%, transparent); color: var(--fg); padding: .1em .3em; border-radius: 6px; }
.links a { margin-left: 12px; }
.added { color: var(--open); } .removed { color: var(--closed); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--bg); padding: 4px 8px; }
.octicon { fill: currentColor; vertical-align: text-bottom; flex: none; }
.tone-muted { color: var(--quiet); } .tone-accent { color: var(--accent); } .tone-open { color: var(--open); } .tone-closed { color: var(--closed); }
.tone-done { color: var(--done); } .tone-draft { color: var(--draft); } .tone-attention { color: var(--attention); }

.top { background: var(--inset); border-bottom: 1px solid var(--line); padding: 16px 24px 0; }
.crumbs { padding-bottom: 12px; font-size: 15px; }
.crumbs .home { color: var(--fg); margin-right: 6px; }
.tabs { overflow-x: auto; border-bottom: 1px solid var(--line); margin-bottom: 24px; }
.top .tabs { border: 0; margin: 0; }
.tabs ul { display: flex; gap: 4px; }
.tabs a { display: block; padding: 8px 10px 10px; color: var(--fg); white-space: nowrap; border-bottom: 2px solid transparent; }
.tabs a:hover { text-decoration: none; background: var(--soft); border-radius: 6px 6px 0 0; }
.tabs a[aria-current] { font-weight: 600; border-color: var(--tab); }
.count { background: var(--soft); border-radius: 99px; padding: 1px 7px; font-size: 12px; font-weight: 500; }
main { max-width: 1280px; margin: 0 auto; padding: 24px; }
footer { text-align: center; padding: 16px 24px 32px; font-size: 12px; }
.lead { font-size: 16px; color: var(--quiet); }

.box { border: 1px solid var(--line); border-radius: 6px; margin-bottom: 16px; background: var(--bg); min-width: 0; overflow: hidden; }
.box-head { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; padding: 8px 16px; background: var(--inset); border-bottom: 1px solid var(--line); }
.box-head h2, .box-head h3 { flex: 1; min-width: 0; }
.box-head a[aria-current] { font-weight: 600; color: var(--fg); }
.rows li { display: flex; gap: 8px; align-items: flex-start; padding: 8px 16px; border-top: 1px solid var(--soft); }
.rows li:first-child { border-top: 0; }
.rows .octicon { margin-top: 2.5px; }
.rows .quiet { font-size: 12px; }
.empty { padding: 24px 16px; margin: 0; text-align: center; }
.badge { border: 1px solid var(--line); border-radius: 99px; padding: 0 7px; font-size: 12px; font-weight: 500; color: var(--quiet); }
.pill { display: inline-block; padding: 0 9px; border-radius: 99px; font-size: 12px; font-weight: 500; line-height: 20px; }
.branch { background: color-mix(in srgb, var(--accent) 8%, transparent); color: var(--accent); border-radius: 6px; padding: 2px 6px; }
.state { display: inline-block; color: #fff; border-radius: 99px; padding: 5px 12px; font-weight: 500; margin-right: 6px; }
.state-open { background: var(--open-fill); } .state-closed { background: var(--closed-fill); } .state-done { background: var(--done-fill); } .state-draft { background: var(--draft-fill); }
.avatar { display: inline-flex; align-items: center; justify-content: center; width: 40px; height: 40px; border-radius: 50%; color: #fff; font-weight: 600; font-size: 17px; flex: none; }
.avatar-0 { background: #0969da; } .avatar-1 { background: #1a7f37; } .avatar-2 { background: #8250df; } .avatar-3 { background: #bc4c00; }
.avatar-4 { background: #bf3989; } .avatar-5 { background: #0a7d91; } .avatar-6 { background: #6e5494; } .avatar-7 { background: #57606a; }

.issue-head { border-bottom: 1px solid var(--line); margin-bottom: 24px; padding-bottom: 8px; }
.issue-head:has(+ .tabs) { border: 0; margin-bottom: 8px; }
.issue-head h1 { font-size: 28px; font-weight: 400; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 240px; gap: 24px; }
aside section { border-bottom: 1px solid var(--line); padding: 0 0 8px; margin-bottom: 16px; font-size: 12px; }
aside h2 { font-size: 12px; color: var(--quiet); margin-bottom: 6px; }
.said { display: flex; gap: 16px; margin-bottom: 16px; }
.said > .box { flex: 1; margin: 0; }
.said .box-head h3 { font-weight: 400; }
.said .markdown-body, .check .markdown-body { padding: 16px; }
.said-place { border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; margin-top: 12px; }
.reactions { display: flex; flex-wrap: wrap; gap: 6px; padding: 0 16px 12px; }
.reactions li { border: 1px solid var(--line); border-radius: 99px; padding: 1px 9px; font-size: 12px; }
.done { display: flex; gap: 12px; align-items: center; margin: 0 0 16px 60px; }
.done-icon { width: 28px; height: 28px; border-radius: 50%; background: var(--soft); display: inline-flex; align-items: center; justify-content: center; flex: none; }
.merge { display: flex; gap: 16px; border-top: 2px solid var(--line); padding-top: 16px; }
.merge > .box { flex: 1; }
.merge-icon { width: 40px; height: 40px; border-radius: 6px; color: #fff; display: inline-flex; align-items: center; justify-content: center; flex: none; background: var(--draft-fill); }
.merge-open .merge-icon { background: var(--open-fill); } .merge-done .merge-icon { background: var(--done-fill); } .merge-closed .merge-icon { background: var(--closed-fill); }
.merge summary, .verdict { display: flex; gap: 12px; padding: 12px 16px; }
.merge summary { cursor: pointer; }
.merge .octicon { margin-top: 2.5px; }
.merge .rows { border-top: 1px solid var(--line); }
.verdict { border-top: 1px solid var(--line); }
.merge .box > :first-child { border-top: 0; }

.checks { display: grid; grid-template-columns: 320px minmax(0, 1fr); gap: 16px; align-items: start; }
.checks nav a[aria-current] { font-weight: 600; }
.checks nav li:has(a[aria-current]) { background: var(--inset); box-shadow: inset 3px 0 var(--tab); }
.check > .box-head h2 { font-size: 16px; }
.markdown-body .check-title { margin-top: 0; }
.annotations { padding: 0 16px 16px; }
.annotations h3 { font-size: 16px; }
.annotation { border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 6px; padding: 8px 12px 1px; margin-bottom: 8px; }
.annotation-attention { border-left-color: var(--attention); } .annotation-closed { border-left-color: var(--closed); }
.message, .words { white-space: pre-wrap; }
.annotation pre, .words { background: var(--inset); padding: 8px; overflow: auto; border-radius: 6px; }
.buttons { padding: 12px 16px 0; }
button { font: inherit; padding: 4px 12px; border-radius: 6px; border: 1px solid var(--line); background: var(--inset); color: var(--quiet); }

.path { font-size: 16px; }
.wide { overflow-x: auto; }
.lines { border-collapse: collapse; width: 100%; font: 12px/20px ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; tab-size: 4; }
.lines td { padding: 0 10px; vertical-align: top; }
.lines .text { white-space: pre; overflow-wrap: normal; }
.lines td:not(:last-child) { width: 1%; min-width: 44px; text-align: right; color: var(--quiet); user-select: none; }
.lines .sign { display: inline-block; width: 1.5em; user-select: none; }
.line-added { background: var(--added); } .line-removed { background: var(--removed); } .line-place { background: var(--place); color: var(--quiet); }
.lines tr:target { background: color-mix(in srgb, var(--attention) 20%, transparent); }

.markdown-body { font-size: 14px; background: transparent; }
.readme { padding: 24px 32px; font-size: 16px; }
.markdown-body .wide { margin-bottom: 16px; }
.markdown-body .wide > table { display: table; width: max-content; max-width: none; margin: 0; }
.markdown-body .user-mention { font-weight: 600; color: var(--fg); }
.markdown-body a > code { background: none; padding: 0; color: inherit; }
.markdown-body .markdown-alert-title .octicon { margin-right: 8px; fill: currentColor; }
.diff-added { color: var(--open); } .diff-removed { color: var(--closed); } .diff-place { color: var(--quiet); }
.graph { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; padding: 8px; margin-bottom: 16px; background: var(--bg); }
.flowchart { display: block; margin: 0 auto; max-width: 100%; height: auto; font-family: -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji"; }
.flowchart { fill: var(--fg); }
.chart-box > g:not([fill]) { fill: var(--node); }
.chart-box > g:not([stroke]) { stroke: var(--node-line); }
.chart-frame rect { fill: var(--inset); fill-opacity: .5; stroke: var(--node-line); stroke-dasharray: 2 3; }
.chart-frame text { font-size: 12px; }
.chart-arrow path { fill: none; stroke: var(--node-line); stroke-width: 1.5; }
.chart-arrow polygon { fill: var(--node-line); }
.chart-arrow-dotted path { stroke-dasharray: 4 4; } .chart-arrow-thick path { stroke-width: 3; }
.chart-word rect { fill: var(--bg); } .chart-word text { font-size: 12px; }

@media (max-width: 767px) {
  main { padding: 16px; }
  .top { padding: 12px 16px 0; }
  .columns, .checks { grid-template-columns: minmax(0, 1fr); }
  .issue-head h1 { font-size: 22px; }
  .said > .avatar, .merge-icon { display: none; }
  .done { margin-left: 0; }
  .readme { padding: 16px; }
  .flowchart { max-width: none; }
}
`;
