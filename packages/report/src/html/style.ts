/** The page's style: system fonts, two palettes, one column; phone width and paper included. */
export const style = `
:root{color-scheme:light;
--surface:#fdfdfb;--raised:#f5f5f1;--ink:#191b1e;--muted:#62676e;--line:#dfdfd9;--strong-line:#c3c3bb;--accent:#2b62b8;
--distributed:#2b62b8;--backfill:#7a4fc0;--reference:#1a7f72;--single-shard:#a8487f;--local:#747a82;
--error:#b8322a;--warning:#966000;--info:#4c6a88;--good:#1d7a4a;
--on-fill:#fff;--tint-error:#fbeceb;--tint-warning:#faf1de;--tint-info:#ebf0f5}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;
--surface:#131517;--raised:#1b1e21;--ink:#e8e8e4;--muted:#989da4;--line:#2a2d31;--strong-line:#454a50;--accent:#74a6ee;
--distributed:#5b8fdc;--backfill:#a17fe0;--reference:#3ba596;--single-shard:#cf77a9;--local:#858b93;
--error:#f07b71;--warning:#dba648;--info:#8fadc9;--good:#5fbf8c;
--on-fill:#0e1013;--tint-error:#351d1c;--tint-warning:#33290f;--tint-info:#1c2733}}
:root[data-theme=dark]{color-scheme:dark;
--surface:#131517;--raised:#1b1e21;--ink:#e8e8e4;--muted:#989da4;--line:#2a2d31;--strong-line:#454a50;--accent:#74a6ee;
--distributed:#5b8fdc;--backfill:#a17fe0;--reference:#3ba596;--single-shard:#cf77a9;--local:#858b93;
--error:#f07b71;--warning:#dba648;--info:#8fadc9;--good:#5fbf8c;
--on-fill:#0e1013;--tint-error:#351d1c;--tint-warning:#33290f;--tint-info:#1c2733}
*{box-sizing:border-box}
html{scroll-padding-top:60px;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--surface);color:var(--ink);font:14.5px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
.ident,code{font-family:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em}
.ident{overflow-wrap:anywhere}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:2px}
h1,h2,h3,h4{line-height:1.2;margin:0;text-wrap:balance}
p,ul,dl{margin:0}
button,input,select{font:inherit;color:inherit}
button{cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
[hidden]{display:none!important}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:8px;top:-60px;z-index:3;background:var(--surface);padding:8px 12px;border:1px solid var(--accent)}
.skip:focus{top:8px}
.quiet{color:var(--muted)}
.small{font-size:13px;color:var(--muted);max-width:88ch}
.under{display:block;font-size:12.5px;font-weight:400}
nav{position:sticky;top:0;z-index:2;background:var(--surface);border-bottom:1px solid var(--line)}
nav .inner{max-width:1264px;margin:0 auto;padding:0 32px;height:46px;display:flex;align-items:center;gap:28px;font-size:13.5px}
nav a{color:var(--muted);text-decoration:none;white-space:nowrap}
nav a:hover{color:var(--ink);text-decoration:underline}
nav .brand{color:var(--ink);font-weight:650;letter-spacing:-.01em}
nav .links{display:flex;gap:20px;overflow-x:auto;flex:1;scrollbar-width:none;padding:4px}
#theme{border:1px solid var(--line);background:none;border-radius:4px;padding:2px 10px;font-size:13px;color:var(--muted)}
#theme:hover{color:var(--ink);border-color:var(--strong-line)}
main,footer{max-width:1264px;margin:0 auto;padding:0 32px}
footer{padding-top:20px;padding-bottom:40px;color:var(--muted);font-size:13px}
section{padding:36px 0 8px;border-top:1px solid var(--line);margin-top:36px}
h2{font-size:21px;font-weight:650;letter-spacing:-.015em;margin-bottom:6px}
h3{font-size:15px;font-weight:650;margin:28px 0 8px}
.prose{max-width:88ch}
.swatch{width:14px;height:9px;border-radius:2px;background:var(--muted)}
.lead{color:var(--muted);max-width:88ch;margin-bottom:14px}
.overview{padding:40px 0 0}
.source{color:var(--muted);font-size:13.5px;display:flex;flex-wrap:wrap;gap:2px 14px}
.source .ident{color:var(--ink)}
h1{font-size:44px;font-weight:680;letter-spacing:-.03em;margin:14px 0 10px}
h1.yes{color:var(--good)}
.sentence{font-size:19px;line-height:1.45;max-width:72ch;text-wrap:pretty}
.figures{display:flex;flex-wrap:wrap;margin:30px 0 26px;border-top:1px solid var(--ink)}
.figure{flex:1 1 140px;padding:12px 18px 0 0;display:flex;flex-direction:column}
.figure dt{order:2;font-weight:600}
.figure dd{margin:0;font-size:36px;font-weight:640;line-height:1.1;letter-spacing:-.03em}
.figure dd.remark{order:3;font-size:12.5px;font-weight:400;letter-spacing:0;line-height:1.35;color:var(--muted)}
.figure.none dd:first-of-type,.figure.none dt{color:var(--muted);font-weight:400}
.figure.bad dd:first-of-type{color:var(--error)}
.figure.good dd:first-of-type{color:var(--good)}
.kind-bar{display:flex;gap:2px;height:10px;margin-bottom:8px}
.kind-bar span{min-width:3px;border-radius:1px}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:4px 20px;font-size:13px;color:var(--muted);margin-bottom:14px}
.legend li{display:flex;align-items:center;gap:7px}
.dot{width:8px;height:8px;border-radius:2px;display:inline-block;flex:none;background:var(--muted)}
.kind-bar .distributed,.dot.distributed{background:var(--distributed)}
.kind-bar .backfill,.dot.backfill{background:var(--backfill)}
.kind-bar .reference,.dot.reference{background:var(--reference)}
.kind-bar .single-shard,.dot.single-shard{background:var(--single-shard)}
.kind-bar .local,.dot.local{background:var(--local)}
.dot.error{background:var(--error);border-radius:50%}
.dot.warning{background:var(--warning);border-radius:50%}
.dot.info{background:var(--info);border-radius:50%}
.scroll{overflow-x:auto;max-width:100%}
.map-frame{margin:0 -6px;padding:6px}
svg.map{display:block;width:100%;min-width:820px;height:auto;font:12px ui-sans-serif,system-ui,sans-serif}
.panel rect{fill:none;stroke:var(--line)}
.panel.group rect{fill:var(--raised);stroke:none}
.panel .title{font-weight:650;font-size:13px;fill:var(--ink)}
.panel.group .title{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12.5px}
.panel .remark{fill:var(--muted);text-anchor:end;font-size:12px}
.node,.rest{text-decoration:none}
.node rect{fill:var(--surface);stroke:var(--c);stroke-width:1.1}
.node text,.rest text{font:11px ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;fill:var(--ink)}
.rest rect{fill:transparent;stroke:var(--strong-line);stroke-dasharray:3 3}
.rest text{fill:var(--muted)}
.node.distributed{--c:var(--distributed)}.node.backfill{--c:var(--backfill)}.node.reference{--c:var(--reference)}.node.single-shard{--c:var(--single-shard)}.node.local{--c:var(--local)}
.node.backfill rect{stroke-dasharray:4 2}
.node:hover rect,.node.on rect{stroke-width:2}
.node:focus-visible,.rest:focus-visible{outline:none}
.node:focus-visible rect,.rest:focus-visible rect{stroke:var(--accent);stroke-width:3}
.edge{fill:none;stroke:var(--strong-line);stroke-width:1.2}
.edge.colocated{stroke:var(--distributed);opacity:.55}
.edge.reference{stroke:var(--reference);opacity:.38}
.edge.network{stroke:var(--error);stroke-width:1.6;opacity:.85}
.edge.inferred{stroke-dasharray:4 3}
.map .edge.hidden{visibility:hidden}
.map .edge.faint{opacity:.22;stroke-width:1}
.map .edge.faint.network{opacity:.35}
.node.root rect{fill:var(--c)}
.node.root text{fill:var(--on-fill);font-weight:600}
.map.pointing .edge{opacity:.1}
.map.pointing .edge.on{opacity:1;visibility:visible;stroke-width:1.8}
.map.pointing .node:not(.on){opacity:.35}
details.as-list{margin-top:14px;font-size:13.5px}
summary{cursor:pointer}
.controls{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin:12px 0 10px}
.search input{width:260px;max-width:100%;padding:6px 10px;border:1px solid var(--strong-line);border-radius:4px;background:var(--surface)}
.select select{padding:6px 8px;border:1px solid var(--strong-line);border-radius:4px;background:var(--surface);max-width:220px}
.chips{display:flex;flex-wrap:wrap;gap:6px}
.chip{display:inline-flex;align-items:center;gap:7px;border:1px solid var(--line);background:none;border-radius:4px;padding:5px 10px;font-size:13px;line-height:1.35}
.chip:hover{border-color:var(--strong-line)}
.chip[aria-pressed=true]{border-color:var(--ink);background:var(--raised);box-shadow:inset 0 0 0 1px var(--ink)}
.matches{font-size:13px;color:var(--muted);margin-left:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:6px 14px 6px 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{font-size:12.5px;color:var(--muted);border-bottom-color:var(--strong-line);white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
.num,th.num{text-align:right;white-space:nowrap}
table.decisions{table-layout:fixed}
.decisions>thead th{position:sticky;top:46px;background:var(--surface);z-index:1}
.decisions>thead th:nth-child(1){width:31%}.decisions>thead th:nth-child(2){width:19%}.decisions>thead th:nth-child(3){width:17%}
.c-findings,.decisions>thead th:last-child{padding-left:16px}
.no-rows .c-rows,.no-size .c-size,.no-skew .c-skew{display:none}
.sort{background:none;border:0;padding:0;font-weight:inherit}
.sort:hover{color:var(--ink)}
.sort{position:relative}.sort::after{position:absolute;left:100%;padding-left:3px}
[aria-sort=ascending] .sort::after{content:"↑"}[aria-sort=descending] .sort::after{content:"↓"}
[aria-sort=ascending],[aria-sort=descending]{color:var(--ink)}
.row{cursor:pointer}
.row:hover>*{background:var(--raised)}
.row .open{background:none;border:0;padding:0;text-align:left;display:flex;gap:8px;align-items:baseline;font-weight:550;max-width:100%}
.caret{flex:none;width:6px;height:6px;border:solid var(--muted);border-width:0 1.5px 1.5px 0;transform:rotate(-45deg);position:relative;top:-2px;transition:transform .12s}
.is-open .caret{transform:rotate(45deg);top:-3px}
.is-open>*{border-bottom-color:transparent}
.kind{white-space:nowrap;display:inline-flex;align-items:center;gap:8px}
.kind::before{content:"";width:8px;height:8px;border-radius:2px;background:var(--c)}
.kind.distributed{--c:var(--distributed)}.kind.backfill{--c:var(--backfill)}.kind.reference{--c:var(--reference)}.kind.single-shard{--c:var(--single-shard)}.kind.local{--c:var(--local)}
.tally{display:inline-block;min-width:22px;text-align:center;border-radius:3px;padding:0 5px;font-size:12.5px;font-weight:600;margin-right:4px}
.tally.error{color:var(--error);background:var(--tint-error)}.tally.warning{color:var(--warning);background:var(--tint-warning)}.tally.info{color:var(--info);background:var(--tint-info)}
.detail>td{padding:2px 0 18px 14px}
.detail .plain{width:auto;min-width:min(100%,620px)}
.detail h4{font-size:12.5px;font-weight:650;margin:12px 0 3px}
.detail ul:not(.findings){padding-left:18px;max-width:88ch}
.facts{color:var(--muted);font-size:13.5px}
.plain td,.plain th{font-size:13.5px}
.narrow{width:auto;min-width:min(100%,420px)}
.chosen td:first-child{font-weight:600}.chosen .quiet{font-weight:400}
ul.findings{list-style:none;padding:0;max-width:100ch}
ul.findings li{padding:7px 0 7px 12px;border-left:2px solid var(--line);margin-top:8px}
ul.findings li.error{border-color:var(--error)}ul.findings li.warning{border-color:var(--warning)}ul.findings li.info{border-color:var(--info)}
.where{display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline;font-size:13px}
.line{color:var(--muted);font-size:12.5px}
.tag{font-size:11.5px;border:1px solid var(--line);border-radius:3px;padding:0 6px;color:var(--muted);white-space:nowrap}
.tag.silent{color:var(--error);border-color:var(--error)}
.citus{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12.5px;color:var(--muted);margin:4px 0}
.citus span{font-family:ui-sans-serif,system-ui,sans-serif;font-size:11.5px;border:1px solid var(--line);border-radius:3px;padding:0 5px;margin-right:4px}
.remedy::before{content:"→ ";color:var(--muted)}
.rule{border-bottom:1px solid var(--line)}
.rule summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 12px;padding:9px 0;list-style:none}
.rule summary::-webkit-details-marker{display:none}
.rule summary::after{content:"+";margin-left:auto;color:var(--muted);width:1em;text-align:center}
.rule[open] summary::after{content:"–"}
.rule summary:hover .name{text-decoration:underline;text-underline-offset:3px}
.rule .name{font-weight:600;max-width:calc(100% - 20px)}
.rule .count{color:var(--muted)}
.rule .body{padding:0 0 18px 20px;max-width:106ch}
.plain-button{background:none;border:1px solid var(--strong-line);border-radius:4px;padding:5px 14px;margin-top:12px;font-size:13.5px}
.plain-button:hover{background:var(--raised)}
.classes{margin-bottom:22px}
.proof{max-width:88ch;margin-top:8px}
.proof strong::before{content:"";display:inline-block;width:8px;height:8px;border-radius:50%;background:var(--c);margin-right:8px}
.proof.holds{--c:var(--good)}.proof.undecided{--c:var(--warning)}.proof.fails{--c:var(--error)}
.unexpected{color:var(--warning);font-size:12.5px}
.classes th[scope=row]{width:36%}
.reach{display:inline-flex;align-items:center;gap:8px;font-weight:550}
.reach::before{content:"";width:8px;height:8px;border-radius:2px;background:var(--c,var(--muted));flex:none}
.one{--c:var(--good)}.all{--c:var(--accent)}.network{--c:var(--warning)}.refused{--c:var(--error)}.local.reach,.bar.local{--c:var(--local)}
.bar{display:inline-block;vertical-align:middle;width:calc(100% - 76px);height:9px;background:var(--raised);border-radius:1px;margin-right:10px}
.bar span{display:block;height:100%;background:var(--c,var(--muted));border-radius:1px}
.bar-value{display:inline-block;min-width:54px;white-space:nowrap}
.queries .c-sql{width:44%;min-width:260px}
.c-sql code{white-space:pre-wrap;overflow-wrap:anywhere;display:block;max-height:9.2em;overflow:auto}
.c-sql .source{font-size:12px}
.queries td:nth-child(2){white-space:nowrap}
.c-why{min-width:220px}
.alternatives td:first-child{min-width:240px;max-width:46ch}
.alternatives .bar{width:90px}
figure{margin:14px 0 0}
figcaption{font-size:13.5px;color:var(--muted);margin-bottom:8px;max-width:100ch}
figcaption strong,figcaption .ident{color:var(--ink)}
.chart{display:block;width:100%;height:auto;font-family:ui-sans-serif,system-ui,sans-serif}
.skews{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,460px),1fr));gap:24px 40px}
.nodes{display:flex;align-items:flex-end;gap:20px;padding-left:8%;margin-top:4px}
.nodes>span{display:flex;flex-direction:column;font-size:12px;line-height:1.35;color:var(--muted)}
.node-bar{width:38px;background:var(--strong-line)}
.notes{padding-left:18px;max-width:88ch}
@media (max-width:720px){
nav .inner,main,footer{padding-left:16px;padding-right:16px}
nav .inner{gap:16px}
.overview{padding-top:26px}
h1{font-size:33px}.sentence{font-size:17px}
.figures{display:grid;grid-template-columns:1fr 1fr;margin:22px 0 20px}
.figure dd{font-size:29px}
section{padding-top:26px;margin-top:26px}
.search,.search input{width:100%}
.matches{margin-left:0}
.decisions>thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.decisions,.decisions>tbody{display:block}
.decisions .row{display:grid;grid-template-columns:1fr auto;column-gap:12px;padding:8px 0;border-bottom:1px solid var(--line)}
.decisions .row>*{border:0;padding:0;width:auto!important}
.decisions .row .c-kind,.decisions .row .c-size{justify-self:end}
.decisions .row .c-by{padding-left:13px;color:var(--muted)}
.decisions .c-rows,.decisions .c-skew{display:none}
.decisions .c-findings{grid-column:1/-1;padding-left:13px}
.decisions .c-findings:empty{display:none}
.detail,.detail>td{display:block}
.detail>td{padding-left:13px}
.rule .body{padding-left:0}
.classes,.classes tbody,.classes tr,.classes td,.classes th{display:block;width:auto!important;border:0;padding:0}
.classes thead,.classes td.num{display:none}
.classes tr{padding:8px 0;border-bottom:1px solid var(--line)}
.classes td::before{content:attr(data-label);display:inline-block;width:42px;font-size:12px;color:var(--muted)}
.classes .bar{width:calc(100% - 120px)}
.plain.alternatives{min-width:680px}
.queries thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.queries,.queries tbody,.queries tr{display:block}
.queries tr{padding:9px 0;border-bottom:1px solid var(--line)}
.queries td{display:inline-block;border:0;padding:0 14px 0 0}
.queries td.c-sql,.queries td.c-why{display:block;width:auto;padding:0}
.queries .num .under{display:none}
.queries .num[data-label]:not(:empty)::after{content:" of " attr(data-label);color:var(--muted)}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{
:root,:root[data-theme=dark]{color-scheme:light;--surface:#fff;--raised:#f4f4f2;--ink:#000;--muted:#444;--line:#ccc;--strong-line:#999;--accent:#1d4f9c;--distributed:#2b62b8;--backfill:#7a4fc0;--reference:#1a7f72;--single-shard:#a8487f;--local:#747a82;--error:#a32018;--warning:#7a4e00;--info:#3d5a78;--good:#14663b}
nav,.skip,.controls,.more,.plain-button,#theme{display:none!important}
body{font-size:10.5pt}
main{max-width:none;padding:0}
section{break-inside:auto;margin-top:18pt;padding-top:12pt}
h2,h3,summary{break-after:avoid}
tr,li,figure{break-inside:avoid}
.decisions>thead th{position:static}
.map-frame,.scroll{overflow:visible}
svg.map{min-width:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
