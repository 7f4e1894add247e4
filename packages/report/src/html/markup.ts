/** Text that is already HTML. */
export type Html = string;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Any text as HTML text or attribute value. */
export function escapeHtml(text: string): Html {
  return text.replace(/[&<>"']/g, (mark) => entities[mark] ?? mark);
}

/** Prose whose percentages stay with their sign when lines break. */
export function unbroken(text: string): string {
  return text.replace(/(?<=\d) %/g, '\u00a0%');
}

/** HTML with everything filled in escaped, except arrays, which hold finished HTML. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | readonly Html[])[]
): Html {
  return parts
    .map((part, index) => {
      const value = values[index];
      if (value === undefined) return part;
      return part + (typeof value === 'object' ? value.join('') : escapeHtml(String(value)));
    })
    .join('');
}

/** JSON that can stand inside a script element. */
export function scriptJson(value: unknown): Html {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
