/** What the filter line means: words that a version must hold, and labels such as `team=a`. */

import { IModelRow } from './types';

export interface IFilter {
  words: string[];
  labels: { key: string; value: string }[];
}

export function parseFilter(text: string): IFilter {
  const filter: IFilter = { words: [], labels: [] };
  for (const word of text.toLowerCase().split(/\s+/)) {
    const at = word.indexOf('=');
    if (at > 0) {
      filter.labels.push({ key: word.slice(0, at), value: word.slice(at + 1) });
    } else if (word) {
      filter.words.push(word);
    }
  }
  return filter;
}

export function isEmpty(filter: IFilter): boolean {
  return filter.words.length === 0 && filter.labels.length === 0;
}

export function matches(row: IModelRow, filter: IFilter): boolean {
  const labels = Object.entries(row.labels).map(([key, value]) => [key.toLowerCase(), value.toLowerCase()]);
  const named = filter.labels.every(wanted =>
    labels.some(([key, value]) => key === wanted.key && value.startsWith(wanted.value))
  );
  if (!named) {
    return false;
  }
  const text = [row.tag, row.module, ...row.frameworks, ...labels.map(([key, value]) => `${key}=${value}`)].join(' ').toLowerCase();
  return filter.words.every(word => text.includes(word));
}

/** All labels that occur, for a list to choose from. */
export function labelsOf(rows: IModelRow[], most = 200): string[] {
  const found = new Set<string>();
  for (const row of rows) {
    for (const [key, value] of Object.entries(row.labels)) {
      if (!/\s/.test(key + value)) {
        found.add(`${key}=${value}`);
      }
    }
    if (found.size >= most) {
      break;
    }
  }
  return [...found].sort();
}
