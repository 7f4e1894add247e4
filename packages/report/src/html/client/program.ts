/// <reference lib="dom" />
import type { PageData } from '../page-data.ts';
import type { startDecisions } from './decisions.ts';
import type { SharedTexts, Templates } from './templates.ts';

/**
 * Starts the page: the decisions, the map's lines, longer lists, links and the theme. The page gets this very
 * function as text, so it must not refer to anything outside itself: no imports but types.
 */
export function startPage(
  createTemplates: () => Templates,
  decisionTable: typeof startDecisions,
  firstRows: number,
): void {
  const templates = createTemplates();
  const all = <Kind extends Element>(selector: string, root: ParentNode = document): Kind[] => [
    ...root.querySelectorAll<Kind>(selector),
  ];
  const one = <Kind extends Element>(selector: string): Kind | null => document.querySelector<Kind>(selector);

  // Thousands of rows at once would hold the page up for seconds.
  const step = 500;

  const strings = JSON.parse(one('#strings')?.textContent ?? '[]') as string[];
  const data = JSON.parse(one('#data-json')?.textContent ?? '{}', (_key, value) =>
    typeof value === 'string' && value.charCodeAt(0) === 1 ? strings[Number(value.slice(1))] : value,
  ) as PageData;

  const startTheme = (): void => {
    const root = document.documentElement;
    const button = one<HTMLButtonElement>('#theme');
    const dark = matchMedia('(prefers-color-scheme: dark)');
    // Pages opened from disk may have no storage: the choice then lasts as long as the page.
    const stored = (next?: string): string | null => {
      try {
        if (next !== undefined) localStorage.setItem('shardwright-theme', next);
        return localStorage.getItem('shardwright-theme');
      } catch {
        return null;
      }
    };
    const isDark = (): boolean => (root.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';
    const show = (): void => {
      if (button === null) return;
      button.hidden = false;
      button.textContent = isDark() ? 'Light' : 'Dark';
      button.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`);
    };
    const known = stored();
    if (known === 'dark' || known === 'light') root.dataset.theme = known;
    button?.addEventListener('click', () => {
      root.dataset.theme = isDark() ? 'light' : 'dark';
      stored(root.dataset.theme);
      show();
    });
    dark.addEventListener('change', show);
    show();
  };

  const startMap = (filterGroup: (group: string, kind: string) => void): void => {
    const map = one<SVGSVGElement>('svg.map');
    if (map === null) return;
    const paths = all<SVGPathElement>('path.edge', map);
    const nodes = new Map(all<SVGElement>('.node', map).map((node) => [node.dataset.id, node]));
    const focusOn = (id: string | undefined): void => {
      map.classList.toggle('pointing', id !== undefined);
      for (const marked of all('.on', map)) marked.classList.remove('on');
      if (id === undefined) return;
      nodes.get(id)?.classList.add('on');
      for (const path of paths) {
        const { a, b } = path.dataset;
        if (a !== id && b !== id) continue;
        path.classList.add('on');
        nodes.get(a === id ? b : a)?.classList.add('on');
      }
    };
    const idAt = (target: EventTarget | null): string | undefined =>
      (target as Element | null)?.closest<SVGElement>('.node')?.dataset.id;
    map.addEventListener('pointerover', (event) => focusOn(idAt(event.target)));
    map.addEventListener('pointerleave', () => focusOn(undefined));
    map.addEventListener('focusin', (event) => focusOn(idAt(event.target)));
    map.addEventListener('focusout', () => focusOn(undefined));
    for (const rest of all<SVGElement>('.rest', map)) {
      rest.addEventListener('click', () =>
        filterGroup(rest.dataset.group ?? '', rest.dataset.kind ?? 'group'),
      );
    }
  };

  const startLists = (): void => {
    for (const button of all<HTMLElement>('.more-findings')) {
      button.addEventListener('click', () => {
        const shared = JSON.parse(button.dataset.shared ?? '{}') as SharedTexts;
        const indices = (button.dataset.indices ?? '').split(' ');
        const items = indices.slice(0, step).flatMap((index) => {
          const finding = data.findings[Number(index)];
          return finding === undefined ? [] : [templates.findingItem(finding, shared)];
        });
        button
          .closest('.body')
          ?.querySelector('ul.findings')
          ?.insertAdjacentHTML('beforeend', items.join(''));
        const rest = indices.slice(step);
        button.dataset.indices = rest.join(' ');
        button.textContent = `Show ${Math.min(step, rest.length)} more`;
        if (rest.length === 0) button.parentElement?.remove();
      });
    }
    const queries = one<HTMLButtonElement>('#more-queries');
    queries?.addEventListener('click', () => {
      const from = Number(queries.dataset.from);
      const next = data.queries.slice(from, from + step);
      one('#query-rows')?.insertAdjacentHTML('beforeend', next.map(templates.queryRow).join(''));
      const rest = data.queries.length - from - next.length;
      queries.dataset.from = String(from + next.length);
      queries.textContent = `Show ${Math.min(step, rest)} more`;
      if (rest === 0) queries.parentElement?.remove();
    });
    addEventListener('beforeprint', () => {
      for (const details of all<HTMLDetailsElement>('details.rule')) details.open = true;
    });
  };

  const startLinks = (reveal: (id: number, focus: boolean) => void): void => {
    const follow = (hash: string, focus: boolean): boolean => {
      const id = /^#table-(\d+)$/.exec(hash)?.[1];
      if (id !== undefined) reveal(Number(id), focus);
      return id !== undefined;
    };
    document.addEventListener('click', (event) => {
      const link = (event.target as Element).closest('a[href^="#table-"]');
      const hash = link?.getAttribute('href') ?? '';
      if (!follow(hash, true)) return;
      event.preventDefault();
      history.replaceState(null, '', hash);
    });
    follow(location.hash, false);
  };

  startTheme();
  const decisions = decisionTable(data, templates, { firstRows, step });
  startMap(decisions.filterGroup);
  startLists();
  startLinks(decisions.reveal);
}
