/** The code that is put into a notebook. Tags hold no quotes, and they are written as JSON all the same. */

import { nameOf } from './format';

export type Snippet = 'load' | 'runner' | 'service';

export function snippet(kind: Snippet, tag: string): string {
  const quoted = JSON.stringify(tag);
  const model = `bentobook.models.get(${quoted})`;
  switch (kind) {
    case 'load':
      return `import bentobook\n\nmodel = ${model}.load_model()\nmodel`;
    case 'runner':
      return `import bentobook\n\nrunner = ${model}.to_runner()\nrunner.init_local()`;
    case 'service':
      return `%load_ext bentobook\n%bento_service ${variable(nameOf(tag))}_svc --model ${tag}`;
  }
}

export function diffSnippet(left: string, right: string): string {
  const get = (tag: string) => `bentobook.models.get(${JSON.stringify(tag)})`;
  return `import bentobook\n\n${get(left)}.diff(${get(right)})`;
}

/** A name of the store as the name of a Python variable. */
export function variable(name: string): string {
  const kept = name.replace(/[^a-z0-9_]/g, '_');
  return /^[0-9]/.test(kept) ? `m_${kept}` : kept;
}
