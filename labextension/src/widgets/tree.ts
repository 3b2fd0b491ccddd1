/**
 * A tree of which only the rows in view are elements, so that ten thousand versions scroll like ten.
 *
 * The focus stays on the tree; `aria-activedescendant` names the row, which is always in view then.
 */

import { TreeRow } from '../lib/flatten';

import { h } from '../lib/dom';

export const ROW_HEIGHT = 24;
const OVERSCAN = 8;

export interface ITreeActions {
  draw: (row: TreeRow, element: HTMLElement) => void;
  toggle: (row: TreeRow, open: boolean) => void;
  choose: (row: TreeRow) => void;
  act: (row: TreeRow) => void;
  remove: (row: TreeRow) => void;
}

export class Tree {
  readonly node: HTMLDivElement;
  private readonly canvas: HTMLDivElement;
  private rows: TreeRow[] = [];
  private active = -1;
  private activeKey: string | null = null;
  private drawnFrom = -1;
  private drawnTo = -1;

  constructor(
    label: string,
    private readonly actions: ITreeActions,
    signal: AbortSignal
  ) {
    this.canvas = h('div', { class: 'bb-Tree-canvas', attrs: { role: 'presentation' } });
    this.node = h(
      'div',
      { class: 'bb-Tree', attrs: { role: 'tree', tabindex: '0', 'aria-label': label } },
      this.canvas
    );
    this.node.addEventListener('scroll', () => this.paint(false), { signal, passive: true });
    this.node.addEventListener('keydown', event => this.onKey(event), { signal });
    this.node.addEventListener('click', event => this.onClick(event), { signal });
    this.node.addEventListener('dblclick', event => this.onDoubleClick(event), { signal });
    this.node.addEventListener('contextmenu', event => this.onContextMenu(event), { signal });
    const sizes = new ResizeObserver(() => this.paint(false));
    sizes.observe(this.node);
    signal.addEventListener('abort', () => sizes.disconnect());
  }

  setRows(rows: TreeRow[]): void {
    this.rows = rows;
    this.active = this.activeKey === null ? -1 : rows.findIndex(row => row.key === this.activeKey);
    this.canvas.style.height = `${rows.length * ROW_HEIGHT}px`;
    this.paint(true);
  }

  /** Make a row the active one and bring it into view. */
  show(key: string): void {
    const at = this.rows.findIndex(row => row.key === key);
    if (at >= 0) {
      this.moveTo(at, false);
    }
  }

  private paint(force: boolean): void {
    const first = Math.floor(this.node.scrollTop / ROW_HEIGHT);
    const from = Math.max(0, first - OVERSCAN);
    const to = Math.min(this.rows.length, first + Math.ceil(this.node.clientHeight / ROW_HEIGHT) + OVERSCAN);
    if (!force && from === this.drawnFrom && to === this.drawnTo) {
      return;
    }
    [this.drawnFrom, this.drawnTo] = [from, to];
    this.canvas.replaceChildren(...this.rows.slice(from, to).map((row, n) => this.element(row, from + n)));
    this.node.setAttribute('aria-activedescendant', this.active >= from && this.active < to ? id(this.active) : '');
  }

  private element(row: TreeRow, at: number): HTMLElement {
    const element = h('div', {
      class: `bb-Row bb-Row-${row.kind}`,
      attrs: {
        id: id(at),
        role: 'treeitem',
        'aria-level': String(row.level),
        'aria-posinset': String(row.position),
        'aria-setsize': String(row.setSize),
        'aria-selected': String(at === this.active)
      }
    });
    element.style.top = `${at * ROW_HEIGHT}px`;
    if ('open' in row) {
      element.setAttribute('aria-expanded', String(row.open));
    }
    this.actions.draw(row, element);
    return element;
  }

  private moveTo(at: number, choose: boolean): void {
    if (at < 0 || at >= this.rows.length) {
      return;
    }
    this.active = at;
    this.activeKey = this.rows[at].key;
    const top = at * ROW_HEIGHT;
    if (top < this.node.scrollTop) {
      this.node.scrollTop = top;
    } else if (top + ROW_HEIGHT > this.node.scrollTop + this.node.clientHeight) {
      this.node.scrollTop = top + ROW_HEIGHT - this.node.clientHeight;
    }
    this.paint(true);
    if (choose) {
      this.actions.choose(this.rows[at]);
    }
  }

  private onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.node.clientHeight / ROW_HEIGHT) - 1);
    const row: TreeRow | undefined = this.rows[this.active];
    const steps: Record<string, () => void> = {
      ArrowDown: () => this.moveTo(Math.min(this.active + 1, this.rows.length - 1), true),
      ArrowUp: () => this.moveTo(Math.max(this.active - 1, 0), true),
      PageDown: () => this.moveTo(Math.min(this.active + page, this.rows.length - 1), true),
      PageUp: () => this.moveTo(Math.max(this.active - page, 0), true),
      Home: () => this.moveTo(0, true),
      End: () => this.moveTo(this.rows.length - 1, true),
      ArrowRight: () => this.right(row),
      ArrowLeft: () => this.left(row),
      Enter: () => row && ('open' in row ? this.actions.toggle(row, !row.open) : this.actions.act(row)),
      ' ': () => row && 'open' in row && this.actions.toggle(row, !row.open),
      Delete: () => row && this.actions.remove(row)
    };
    const step = steps[event.key];
    if (step && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      step();
    }
  }

  private right(row: TreeRow | undefined): void {
    if (row && 'open' in row && !row.open) {
      this.actions.toggle(row, true);
    } else if (row && 'open' in row) {
      this.moveTo(this.active + 1, true);
    }
  }

  private left(row: TreeRow | undefined): void {
    if (row && 'open' in row && row.open) {
      this.actions.toggle(row, false);
    } else if (row && row.level > 1) {
      let at = this.active;
      while (at > 0 && this.rows[at].level >= row.level) {
        at -= 1;
      }
      this.moveTo(at, true);
    }
  }

  private at(event: Event): number {
    const element = (event.target as HTMLElement).closest<HTMLElement>('.bb-Row');
    return element ? Number(element.id.slice(element.id.lastIndexOf('-') + 1)) : -1;
  }

  private onClick(event: MouseEvent): void {
    const at = this.at(event);
    const row: TreeRow | undefined = this.rows[at];
    if (!row) {
      return;
    }
    this.moveTo(at, true);
    if ('open' in row) {
      this.actions.toggle(row, !row.open);
    }
  }

  private onDoubleClick(event: MouseEvent): void {
    const row: TreeRow | undefined = this.rows[this.at(event)];
    if (row && !('open' in row)) {
      this.actions.act(row);
    }
  }

  /** The menu is about the row under the pointer, so that row is chosen first. */
  private onContextMenu(event: MouseEvent): void {
    this.moveTo(this.at(event), true);
  }
}

function id(at: number): string {
  return `bentobook-store-row-${at}`;
}
