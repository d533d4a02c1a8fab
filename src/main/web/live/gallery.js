// Molecules and crystals, some beside each other: in space and turned by hand, or flat where the browser has no WebGL.
import {Flat} from './flat.js';
import {Spatial, drawsInSpace, loadSpace} from './spatial.js';
import {onTheme} from './theme.js';

/** Every view is a context of WebGL, of which browsers have few: they are used again. */
const views = [];

function view(number) {
  if (views[number]) return views[number];
  const figure = document.createElement('figure');
  const box = document.createElement('div');
  box.className = 'structure';
  box.setAttribute('role', 'img');
  const caption = document.createElement('figcaption');
  const name = document.createElement('b');
  const note = document.createElement('span');
  caption.append(name, ' ', note);
  figure.append(box, caption);
  return views[number] = {figure, box, name, note};
}

/** What draws in a box. A browser may give no further context of WebGL. */
function painter(box) {
  try {
    if (drawsInSpace()) return new Spatial(box);
  } catch {
    box.replaceChildren();
  }
  return new Flat(box);
}

export class Gallery {
  /** @param count how many structures are shown at once */
  constructor(parent, count) {
    this.count = count;
    this.frames = [];
    this.at = 0;
    this.place = document.createElement('div');
    this.place.className = 'gallery';
    this.legend = document.createElement('p');
    this.legend.className = 'legend';
    for (let i = 0; i < count; i++) this.place.append(view(i).figure);
    parent.append(this.place, this.legend);
    onTheme(() => this.paint());
  }

  /** Takes structures: frames[moment][number], the last moment is what the samples are. Loads what draws them first. */
  async show(frames) {
    if (drawsInSpace()) await loadSpace();
    this.frames = frames;
    this.drawn = undefined;
    const last = frames.at(-1);
    for (let i = 0; i < this.count; i++) {
      const one = view(i);
      one.figure.hidden = i >= last.length;
      one.painter ??= painter(one.box);
      // The whole way has the size of its end.
      one.painter.fit(last[i]);
    }
    this.names(frames);
    this.draw();
  }

  seek(at) {
    this.at = at;
    this.draw();
  }

  draw() {
    if (this.frames.length === 0) return;
    const number = Math.min(Math.round(this.at), this.frames.length - 1);
    if (number === this.drawn) return;
    this.drawn = number;
    this.frames[number].forEach((structure, i) => {
      const one = view(i);
      one.painter.draw(structure);
      one.name.textContent = structure.caption;
      one.note.textContent = structure.note;
      one.box.setAttribute('aria-label', `${structure.caption} ${structure.note}`);
    });
  }

  /** In other colours of the page. */
  paint() {
    for (const one of views) one.painter?.paint();
  }

  /** Which colour is which element. */
  names(frames) {
    const elements = Object.assign({}, ...frames.flat().map(structure => structure.elements));
    this.legend.replaceChildren(...Object.entries(elements).sort().map(([symbol, look]) => {
      const entry = document.createElement('span');
      const dot = document.createElement('i');
      dot.style.background = look.colour;
      entry.append(dot, symbol);
      return entry;
    }));
  }
}
