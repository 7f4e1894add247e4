import type { PageData, PageFinding, PageQuery, PageTable } from '../page-data.ts';

/** The markup that both the renderer and the page's own program write. */
export interface Templates {
  readonly tableRow: (table: PageTable) => string;
  readonly tableDetail: (table: PageTable, data: PageData) => string;
  readonly findingItem: (finding: PageFinding, shared: SharedTexts) => string;
  readonly queryRow: (query: PageQuery) => string;
}

/** Texts that all findings of a rule share and that stand above the list. */
export interface SharedTexts {
  readonly consequence: boolean;
  readonly remedy: boolean;
  readonly citus: boolean;
}

/**
 * Rows, details and list items as HTML. The page gets this very function as text, so it must not refer to
 * anything outside itself: no imports but types.
 */
export function createTemplates(): Templates {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  const encode = (text: string): string => text.replace(/[&<>"']/g, (mark) => entities[mark] ?? mark);
  const tally = (count: number, kind: string, noun: string): string =>
    count === 0
      ? ''
      : `<span class="tally ${kind}" title="${count} ${noun}${count === 1 ? '' : 's'}"><span class="sr">${noun}s: </span>${count}</span>`;
  const lineMark = (line: number): string => (line > 0 ? `<span class="line">line ${line}</span>` : '');

  const tableRow = (table: PageTable): string =>
    `<tr class="row" id="table-${table.id}" data-id="${table.id}" role="row">` +
    `<th scope="row" role="rowheader"><button type="button" class="open" aria-expanded="false"><span class="caret" aria-hidden="true"></span><span class="ident">${encode(table.name)}</span></button></th>` +
    `<td role="cell" class="c-kind"><span class="kind ${table.label}">${table.words}</span></td>` +
    `<td role="cell" class="c-by ident">${encode(table.by)}</td>` +
    `<td role="cell" class="num c-rows">${table.rowsText}</td>` +
    `<td role="cell" class="num c-size">${table.bytesText}</td>` +
    `<td role="cell" class="num c-skew">${table.skewText}</td>` +
    `<td role="cell" class="c-findings">${tally(table.errors, 'error', 'error')}${tally(table.warnings, 'warning', 'warning')}${tally(table.notes, 'info', 'note')}</td></tr>`;

  const tableDetail = (table: PageTable, data: PageData): string => {
    const facts = [
      table.group === '' ? '' : `group <span class="ident">${encode(table.group)}</span>`,
      ...table.remarks.map(encode),
      table.line > 0 ? `defined on line ${table.line}` : '',
    ].filter((fact) => fact !== '');
    const reasons = table.reasons.map((reason) => `<li>${encode(reason)}</li>`).join('');
    const path =
      table.path === ''
        ? ''
        : `<h4>Backfill</h4><p>Add <span class="ident">${encode(table.by)}</span> and fill it over <span class="ident">${encode(table.path)}</span>.</p>`;
    const candidates = table.candidates
      .map(
        (one) =>
          `<tr${one.chosen ? ' class="chosen"' : ''}><td>${encode(one.what)}${one.chosen ? ' <span class="quiet">chosen</span>' : ''}</td><td class="num">${one.cost}</td><td>${encode(one.note)}</td></tr>`,
      )
      .join('');
    const findings = table.findings
      .map((index) => data.findings[index])
      .filter((finding) => finding !== undefined)
      .map((finding) => findingItem(finding, { consequence: false, remedy: false, citus: false }))
      .join('');
    return (
      (facts.length === 0 ? '' : `<p class="facts">${facts.join(' · ')}</p>`) +
      (reasons === '' ? '' : `<h4>Why</h4><ul>${reasons}</ul>`) +
      path +
      (candidates === ''
        ? ''
        : `<h4>What it could have been</h4><div class="scroll"><table class="plain"><thead><tr><th>Decision</th><th class="num">Cost</th><th>Note</th></tr></thead><tbody>${candidates}</tbody></table></div>`) +
      (findings === '' ? '' : `<h4>Findings</h4><ul class="findings">${findings}</ul>`)
    );
  };

  const findingItem = (finding: PageFinding, shared: SharedTexts): string =>
    `<li class="${finding.severity}"><p class="where">${lineMark(finding.line)}${
      finding.table === ''
        ? ''
        : finding.tableId < 0
          ? `<span class="ident">${encode(finding.table)}</span>`
          : `<a class="ident" href="#table-${finding.tableId}">${encode(finding.table)}</a>`
    }${finding.object === '' ? '' : `<span class="ident quiet">${encode(finding.object)}</span>`}${
      finding.automatic ? '<span class="tag">mechanical</span>' : ''
    }</p><p>${encode(finding.message)}${shared.consequence ? '' : ` <span class="quiet">${encode(finding.consequence)}</span>`}</p>${
      shared.citus || finding.citus === ''
        ? ''
        : `<p class="citus"><span>Citus</span> ${encode(finding.citus)}</p>`
    }${shared.remedy ? '' : `<p class="remedy">${encode(finding.remedy)}</p>`}</li>`;

  const realClass = (query: PageQuery): string => {
    const expected = `<span class="reach ${query.reach}">${encode(query.words)}</span>`;
    if (query.real === '') return expected;
    if (query.isAsPredicted) return `${expected}<span class="quiet under">as expected</span>`;
    return `<span class="reach ${query.realReach}">${encode(query.real)}</span><span class="under unexpected">expected: ${encode(query.words)}</span>`;
  };

  const queryRow = (query: PageQuery): string =>
    `<tr><td class="c-sql"><code>${encode(query.sql)}</code><span class="quiet source">${encode(query.source)}</span></td>` +
    `<td>${realClass(query)}</td>` +
    `<td class="num" data-label="calls">${query.callShareText}<span class="quiet under">${query.calls}</span></td>` +
    `<td class="num" data-label="time">${query.timeShareText}</td>` +
    `<td class="c-why">${encode(query.reason)}${query.error === '' ? '' : `<p class="citus"><span>Citus</span> ${encode(query.error)}</p>`}${
      query.add === '' ? '' : `<p class="remedy">One shard with <code>${encode(query.add)}</code></p>`
    }</td></tr>`;

  return { tableRow, tableDetail, findingItem, queryRow };
}
