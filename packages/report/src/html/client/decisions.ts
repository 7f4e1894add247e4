/// <reference lib="dom" />
import type { PageData, PageTable } from '../page-data.ts';
import type { Templates } from './templates.ts';

/** What other parts of the page ask of the decisions. */
export interface Decisions {
  /** Shows a table opened, on top where the filters or the limit leave it out. */
  readonly reveal: (id: number, focus: boolean) => void;
  readonly filterGroup: (group: string, kind: string) => void;
}

/**
 * The table of decisions: search, filters, order, details. The page gets this very function as text, so it must
 * not refer to anything outside itself: no imports but types.
 */
export function startDecisions(
  data: PageData,
  templates: Templates,
  limits: { readonly firstRows: number; readonly step: number },
): Decisions {
  const { firstRows, step } = limits;
  const all = <Kind extends Element>(selector: string): Kind[] => [
    ...document.querySelectorAll<Kind>(selector),
  ];
  const one = <Kind extends Element>(selector: string): Kind | null => document.querySelector<Kind>(selector);
  const body = one<HTMLTableSectionElement>('.decisions tbody');
  const search = one<HTMLInputElement>('#search');
  const group = one<HTMLSelectElement>('#group');
  const matches = one('.matches');
  const more = one<HTMLElement>('.decisions + .more');
  const moreButton = one<HTMLButtonElement>('#more-rows');
  const labels = new Set<string>();
  const severities = new Set<string>();
  const rows = new Map<number, HTMLTableRowElement>();
  let limit = firstRows;
  let key = 'bytes';
  let direction = -1;

  const rowOf = (table: PageTable): HTMLTableRowElement => {
    let row = rows.get(table.id);
    if (row === undefined) {
      const holder = document.createElement('tbody');
      holder.innerHTML = templates.tableRow(table);
      row = holder.firstElementChild as HTMLTableRowElement;
      rows.set(table.id, row);
    }
    return row;
  };
  const ranked = (table: PageTable): number => table.errors * 1e8 + table.warnings * 1e4 + table.notes;
  const compare = (a: PageTable, b: PageTable): number => {
    if (key === 'name' || key === 'label' || key === 'by') {
      const order = a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0;
      return direction * order || (a.name < b.name ? -1 : 1);
    }
    const value = (table: PageTable): number =>
      key === 'findings'
        ? ranked(table)
        : key === 'rows'
          ? table.rows
          : key === 'skew'
            ? table.skew
            : table.bytes;
    return direction * (value(a) - value(b)) || ranked(b) - ranked(a) || (a.name < b.name ? -1 : 1);
  };
  const fits = (table: PageTable): boolean => {
    const words = (search?.value ?? '').toLowerCase().split(/\s+/);
    const text = `${table.name} ${table.by} ${table.words} ${table.group}`.toLowerCase();
    const bySeverity =
      severities.size === 0 ||
      (severities.has('error') && table.errors > 0) ||
      (severities.has('warning') && table.warnings > 0) ||
      (severities.has('none') && table.errors + table.warnings + table.notes === 0);
    return (
      words.every((word) => text.includes(word)) &&
      (labels.size === 0 || labels.has(table.label)) &&
      bySeverity &&
      ((group?.value ?? '') === '' || table.group === group?.value)
    );
  };
  const show = (): void => {
    if (body === null) return;
    const found = data.tables.filter(fits).sort(compare);
    const next = found.slice(0, limit).flatMap((table) => {
      const row = rowOf(table);
      const detail = row.nextElementSibling;
      return detail?.classList.contains('detail') ? [row, detail] : [row];
    });
    body.replaceChildren(...next);
    if (matches !== null) {
      matches.textContent =
        found.length === data.tables.length
          ? `${found.length} tables`
          : `${found.length} of ${data.tables.length} tables`;
    }
    if (more !== null) more.hidden = found.length <= limit;
    if (moreButton !== null) moreButton.textContent = `Show ${Math.min(step, found.length - limit)} more`;
  };
  const toggle = (row: HTMLTableRowElement, open?: boolean): void => {
    const button = row.querySelector('button');
    const detail = row.nextElementSibling;
    const isOpen = detail?.classList.contains('detail');
    const wanted = open ?? !isOpen;
    if (wanted === isOpen) return;
    button?.setAttribute('aria-expanded', String(wanted));
    row.classList.toggle('is-open', wanted);
    if (!wanted) {
      detail?.remove();
      return;
    }
    const table = data.tables[Number(row.dataset.id)];
    if (table === undefined) return;
    const holder = document.createElement('tr');
    holder.className = 'detail';
    const cell = holder.insertCell();
    cell.colSpan = 7;
    cell.innerHTML = templates.tableDetail(table, data);
    row.after(holder);
  };

  for (const row of all<HTMLTableRowElement>('tr.row')) rows.set(Number(row.dataset.id), row);
  one<HTMLElement>('.controls')?.removeAttribute('hidden');
  search?.addEventListener('input', show);
  group?.addEventListener('change', show);
  moreButton?.addEventListener('click', () => {
    limit += step;
    show();
  });
  const pressable = (
    selector: string,
    read: (button: HTMLElement) => string | undefined,
    chosen: Set<string>,
  ): void => {
    for (const button of all<HTMLElement>(selector)) {
      button.addEventListener('click', () => {
        const value = read(button) ?? '';
        const pressed = !chosen.delete(value);
        if (pressed) chosen.add(value);
        button.setAttribute('aria-pressed', String(pressed));
        show();
      });
    }
  };
  pressable('[data-filter-label]', (button) => button.dataset.filterLabel, labels);
  pressable('[data-filter-severity]', (button) => button.dataset.filterSeverity, severities);
  for (const button of all<HTMLElement>('button.sort')) {
    button.addEventListener('click', () => {
      const next = button.dataset.sort ?? 'bytes';
      const textual = next === 'name' || next === 'label' || next === 'by';
      direction = next === key ? -direction : textual ? 1 : -1;
      key = next;
      for (const other of all<HTMLElement>('button.sort')) {
        other.parentElement?.setAttribute(
          'aria-sort',
          other === button ? (direction > 0 ? 'ascending' : 'descending') : 'none',
        );
      }
      show();
    });
  }
  body?.addEventListener('click', (event) => {
    const target = event.target as Element;
    const row = target.closest<HTMLTableRowElement>('tr.row');
    if (row === null || target.closest('a') !== null) return;
    // A click that ends a selection of text wants the text.
    if (target.closest('button') === null && String(getSelection()) !== '') return;
    toggle(row);
  });
  show();

  return {
    reveal: (id, focus) => {
      const table = data.tables[id];
      if (table === undefined || body === null) return;
      const row = rowOf(table);
      if (!row.isConnected) {
        if (search !== null) search.value = '';
        if (group !== null) group.value = '';
        labels.clear();
        severities.clear();
        for (const chip of all('.chip')) chip.setAttribute('aria-pressed', 'false');
        show();
      }
      // Beyond the first rows: this one is shown on top rather than with thousands before it.
      if (!row.isConnected) body.prepend(row);
      toggle(row, true);
      row.scrollIntoView({ block: 'start' });
      if (focus) row.querySelector('button')?.focus({ preventScroll: true });
    },
    filterGroup: (name, kind) => {
      if (group !== null && name !== '') group.value = name;
      const label = kind === 'group' ? undefined : kind;
      if (label !== undefined && !labels.has(label))
        one<HTMLElement>(`[data-filter-label="${label}"]`)?.click();
      show();
    },
  };
}
