/** Two versions side by side in the main area; equal rows are hidden until they are asked for. */

import { TranslationBundle } from '@jupyterlab/translation';
import { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { button, h } from '../lib/dom';
import { IDiff, IDiffRow } from '../lib/types';

export class DiffView extends Widget {
  private readonly ending = new AbortController();
  private showEqual = false;

  constructor(
    private readonly diff: IDiff,
    private readonly trans: TranslationBundle,
    private readonly insert: () => void
  ) {
    super();
    this.addClass('bb-Diff');
    this.node.tabIndex = 0;
    this.draw();
  }

  /** The area that holds this names its content "main area content"; it is attached later. */
  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this.trans.__('Diff of %1 and %2', this.diff.left, this.diff.right));
  }

  dispose(): void {
    this.ending.abort();
    super.dispose();
  }

  private draw(): void {
    const sections = this.diff.sections.map(section => this.section(section.title, section.rows));
    const shown = sections.filter((section): section is HTMLElement => section !== null);
    const none = h('p', { class: 'bb-Muted' }, this.trans.__('Nothing differs.'));
    this.node.replaceChildren(this.head(), ...(shown.length ? shown : [none]));
  }

  private head(): HTMLElement {
    const { trans, diff } = this;
    const { signal } = this.ending;
    const box = h('input', { attrs: { type: 'checkbox' } });
    box.checked = this.showEqual;
    box.addEventListener(
      'change',
      () => {
        this.showEqual = box.checked;
        this.draw();
        this.node.querySelector<HTMLElement>('input')?.focus();
      },
      { signal }
    );
    return h(
      'div',
      { class: 'bb-Diff-head' },
      h('h2', {}, `${diff.left} ↔ ${diff.right}`),
      h('label', {}, box, ` ${trans.__('Show equal rows')}`),
      button(trans.__('Insert code'), this.insert, signal)
    );
  }

  private section(title: string, every: IDiffRow[]): HTMLElement | null {
    const rows = every.filter(row => this.showEqual || row.left !== row.right);
    if (rows.length === 0) {
      return null;
    }
    const equal = every.length - rows.length;
    const head = h('tr', {}, h('td'), column(this.diff.left), column(this.diff.right));
    return h(
      'section',
      { attrs: { 'aria-label': title } },
      h(
        'h3',
        {},
        `${title} `,
        h('span', { class: 'bb-Muted' }, equal ? this.trans._n('%1 equal row hidden', '%1 equal rows hidden', equal) : '')
      ),
      h('table', {}, h('thead', {}, head), h('tbody', {}, ...rows.map(row => this.row(row))))
    );
  }

  private row(row: IDiffRow): HTMLElement {
    const state = row.left === row.right ? 'equal' : row.left === null ? 'added' : row.right === null ? 'removed' : 'changed';
    return h(
      'tr',
      { class: `bb-Diff-${state}` },
      h('th', { attrs: { scope: 'row' } }, row.key),
      h('td', {}, row.left ?? '—'),
      h('td', {}, row.right ?? '—')
    );
  }
}

function column(tag: string): HTMLElement {
  return h('th', { attrs: { scope: 'col' } }, tag);
}
