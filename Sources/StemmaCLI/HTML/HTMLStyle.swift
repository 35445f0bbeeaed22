/// How pages look: by the reader's choice light or dark, and on paper.
enum HTMLStyle {
    static let sheet = """
        :root { color-scheme: light dark; --back: #ffffff; --text: #1c2430; --faint: #5d6878; --line: #cfd6df;
          --result: #ffffff; --data: #e6eef7; --edit: #fdf1cf; --function: #ece7f8; --missing: #fdebea;
          --rim: #7b8794; --added: #1a7f37; --changed: #b35900; --removed: #b3261e; --cause: #8a1c7c; }
        @media (prefers-color-scheme: dark) {
          :root { --back: #14181f; --text: #e4e9f0; --faint: #98a4b3; --line: #343d49;
            --result: #1d242e; --data: #1b2f45; --edit: #40371a; --function: #2c2644; --missing: #43211f;
            --rim: #6d7a8a; --added: #56c271; --changed: #f0a04b; --removed: #ff8b82; --cause: #e58ad9; } }
        @media print { :root { color-scheme: light; } .drawing, .wide { overflow: visible !important; }
          .graph { max-width: 100%; height: auto; } h2, tr { break-inside: avoid; break-after: auto; } }
        body { margin: 0 auto; padding: 1.5rem; max-width: 76rem; background: var(--back); color: var(--text);
          font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
        h1 { font-size: 1.45rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        .subtitle { margin: 0; color: var(--faint); overflow-wrap: anywhere; }
        .drawing, .wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
        .drawing { padding: .75rem; }
        .graph { display: block; margin: 0 auto; }
        .graph a { text-decoration: none; }
        .graph text { fill: var(--faint); font-size: 11.5px; }
        .graph .title { fill: var(--text); font-weight: 600; font-size: 12.5px; }
        .graph .label { font-size: 10.5px; paint-order: stroke; stroke: var(--back); stroke-width: 4px; }
        .graph rect { fill: var(--result); stroke: var(--rim); }
        .graph a:hover rect { stroke-width: 2; }
        .graph .data rect { fill: var(--data); }
        .graph .edit rect { fill: var(--edit); }
        .graph .function rect { fill: var(--function); }
        .graph .missing rect { fill: var(--missing); stroke-dasharray: 4 3; }
        .graph .edge { fill: none; stroke: var(--rim); }
        .graph marker path { fill: var(--rim); }
        .graph .added rect { stroke: var(--added); stroke-width: 2.5; }
        .graph .changed rect { stroke: var(--changed); stroke-width: 2.5; }
        .graph .removed rect { stroke: var(--removed); stroke-width: 2.5; stroke-dasharray: 5 3; }
        .graph .cause rect { stroke: var(--cause); stroke-width: 4; }
        table { border-collapse: collapse; width: 100%; font-size: .88rem; }
        th { text-align: left; color: var(--faint); font-weight: 600; }
        th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top;
          overflow-wrap: anywhere; min-width: 4rem; }
        td.fixed { white-space: nowrap; font-variant-numeric: tabular-nums; }
        tbody tr:last-child td { border-bottom: 0; }
        tr:target td { background: var(--edit); }
        tr.added td:first-child { box-shadow: inset 3px 0 var(--added); }
        tr.changed td:first-child { box-shadow: inset 3px 0 var(--changed); }
        tr.removed td:first-child { box-shadow: inset 3px 0 var(--removed); }
        tr.cause td:first-child { box-shadow: inset 3px 0 var(--cause); }
        """
}
