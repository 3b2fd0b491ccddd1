/** The steps through a tracking server: each level gives pages of entries that lead on or name a model. */

import { TranslationBundle } from '@jupyterlab/translation';

import { Api } from './api';
import { localTime } from './format';

export type Level =
  | { kind: 'registered' }
  | { kind: 'versions'; name: string }
  | { kind: 'experiments' }
  | { kind: 'runs'; id: string; name: string }
  | { kind: 'logged'; run: string; name: string };

export interface IPick {
  uri: string;
  name: string;
}

export interface IEntry {
  label: string;
  note: string;
  open?: Level;
  pick?: IPick;
}

export interface IEntries {
  entries: IEntry[];
  next: string | null;
}

export function isSearchable(level: Level): boolean {
  return level.kind === 'registered' || level.kind === 'experiments' || level.kind === 'runs';
}

export function titleOf(level: Level, trans: TranslationBundle): string {
  switch (level.kind) {
    case 'registered':
      return trans.__('Registered models');
    case 'experiments':
      return trans.__('Experiments');
    case 'versions':
    case 'runs':
    case 'logged':
      return level.name;
  }
}

/** Ask for one page of a level. */
export async function entriesOf(
  api: Api,
  level: Level,
  asked: { search: string; token: string | null },
  trans: TranslationBundle,
  signal: AbortSignal
): Promise<IEntries> {
  switch (level.kind) {
    case 'registered': {
      const page = await api.registered(asked, signal);
      const entries = page.items.map(item => ({
        label: item.name,
        note: [
          item.newest ? trans.__('version %1', item.newest) : trans.__('no version'),
          ...item.aliases.map(each => `@${each.alias}`)
        ].join(' · '),
        open: { kind: 'versions', name: item.name } as Level
      }));
      return { entries, next: page.token };
    }
    case 'versions':
      return versions(api, level.name, asked.token, trans, signal);
    case 'experiments': {
      const page = await api.experiments(asked, signal);
      const entries = page.items.map(item => ({
        label: item.name,
        note: item.id,
        open: { kind: 'runs', id: item.id, name: item.name } as Level
      }));
      return { entries, next: page.token };
    }
    case 'runs': {
      const page = await api.runs({ experiment: level.id, ...asked }, signal);
      const entries = page.items.map(item => ({
        label: item.name || item.id,
        note: [localTime(item.started), ...metrics(item.metrics)].join(' · '),
        open: { kind: 'logged', run: item.id, name: item.name || item.id } as Level
      }));
      return { entries, next: page.token };
    }
    case 'logged': {
      const page = await api.logged({ run: level.run }, signal);
      const entries = page.items.map(item => ({
        label: item.name,
        note: item.uri,
        pick: { uri: item.uri, name: item.name }
      }));
      return { entries, next: page.token };
    }
  }
}

async function versions(
  api: Api,
  name: string,
  token: string | null,
  trans: TranslationBundle,
  signal: AbortSignal
): Promise<IEntries> {
  const page = await api.versions({ name, token }, signal);
  const entries: IEntry[] = [];
  for (const item of page.items) {
    const note = [item.stage, localTime(item.created)].filter(Boolean).join(' · ');
    entries.push({ label: trans.__('version %1', item.version), note, pick: { uri: item.uri, name } });
    for (const alias of item.aliases) {
      entries.push({
        label: `@${alias}`,
        note: trans.__('now version %1', item.version),
        pick: { uri: `models:/${name}@${alias}`, name }
      });
    }
  }
  return { entries, next: page.token };
}

function metrics(values: Record<string, number>): string[] {
  return Object.entries(values)
    .slice(0, 3)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
}

/** A name of the store made of any name. */
export function suggestName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^-._a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^[-._]+|[-._]+$/g, '');
}
