/** The look of a report: one file, no font, script or picture from elsewhere. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2128; --quiet: #59636e; --rule: #d9dee4; --panel: #f6f8fa;
  --first: #0b62c4; --second: #b35900; --bad: #c62828; --good: #1a7f37; --warn: #8a5a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --ink: #e6e9ed; --quiet: #9aa5b1; --rule: #333b45; --panel: #1c2229;
    --first: #6cb0ff; --second: #f0a04b; --bad: #ff7b72; --good: #56d364; --warn: #e3b341;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 860px; padding: 24px 20px 48px;
  background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
}
h1 { font-size: 22px; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 0; }
p { margin: 0; }
.quiet, figcaption p { color: var(--quiet); font-size: 13px; }
.verdict { display: inline-block; margin: 16px 0 24px; padding: 6px 14px; border-radius: 6px;
  border: 1px solid currentColor; font-weight: 600; }
.passed { color: var(--good); } .failed { color: var(--bad); } .warned { color: var(--warn); }
.skipped { color: var(--quiet); }
section, figure { margin: 0 0 28px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--rule);
  vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 500; font-size: 13px; }
td.name { white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
.finding { border-left: 4px solid var(--rule); background: var(--panel); padding: 10px 14px;
  margin: 0 0 10px; border-radius: 0 6px 6px 0; }
.finding.error { border-color: var(--bad); } .finding.warning { border-color: var(--warn); }
.finding h3 { margin: 0 0 4px; font-size: 15px; }
.finding dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 0; }
.finding dt { color: var(--quiet); } .finding dd { margin: 0; overflow-wrap: anywhere; }
code { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: var(--quiet); }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--quiet); font-size: 12px; }
@media (max-width: 600px) { svg text { font-size: 17px; } }
svg .grid { stroke: var(--rule); stroke-width: 1; }
svg .limit { stroke: var(--bad); stroke-width: 1; stroke-dasharray: 5 4; }
svg text.limit { stroke: none; fill: var(--bad); }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg .dot { fill: transparent; } svg .dot:hover { fill: var(--ink); fill-opacity: 0.35; }
.first { stroke: var(--first); } .second { stroke: var(--second); } .bad { stroke: var(--bad); }
.faint { stroke: var(--quiet); stroke-opacity: 0.55; stroke-dasharray: 2 3; }
svg .thin { stroke-width: 1.2; stroke-dasharray: 6 3; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; margin: 6px 0; }
.key::before { content: ""; display: inline-block; width: 18px; margin-right: 6px;
  vertical-align: middle; border-top: 3px solid var(--quiet); }
.key.first::before { border-color: var(--first); } .key.second::before { border-color: var(--second); }
.key.bad::before { border-color: var(--bad); }
.key.thin::before { border-top-style: dashed; border-top-width: 2px; }
.key.faint::before { border-top-style: dotted; border-top-width: 2px; }
`;
