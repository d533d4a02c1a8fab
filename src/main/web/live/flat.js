// A structure seen from one side, on a flat canvas: for browsers without WebGL.
import {colour} from './theme.js';

/** Axes a, b and c of a cell, as structure.js has them. */
const AXES = ['#c8372d', '#2e8b3d', '#2f5fc4'];
const BOND = 0.13;
const ROOM = 0.88;

export class Flat {
  constructor(box) {
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'flat';
    box.append(this.canvas);
    this.middle = [0, 0];
    this.reach = 1;
    new ResizeObserver(() => this.paint()).observe(box);
  }

  /** Takes its distance for a structure. */
  fit(structure) {
    const points = [
      ...(structure?.atoms ?? []).map(([symbol, x, y]) => [x, y, structure.elements[symbol].radius]),
      ...(structure?.edges ?? []).flatMap(([x, y, , toX, toY]) => [[x, y, 0], [toX, toY, 0]])];
    if (points.length === 0) return;
    const ends = axis => [
      Math.min(...points.map(point => point[axis] - point[2])), Math.max(...points.map(point => point[axis] + point[2]))];
    const [across, up] = [ends(0), ends(1)];
    this.middle = [(across[0] + across[1]) / 2, (up[0] + up[1]) / 2];
    this.reach = Math.max(across[1] - across[0], up[1] - up[0]) / 2;
  }

  draw(structure) {
    this.structure = structure;
    this.paint();
  }

  paint() {
    const ratio = globalThis.devicePixelRatio || 1;
    const [width, height] = [this.canvas.width, this.canvas.height] = [this.canvas.clientWidth * ratio, this.canvas.clientHeight * ratio];
    if (!this.structure || width === 0) return;
    const {atoms, bonds, edges, elements} = this.structure;
    const unit = ROOM * Math.min(width, height) / 2 / this.reach;
    const g = this.canvas.getContext('2d');
    const at = ([x, y]) => [width / 2 + (x - this.middle[0]) * unit, height / 2 - (y - this.middle[1]) * unit];
    const line = (from, to, thick, tone) => {
      g.strokeStyle = tone;
      g.lineWidth = thick;
      g.beginPath();
      g.moveTo(...at(from));
      g.lineTo(...at(to));
      g.stroke();
    };
    // What is further away is drawn first.
    const parts = edges.map(([x, y, z, toX, toY, toZ, axis]) => (
      [(z + toZ) / 2, () => line([x, y], [toX, toY], 1.5 * ratio, axis < 0 ? colour('soft') : AXES[axis])]));
    for (const [first, second] of bonds) {
      const half = [1, 2, 3].map(axis => (atoms[first][axis] + atoms[second][axis]) / 2);
      for (const [symbol, ...place] of [atoms[first], atoms[second]]) {
        // Each half in the colour of its atom, from the surface of its ball on.
        const inside = Math.min(1, elements[symbol].radius / Math.hypot(...half.map((value, axis) => value - place[axis])));
        const from = place.map((value, axis) => value + inside * (half[axis] - value));
        parts.push([(from[2] + half[2]) / 2, () => {
          line(from, half, 2 * BOND * unit + 2 * ratio, colour('soft'));
          line(from, half, 2 * BOND * unit, elements[symbol].colour);
        }]);
      }
    }
    for (const [symbol, x, y, z] of atoms) {
      parts.push([z, () => {
        g.fillStyle = elements[symbol].colour;
        g.strokeStyle = colour('soft');
        g.lineWidth = ratio;
        g.beginPath();
        g.arc(...at([x, y]), elements[symbol].radius * unit, 0, 2 * Math.PI);
        g.fill();
        g.stroke();
      }]);
    }
    parts.sort((one, other) => one[0] - other[0]).forEach(([, draw]) => draw());
  }
}
