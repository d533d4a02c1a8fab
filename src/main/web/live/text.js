// Numbers and elements.

export const element = id => document.getElementById(id);

/** A number in few digits. */
export function short(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '-';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(2);
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  return Number(value.toPrecision(3)).toString();
}

export const whole = value => Math.round(value).toLocaleString('en');

/** How long something takes. */
export function duration(seconds) {
  if (seconds < 1) return Math.round(seconds * 1000) + ' ms';
  if (seconds < 120) return short(seconds) + ' s';
  if (seconds < 7200) return Math.round(seconds / 60) + ' min';
  return Math.floor(seconds / 3600) + ' h ' + Math.round(seconds % 3600 / 60) + ' min';
}

/** Shows pairs of a name and a value, the value large. */
export function figures(parent, pairs) {
  parent.replaceChildren(...pairs.map(([name, value]) => {
    const box = document.createElement('div');
    const large = document.createElement('b');
    large.textContent = value;
    const small = document.createElement('span');
    small.textContent = name;
    box.append(large, small);
    return box;
  }));
}

export function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, text, off]) => {
    const option = document.createElement('option');
    option.value = value;
    option.textContent = text;
    option.disabled = Boolean(off);
    option.selected = value === chosen;
    return option;
  }));
}

export function message(id, text) {
  element(id).textContent = text;
  element(id).hidden = !text;
}

/** Posts a request; fails with the reason that the program gives, and the field that is wrong where it is one. */
export async function post(name, body) {
  const answer = await fetch(name, {method: 'POST', body: JSON.stringify(body ?? {})});
  const tree = await answer.json();
  if (!answer.ok || tree.error) throw Object.assign(new Error(tree.error), {field: tree.field});
  return tree;
}

/** What the program answers; null where it no longer has it. */
export async function get(address) {
  const answer = await fetch(address);
  return answer.ok ? answer.json() : null;
}

/** Numbers of samples, as the program sends them: float32. */
export async function numbers(address) {
  const answer = await fetch(address);
  if (!answer.ok) return null;
  return new Float32Array(await answer.arrayBuffer());
}
