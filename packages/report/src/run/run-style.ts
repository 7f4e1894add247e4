/** What a run's report needs besides the style of all reports. */
export const runStyle = `
.timeline{margin:18px 0 6px}
.lane{display:grid;grid-template-columns:minmax(120px,230px) 1fr 92px;gap:16px;align-items:center;padding:4px 0}
.lane>span:first-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-size:13px}
.lane .is-stage{color:var(--muted)}
.track{position:relative;display:block;background:var(--raised);height:14px}
.track i{position:absolute;top:-4px;bottom:-4px;border-left:2px dotted var(--strong-line)}
.strip{display:block;width:100%;height:100%}
.strip.distributed{fill:var(--distributed)}.strip.backfill{fill:var(--backfill)}.strip.reference{fill:var(--reference)}.strip.local{fill:var(--local)}
.told{font-size:12.5px;color:var(--muted);text-align:right;white-space:nowrap}
.scale .track{background:none;display:flex;justify-content:space-between;font-size:12px;color:var(--muted);height:auto}
.path{white-space:nowrap;display:inline-flex;align-items:center;gap:8px}
.loaded .c-why{min-width:200px;color:var(--muted);font-size:13px}
.aside{color:var(--warning);font-weight:600}
h1.aside{font-weight:680}
details.stage{border-bottom:1px solid var(--line)}
details.stage summary{padding:9px 0}
details.stage summary .quiet{margin-left:8px}
details.stage ol{margin:0 0 14px;padding-left:0;list-style:none;font-size:13.5px}
details.stage li{display:flex;gap:12px;justify-content:space-between;padding:3px 0;border-top:1px solid var(--line)}
details.stage li span:last-child{color:var(--muted);white-space:nowrap}
@media (max-width:720px){
.lane{grid-template-columns:1fr auto;gap:2px 12px}
.lane .track{grid-column:1/-1;grid-row:2}
.lane.scale>span:not(.track){display:none}
.loaded thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.loaded,.loaded tbody,.loaded tr{display:block}
.loaded tr{padding:9px 0;border-bottom:1px solid var(--line)}
.loaded td,.loaded th{display:inline-block;border:0;padding:0 14px 0 0}
.loaded th[scope=row],.loaded .c-why{display:block}
.loaded td:empty{display:none}
.loaded td[data-label]::before{content:attr(data-label) " ";color:var(--muted);font-size:12.5px}
}
@media print{details.stage::details-content{content-visibility:visible;display:block}}
`;
