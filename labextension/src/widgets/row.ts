/** What one row of the tree shows. */

import { TranslationBundle } from '@jupyterlab/translation';

import { h } from '../lib/dom';
import { TreeRow } from '../lib/flatten';
import { ago, size, versionOf } from '../lib/format';

export function drawRow(row: TreeRow, element: HTMLElement, trans: TranslationBundle): void {
  element.append(...pieces(row, trans));
  if (row.kind === 'problem') {
    element.title = row.problem.why;
  }
}

function pieces(row: TreeRow, trans: TranslationBundle): HTMLElement[] {
  switch (row.kind) {
    case 'name':
      return [arrow(row.open), grow(row.name, 'bb-Strong'), muted(String(row.count))];
    case 'version':
      return [
        grow(versionOf(row.model.tag), 'bb-Mono'),
        ...(row.latest ? [h('span', { class: 'bb-Chip' }, trans.__('latest'))] : []),
        muted(row.model.frameworks.join(', '), 'bb-Wide'),
        muted(size(row.model.size), 'bb-Wide bb-Size'),
        muted(ago(row.model.created), 'bb-Ago')
      ];
    case 'problem':
      return [grow(`! ${row.problem.what} ${trans.__('unreadable')}`, 'bb-Warn')];
    case 'bentos':
      return [arrow(row.open), grow(trans.__('Bentos'), 'bb-Strong'), muted(String(row.count))];
    case 'bento':
      return [arrow(row.open), grow(row.bento.tag, 'bb-Mono'), muted(ago(row.bento.created), 'bb-Ago')];
    case 'uses':
      return [grow(row.tag, 'bb-Mono'), ...(row.known ? [] : [muted(trans.__('not in the store'), 'bb-Warn')])];
  }
}

function arrow(open: boolean): HTMLElement {
  return h('span', { class: 'bb-Arrow', attrs: { 'aria-hidden': 'true' } }, open ? '▾' : '▸');
}

function grow(text: string, more: string): HTMLElement {
  return h('span', { class: `bb-Grow ${more}` }, text);
}

function muted(text: string, more = ''): HTMLElement {
  return h('span', { class: `bb-Muted ${more}` }, text);
}
