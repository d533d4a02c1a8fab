// Colours of the style sheet, for what is drawn on canvases.

export const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

const redraws = new Set();

/** Calls when light and dark change. */
export const onTheme = redraw => redraws.add(redraw);

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => redraws.forEach(redraw => redraw()));

/** Round numbers between two. */
export function ticks(low, high, about) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(times => times * power).find(candidate => candidate >= rough);
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) found.push(Number(tick.toPrecision(8)));
  return found;
}
