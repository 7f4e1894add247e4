import { type Html, html } from '../markup.ts';
import type { MapEdge, MapLayout, MapNode } from './map-model.ts';

/** The map as inline SVG; colours are the page's, links lead to the decisions. */
export function drawMap(layout: MapLayout, description: string): Html {
  const byId = new Map(layout.nodes.map((node) => [node.id, node]));
  const edges = [...layout.edges]
    .sort((a, b) => weight(a) - weight(b))
    .flatMap((edge) => {
      const from = byId.get(edge.from);
      const to = byId.get(edge.to);
      return from === undefined || to === undefined ? [] : [drawEdge(edge, from, to)];
    });
  const panels = layout.panels.map(
    (panel) =>
      html`<g class="panel ${panel.kind}"><rect x="${panel.x + 0.5}" y="${panel.y + 0.5}" width="${panel.width - 1}" height="${panel.height - 1}" rx="6"/><text x="${panel.x + 14}" y="${panel.y + 21}" class="title">${panel.title}</text><text x="${panel.x + panel.width - 14}" y="${panel.y + 21}" class="remark">${panel.remark}</text></g>`,
  );
  const rests = layout.panels.flatMap(({ hidden, kind }) =>
    hidden === undefined
      ? []
      : [
          html`<a class="rest" href="#decisions" data-group="${hidden.group}" data-kind="${kind}"><rect x="${hidden.x}" y="${hidden.y}" width="${hidden.width}" height="22" rx="4"/><text x="${hidden.x + 8}" y="${hidden.y + 15}">+ ${hidden.count} more</text></a>`,
        ],
  );
  const height = Math.ceil(layout.height);
  return html`<svg class="map" viewBox="-1 -1 ${layout.width + 2} ${height + 2}" role="group" aria-labelledby="map-title map-text"><title id="map-title">Co-location map</title><desc id="map-text">${description}</desc>${panels}<g class="edges" aria-hidden="true">${edges}</g>${layout.nodes.map(drawNode)}${rests}</svg>`;
}

function drawNode(node: MapNode): Html {
  const fits = Math.floor((node.width - 14) / 6.7);
  const text = shortened(node.name, fits);
  return html`<a class="node ${node.label}${node.isRoot ? ' root' : ''}" href="#table-${node.id}" data-id="${node.id}"><rect x="${node.x}" y="${node.y}" width="${node.width}" height="${node.height}" rx="4"/><text x="${node.x + 8}" y="${node.y + 15}">${text}</text>${text === node.name ? [] : [html`<title>${node.name}</title>`]}</a>`;
}

/** Cut in the middle: names of many tables begin alike and differ at their ends. */
function shortened(name: string, fits: number): string {
  if (name.length <= fits) return name;
  const ending = Math.floor((fits - 1) / 3);
  return `${name.slice(0, fits - 1 - ending)}…${name.slice(name.length - ending)}`;
}

/** From the referenced table's side to the referencing one's, always leaving sideways. */
function drawEdge(edge: MapEdge, from: MapNode, to: MapNode): Html {
  const fromMiddle = from.x + from.width / 2;
  const toMiddle = to.x + to.width / 2;
  const sameColumn = Math.abs(fromMiddle - toMiddle) < 20;
  const leftward = toMiddle < fromMiddle;
  const x1 = leftward || sameColumn ? from.x : from.x + from.width;
  const x2 = sameColumn ? to.x : leftward ? to.x + to.width : to.x;
  const y1 = from.y + from.height / 2;
  const y2 = to.y + to.height / 2;
  const bend = sameColumn ? 16 + Math.min(10, Math.abs(y2 - y1) / 12) : Math.max(16, Math.abs(x2 - x1) / 2);
  const c1 = leftward || sameColumn ? x1 - bend : x1 + bend;
  const c2 = sameColumn ? x2 - bend : leftward ? x2 + bend : x2 - bend;
  const classes = `edge ${edge.locality}${edge.inferred ? ' inferred' : ''}${edge.emphasis === 'full' ? '' : ` ${edge.emphasis}`}`;
  return html`<path class="${classes}" data-a="${edge.from}" data-b="${edge.to}" d="M${round(x1)} ${round(y1)}C${round(c1)} ${round(y1)} ${round(c2)} ${round(y2)} ${round(x2)} ${round(y2)}"><title>${edge.title}</title></path>`;
}

/** What needs attention is drawn last, on top. */
function weight(edge: MapEdge): number {
  return { local: 0, reference: 1, colocated: 2, network: 3 }[edge.locality];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
