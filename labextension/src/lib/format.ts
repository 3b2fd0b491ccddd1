/** Sizes and times for people, as the cards in a notebook write them. */

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

export function size(bytes: number | null): string {
  if (bytes === null) {
    return '';
  }
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(value < 10 ? 2 : 1)} ${UNITS[unit]}`;
}

/** How long ago something was, in one unit. */
export function ago(iso: string, now = Date.now()): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60000);
  if (!(minutes >= 1)) {
    return 'now';
  }
  if (minutes < 60) {
    return `${minutes} min`;
  }
  return minutes < 1440 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

export function localTime(moment: string | number): string {
  return new Date(moment).toLocaleString();
}

export function nameOf(tag: string): string {
  return tag.slice(0, tag.indexOf(':'));
}

export function versionOf(tag: string): string {
  return tag.slice(tag.indexOf(':') + 1);
}
