/** Make elements. Text only ever becomes a text node, so nothing that a model says can be markup. */

type Child = Node | string | null | undefined | false;

export interface IProps {
  class?: string;
  title?: string;
  attrs?: Record<string, string>;
  on?: Record<string, (event: Event) => void>;
  signal?: AbortSignal;
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: IProps = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (props.class) {
    element.className = props.class;
  }
  if (props.title) {
    element.title = props.title;
  }
  for (const [name, value] of Object.entries(props.attrs ?? {})) {
    element.setAttribute(name, value);
  }
  for (const [type, listener] of Object.entries(props.on ?? {})) {
    element.addEventListener(type, listener, { signal: props.signal });
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

/** A button with Lab's look; `accept` colours it. */
export function button(
  label: string,
  onClick: () => void,
  signal: AbortSignal,
  options: { kind?: 'accept'; title?: string; ariaLabel?: string; disabled?: boolean } = {}
): HTMLButtonElement {
  const kind = options.kind ? ` jp-mod-${options.kind}` : '';
  const element = h(
    'button',
    {
      class: `bb-Button jp-mod-styled${kind}`,
      title: options.title,
      attrs: { type: 'button', ...(options.ariaLabel ? { 'aria-label': options.ariaLabel } : {}) },
      on: { click: onClick },
      signal
    },
    label
  );
  element.disabled = options.disabled ?? false;
  return element;
}

/** A label that stands over its control. */
export function field(label: string, control: HTMLElement): HTMLLabelElement {
  return h('label', { class: 'bb-Field' }, h('span', {}, label), control);
}
