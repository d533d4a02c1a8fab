// Molecules and crystals in space, some beside each other, drawn by 3Dmol.js and turned by hand.
import {colour, onTheme} from './theme.js';

/** Of molecules 3Dmol.js leaves much room around; cells reach to the edge. */
const ZOOM = {molecule: 1.35, crystal: 1.2};

function script(name) {
  return new Promise((loaded, failed) => {
    const element = document.createElement('script');
    element.src = name;
    element.addEventListener('load', loaded);
    element.addEventListener('error', () => failed(new Error(name + ' cannot be loaded')));
    document.head.append(element);
  });
}

/** The library is large: only pages that need it load it. */
let library;
const load = () => library ??= script('3Dmol.js').then(() => script('structure.js'));

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
    if (this.fails) return;
    try {
      await load();
      for (let i = 0; i < this.count; i++) this.open(view(i));
    } catch (wrong) {
      this.fails = true;
      this.place.textContent = `This browser cannot show structures: ${wrong?.message || 'it has no WebGL'}.`;
      return;
    }
    this.frames = frames;
    this.drawn = undefined;
    const last = frames.at(-1);
    for (let i = 0; i < this.count; i++) {
      const {viewer, figure} = view(i);
      figure.hidden = i >= last.length;
      globalThis.drawStructure(viewer, last[i]);
      // The whole way has the size of its end, and whoever has turned one sees the next from the same side.
      viewer.zoomTo();
      viewer.zoom(last[i]?.edges.length > 0 ? ZOOM.crystal : ZOOM.molecule);
    }
    this.names(frames);
    this.draw();
  }

  open(one) {
    if (one.viewer) return;
    one.viewer = globalThis.$3Dmol.createViewer(one.box, {backgroundColor: colour('card'), antialias: true});
    if (!one.viewer) throw new Error('it has no WebGL');
    new ResizeObserver(() => one.viewer.resize()).observe(one.box);
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
      globalThis.drawStructure(one.viewer, structure);
      one.viewer.render();
      one.name.textContent = structure.caption;
      one.note.textContent = structure.note;
      one.box.setAttribute('aria-label', `${structure.caption} ${structure.note}`);
    });
  }

  /** In other colours of the page. */
  paint() {
    for (const one of views) one.viewer?.setBackgroundColor(colour('card')).render();
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
