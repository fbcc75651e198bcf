/** How a page looks: on screens light and dark, and on paper. It loads nothing. */
export const style = `
:root { color-scheme: light dark; --page: #fff; --ink: #1c1c1c; --line: #d6d6d6; --faint: #666; }
@media (prefers-color-scheme: dark) {
  :root { --page: #16181c; --ink: #e4e4e4; --line: #3a3d44; --faint: #9a9a9a; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 78rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
p { max-width: 48rem; } .note { color: var(--faint); font-size: .9em; }
code, .hash { font-family: ui-monospace, monospace; font-size: .85em; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } .key { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; }
.key div { min-width: 8rem; } .key b { display: block; font-size: 1.35rem; font-weight: 600; }
table { border-collapse: collapse; font-size: .88em; }
th, td { padding: .15rem .7rem .15rem 0; text-align: left; vertical-align: top; }
thead th, tfoot tr:first-child td { border-bottom: 1px solid var(--line); }
tfoot tr:first-child td { border-bottom: 0; border-top: 1px solid var(--line); }
tbody tr:hover { background: color-mix(in srgb, var(--line) 40%, transparent); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .5rem 1rem; }
@media print {
  :root { --page: #fff; --ink: #000; --line: #bbb; --faint: #444; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  figure, tr { break-inside: avoid; } h2 { break-after: avoid; } .wide { overflow: visible; }
}
`;
