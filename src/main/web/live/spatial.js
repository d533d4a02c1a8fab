// A structure in space, drawn by 3Dmol.js and turned by hand. It needs WebGL.
import {colour} from './theme.js';

/** Of molecules 3Dmol.js leaves much room around; cells reach to the edge. */
const ZOOM = {molecule: 1.35, crystal: 1.2};

let known;

/** Whether this browser draws in space. */
export function drawsInSpace() {
  if (known === undefined) {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('webgl2') ?? canvas.getContext('webgl');
    known = context !== null;
    // Browsers have few contexts: this one is given back.
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return known;
}

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
export const loadSpace = () => library ??= script('3Dmol.js').then(() => script('structure.js'));

export class Spatial {
  constructor(box) {
    this.viewer = globalThis.$3Dmol.createViewer(box, {backgroundColor: colour('card'), antialias: true});
    if (!this.viewer) throw new Error('no WebGL');
    new ResizeObserver(() => this.viewer.resize()).observe(box);
  }

  /** Takes its distance for a structure. Whoever has turned the one before sees this one from the same side. */
  fit(structure) {
    globalThis.drawStructure(this.viewer, structure);
    this.viewer.zoomTo();
    this.viewer.zoom(structure?.edges.length > 0 ? ZOOM.crystal : ZOOM.molecule);
  }

  draw(structure) {
    globalThis.drawStructure(this.viewer, structure);
    this.viewer.render();
  }

  /** In other colours of the page. */
  paint() {
    this.viewer.setBackgroundColor(colour('card')).render();
  }
}
