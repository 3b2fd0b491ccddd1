/** What is known of the chosen version, and what can be done with it. */

import { TranslationBundle } from '@jupyterlab/translation';

import { button, h } from '../lib/dom';
import { localTime, size } from '../lib/format';
import { BentoStore } from '../lib/store';
import { IColumn, IDetails } from '../lib/types';

const METRICS_SHOWN = 4;
const DIGEST_SHOWN = 15;
const WAIT_MS = 60;

export type Run = (command: string, tag: string) => void;

export class Details {
  readonly node: HTMLElement;
  private asking = new AbortController();

  constructor(
    private readonly store: BentoStore,
    private readonly run: Run,
    private readonly trans: TranslationBundle,
    signal: AbortSignal
  ) {
    this.node = h('section', { class: 'bb-Details', attrs: { 'aria-label': trans.__('Chosen version') } });
    this.node.hidden = true;
    signal.addEventListener('abort', () => this.asking.abort());
  }

  /** Show a version; moving through the list with a key held down asks for none but the last. */
  show(tag: string | null): void {
    this.asking.abort();
    this.asking = new AbortController();
    this.node.hidden = tag === null;
    if (tag !== null) {
      const { signal } = this.asking;
      setTimeout(() => void this.load(tag, signal), WAIT_MS);
    }
  }

  private async load(tag: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    try {
      const details = await this.store.details(tag, signal);
      if (!signal.aborted) {
        this.node.replaceChildren(...this.draw(details, signal));
      }
    } catch (error) {
      if (!signal.aborted) {
        const said = error instanceof Error ? error.message : String(error);
        this.node.replaceChildren(h('p', { class: 'bb-Error', attrs: { role: 'alert' } }, said));
      }
    }
  }

  private draw(of: IDetails, signal: AbortSignal): HTMLElement[] {
    const trans = this.trans;
    const sections = [
      this.signature(of),
      pairs(trans.__('params'), of.params),
      pairs(trans.__('metrics'), of.metrics),
      pairs(trans.__('metadata'), of.metadata),
      pairs(
        trans.__('dependencies'),
        of.needs.map(need => [`${need.name} ${need.wanted}`.trim(), need.note])
      ),
      pairs(
        trans.__('files'),
        of.files.map(file => [file.path, size(file.size)])
      )
    ];
    return [this.actions(of, signal), h('h3', { class: 'bb-Tag' }, of.tag), this.facts(of), ...sections.filter(isElement)];
  }

  private actions(of: IDetails, signal: AbortSignal): HTMLElement {
    const trans = this.trans;
    const act = (label: string, command: string, kind?: 'accept', disabled = false) =>
      button(label, () => this.run(command, of.tag), signal, { kind, disabled, ariaLabel: `${label} ${of.tag}` });
    const locked = this.store.place?.may_delete === false;
    return h(
      'div',
      { class: 'bb-Actions', attrs: { role: 'toolbar', 'aria-label': trans.__('Actions for %1', of.tag) } },
      act(trans.__('Insert load code'), 'bentobook:insert-load', 'accept'),
      act(trans.__('Runner'), 'bentobook:insert-runner'),
      act(trans.__('Service'), 'bentobook:insert-service'),
      act(trans.__('Diff'), 'bentobook:diff'),
      act(trans.__('Copy tag'), 'bentobook:copy-tag'),
      act(trans.__('Verify'), 'bentobook:verify'),
      act(trans.__('Export'), 'bentobook:export'),
      act(trans.__('Delete'), 'bentobook:delete', undefined, locked)
    );
  }

  private facts(of: IDetails): HTMLElement {
    const trans = this.trans;
    const runsCode = of.loads.length === 0 || of.loads.some(load => load.runs_code);
    const formats = [...new Set(of.loads.map(load => load.format))].join(', ') || of.module || trans.__('unknown');
    const source = of.claimed ? `${of.source} (${trans.__('claimed, not checked')})` : of.source;
    const metrics = of.metrics.slice(0, METRICS_SHOWN).map(([name, value]) => `${name} ${value}`);
    const list = h('dl', { class: 'bb-Facts' });
    const add = (term: string, ...about: (Node | string)[]) => {
      if (about.some(piece => piece !== '')) {
        list.append(h('dt', {}, term), h('dd', {}, ...about));
      }
    };
    add(trans.__('size'), size(of.size));
    add(trans.__('created'), localTime(of.created));
    add(trans.__('flavors'), of.flavors.join(' · '));
    add(trans.__('from'), source ? h('code', {}, source) : '');
    add(trans.__('run'), [of.run, ...metrics].filter(Boolean).join(' · '));
    add(trans.__('labels'), ...Object.entries(of.labels).map(([key, value]) => chip(`${key}=${value}`)));
    add(
      trans.__('methods'),
      ...of.methods.map(each => chip(each.batchable ? trans.__('%1 · batched', each.name) : each.name))
    );
    add(
      trans.__('loads with'),
      `${formats} `,
      runsCode
        ? h('span', { class: 'bb-Warn' }, trans.__('runs code on load'))
        : h('span', { class: 'bb-Muted' }, trans.__('data only'))
    );
    add(trans.__('digest'), of.digest ? h('code', { title: of.digest }, of.digest.slice(0, DIGEST_SHOWN)) : '');
    add(trans.__('used by'), of.used_by.join(', '));
    return list;
  }

  private signature(of: IDetails): HTMLElement | null {
    const found = of.signature;
    if (!found) {
      return null;
    }
    const optional = this.trans.__('optional');
    const line = (mark: string, column: IColumn): [string, string] => [
      `${mark}${column.name || '·'}`,
      column.required === false ? `${column.type}, ${optional}` : column.type
    ];
    return pairs(
      this.trans.__('signature'),
      [
        ...found.inputs.map(column => line('', column)),
        ...found.params.map(column => line(`${this.trans.__('param')} `, column)),
        ...found.outputs.map(column => line('→ ', column))
      ],
      true
    );
  }
}

function isElement(element: HTMLElement | null): element is HTMLElement {
  return element !== null;
}

function chip(text: string): HTMLElement {
  return h('span', { class: 'bb-Chip' }, text);
}

function pairs(title: string, rows: [string, string][], open = false): HTMLElement | null {
  if (rows.length === 0) {
    return null;
  }
  const body = rows.map(([key, value]) =>
    h('tr', {}, h('th', { attrs: { scope: 'row' } }, key), h('td', {}, value))
  );
  const details = h(
    'details',
    { class: 'bb-Section' },
    h('summary', {}, `${title} `, h('span', { class: 'bb-Muted' }, String(rows.length))),
    h('table', {}, h('tbody', {}, ...body))
  );
  details.open = open;
  return details;
}
