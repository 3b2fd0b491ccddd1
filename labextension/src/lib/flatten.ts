/** From lists to the rows of the tree: names, their versions, Bentos and the models that they use. */

import { IFilter, isEmpty, matches } from './filter';
import { nameOf } from './format';
import { IBento, IModelRow, IProblem } from './types';

interface IPlaced {
  key: string;
  level: number;
  position: number;
  setSize: number;
}

export type TreeRow = IPlaced &
  (
    | { kind: 'name'; name: string; count: number; open: boolean }
    | { kind: 'version'; model: IModelRow; latest: boolean }
    | { kind: 'problem'; problem: IProblem }
    | { kind: 'bentos'; count: number; open: boolean }
    | { kind: 'bento'; bento: IBento; open: boolean }
    | { kind: 'uses'; tag: string; known: boolean }
  );

export interface IContent {
  models: IModelRow[];
  bentos: IBento[];
  problems: IProblem[];
}

export const BENTOS_KEY = 'bentos';

export function flatten(content: IContent, filter: IFilter, isOpen: (key: string) => boolean): TreeRow[] {
  const groups = grouped(content.models, filter);
  const forced = !isEmpty(filter);
  const tops = groups.size + content.problems.length + (content.bentos.length ? 1 : 0);
  const rows: TreeRow[] = [];
  let position = 0;
  const top = (key: string) => ({ key, level: 1, position: (position += 1), setSize: tops });
  for (const [name, models] of groups) {
    const open = forced || isOpen(`name ${name}`);
    rows.push({ ...top(`name ${name}`), kind: 'name', name, count: models.length, open });
    if (open) {
      addVersions(rows, models, forced);
    }
  }
  for (const problem of content.problems) {
    rows.push({ ...top(`problem ${problem.what}`), kind: 'problem', problem });
  }
  if (content.bentos.length) {
    const open = isOpen(BENTOS_KEY);
    rows.push({ ...top(BENTOS_KEY), kind: 'bentos', count: content.bentos.length, open });
    if (open) {
      addBentos(rows, content, isOpen);
    }
  }
  return rows;
}

function grouped(models: IModelRow[], filter: IFilter): Map<string, IModelRow[]> {
  const all = isEmpty(filter);
  const groups = new Map<string, IModelRow[]>();
  for (const model of models) {
    if (all || matches(model, filter)) {
      const name = nameOf(model.tag);
      const group = groups.get(name);
      if (group) {
        group.push(model);
      } else {
        groups.set(name, [model]);
      }
    }
  }
  return groups;
}

function addVersions(rows: TreeRow[], models: IModelRow[], filtered: boolean): void {
  models.forEach((model, at) => {
    const place = { key: model.tag, level: 2, position: at + 1, setSize: models.length };
    rows.push({ ...place, kind: 'version', model, latest: at === 0 && !filtered });
  });
}

function addBentos(rows: TreeRow[], content: IContent, isOpen: (key: string) => boolean): void {
  const known = new Set(content.models.map(model => model.tag));
  content.bentos.forEach((bento, at) => {
    const key = `bento ${bento.tag}`;
    const open = isOpen(key);
    const place = { key, level: 2, position: at + 1, setSize: content.bentos.length };
    rows.push({ ...place, kind: 'bento', bento, open });
    if (open) {
      bento.models.forEach((tag, n) => {
        const inner = { key: `${key} ${tag}`, level: 3, position: n + 1, setSize: bento.models.length };
        rows.push({ ...inner, kind: 'uses', tag, known: known.has(tag) });
      });
    }
  });
}
