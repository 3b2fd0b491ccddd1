/** Walk through a tracking server: a way back, a search that the server does, one page at a time. */

import { TranslationBundle } from '@jupyterlab/translation';

import { Api } from '../lib/api';
import { entriesOf, IEntries, IEntry, IPick, isSearchable, Level, titleOf } from '../lib/browse';
import { button, h } from '../lib/dom';

interface IStep {
  level: Level;
  search: string;
  /** The tokens of the pages before, and of this one: a server gives no way back. */
  tokens: (string | null)[];
}

const TYPING_MS = 250;

export class Browse {
  readonly node: HTMLElement;
  private steps: IStep[] = [];
  private asking = new AbortController();
  private typing: ReturnType<typeof setTimeout> | undefined;
  private readonly trail = h('div', { class: 'bb-Trail' });
  private readonly search: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly pages = h('div', { class: 'bb-Pages' });

  constructor(
    private readonly api: Api,
    private readonly trans: TranslationBundle,
    private readonly onPick: (pick: IPick) => void,
    private readonly signal: AbortSignal
  ) {
    this.search = h('input', {
      attrs: { type: 'search', placeholder: trans.__('Search'), 'aria-label': trans.__('Search the MLflow server') },
      on: { input: () => this.typed() },
      signal
    });
    this.list = h('ul', { class: 'bb-Entries', attrs: { 'aria-label': trans.__('On the MLflow server') } });
    this.node = h('div', { class: 'bb-Browse' }, this.trail, this.search, this.list, this.pages);
    signal.addEventListener('abort', () => {
      this.asking.abort();
      clearTimeout(this.typing);
    });
  }

  start(level: Level): void {
    this.steps = [];
    this.open(level);
  }

  private open(level: Level): void {
    this.steps.push({ level, search: '', tokens: [null] });
    this.list.replaceChildren(); // what is there belongs to the level before
    void this.show();
  }

  private get step(): IStep {
    return this.steps[this.steps.length - 1];
  }

  private typed(): void {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      this.step.search = this.search.value;
      this.step.tokens = [null];
      void this.show();
    }, TYPING_MS);
  }

  private async show(): Promise<void> {
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const step = this.step;
    this.drawTrail();
    this.search.hidden = !isSearchable(step.level);
    this.search.value = step.search;
    this.list.setAttribute('aria-busy', 'true');
    this.pages.replaceChildren(h('span', { class: 'bb-Muted' }, this.trans.__('Asking the server …')));
    const asked = { search: step.search.trim(), token: step.tokens[step.tokens.length - 1] };
    try {
      const found = await entriesOf(this.api, step.level, asked, this.trans, signal);
      if (!signal.aborted) {
        this.draw(found, step);
      }
    } catch (error) {
      if (!signal.aborted) {
        const said = error instanceof Error ? error.message : String(error);
        this.list.replaceChildren(h('li', { class: 'bb-Error', attrs: { role: 'alert' } }, said));
        this.pages.replaceChildren();
      }
    } finally {
      this.list.removeAttribute('aria-busy');
    }
  }

  private drawTrail(): void {
    const last = this.steps.length - 1;
    const pieces = this.steps.map((step, at) => {
      const title = titleOf(step.level, this.trans);
      const back = () => {
        this.steps = this.steps.slice(0, at + 1);
        this.list.replaceChildren();
        void this.show();
      };
      return at === last
        ? h('strong', { attrs: { 'aria-current': 'step' } }, title)
        : button(`${title} ›`, back, this.signal);
    });
    this.trail.replaceChildren(...pieces);
  }

  private draw(found: IEntries, step: IStep): void {
    const trans = this.trans;
    const none = h('li', { class: 'bb-Muted' }, trans.__('Nothing here.'));
    const lines = found.entries.map(entry => h('li', {}, this.entry(entry)));
    this.list.replaceChildren(...(lines.length ? lines : [none]));
    this.list.scrollTop = 0;
    const turn = (tokens: (string | null)[]) => () => {
      step.tokens = tokens;
      void this.show();
    };
    const { next } = found;
    const back = turn(step.tokens.slice(0, -1));
    const on = turn([...step.tokens, next]);
    const several = step.tokens.length > 1 || next !== null;
    this.pages.replaceChildren(
      ...(several
        ? [
            button(trans.__('Previous page'), back, this.signal, { disabled: step.tokens.length === 1 }),
            h('span', { class: 'bb-Muted' }, trans.__('page %1', step.tokens.length)),
            button(trans.__('Next page'), on, this.signal, { disabled: next === null })
          ]
        : [])
    );
  }

  private entry(entry: IEntry): HTMLElement {
    const act = () => {
      if (entry.open) {
        this.open(entry.open);
      } else if (entry.pick) {
        this.onPick(entry.pick);
      }
    };
    return h(
      'button',
      { class: 'bb-Entry', attrs: { type: 'button' }, on: { click: act }, signal: this.signal },
      h('span', { class: 'bb-Grow' }, entry.label),
      h('span', { class: 'bb-Muted' }, entry.note),
      entry.open && h('span', { attrs: { 'aria-hidden': 'true' } }, '›')
    );
  }
}
