/** A dialog of the browser itself: it keeps the focus inside, ends with Escape, and gives the focus back. */

import { button, h } from '../lib/dom';

export class Modal {
  readonly node: HTMLDialogElement;
  readonly body: HTMLDivElement;
  readonly footer: HTMLDivElement;
  readonly ending = new AbortController();

  constructor(title: string, closeLabel: string) {
    const { signal } = this.ending;
    this.body = h('div', { class: 'bb-Modal-body' });
    this.footer = h('div', { class: 'bb-Modal-footer' });
    this.node = h(
      'dialog',
      { class: 'bb-Modal jp-ThemedContainer', attrs: { 'aria-label': title } },
      h(
        'div',
        { class: 'bb-Modal-head' },
        h('h2', { class: 'bb-Grow' }, title),
        button('×', () => this.close(), signal, { ariaLabel: closeLabel })
      ),
      this.body,
      this.footer
    );
    this.node.addEventListener('close', () => this.end(), { signal });
  }

  open(): void {
    document.body.append(this.node);
    this.node.showModal();
  }

  close(): void {
    this.node.close();
  }

  private end(): void {
    this.node.remove();
    this.ending.abort();
  }
}
