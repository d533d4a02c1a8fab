// Fields on a grid: maps in colours, and curves. Particles: balls where they are.
import {colour, onTheme} from './theme.js';
import {short} from './text.js';

/** Dark blue over green to yellow, light throughout: differences are seen without telling colours apart. */
const STOPS = [[38, 29, 92], [43, 92, 138], [38, 145, 140], [106, 190, 95], [247, 226, 70]];

function paint(share) {
  const at = Math.min(Math.max(share, 0), 1) * (STOPS.length - 1);
  const low = Math.min(Math.floor(at), STOPS.length - 2);
  return [0, 1, 2].map(c => STOPS[low][c] + (at - low) * (STOPS[low + 1][c] - STOPS[low][c]));
}

export class Pictures {
  /** @param fields [{name, shape, offset, particles}] @param samples how many are shown */
  constructor(parent, fields, samples) {
    this.parent = parent;
    this.frames = [];
    this.at = 0;
    this.boxes = [];
    for (let sample = 0; sample < samples; sample++) {
      for (const field of fields) {
        const figure = document.createElement('figure');
        const canvas = document.createElement('canvas');
        canvas.className = field.particles ? 'particles' : field.shape.length === 1 ? 'curve' : 'map';
        canvas.setAttribute('role', 'img');
        canvas.setAttribute('aria-label', `${field.name} of sample ${sample}`);
        const caption = document.createElement('figcaption');
        figure.append(canvas, caption);
        parent.append(figure);
        this.boxes.push({canvas, caption, field, sample});
      }
    }
    onTheme(() => this.draw());
  }

  /** @param frames Float32Arrays [samples, width], the last are the samples */
  show(frames, width) {
    this.frames = frames;
    this.width = width;
    this.draw();
  }

  seek(at) {
    this.at = at;
    this.draw();
  }

  draw() {
    if (this.frames.length === 0) return;
    const frame = this.frames[Math.min(Math.round(this.at), this.frames.length - 1)];
    for (const box of this.boxes) {
      const begin = box.sample * this.width + box.field.offset;
      const size = box.field.shape.reduce((a, b) => a * b, 1);
      const values = frame.subarray(begin, begin + size);
      if (values.length < size) continue;
      if (box.field.particles) {
        box.caption.textContent = `sample ${box.sample}`;
        this.balls(box.canvas, values, box.field.shape);
        continue;
      }
      const low = values.reduce((a, b) => Math.min(a, b), Infinity);
      const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
      box.caption.textContent = `${box.field.name}, sample ${box.sample}: ${short(low)} to ${short(high)}`;
      if (box.field.shape.length === 1) this.curve(box.canvas, values, low, high);
      else this.map(box.canvas, values, box.field.shape, low, high);
    }
  }

  map(canvas, values, [rows, columns], low, high) {
    canvas.width = columns;
    canvas.height = rows;
    const g = canvas.getContext('2d');
    const image = g.createImageData(columns, rows);
    values.forEach((value, i) => {
      image.data.set([...paint((value - low) / (high - low || 1)), 255], 4 * i);
    });
    g.putImageData(image, 0, 0);
  }

  /** Particles in a plane, or in space seen along z: what is nearer is larger. */
  balls(canvas, values, [particles, axes]) {
    const size = canvas.width = canvas.height = 460;
    // As far as the samples reach: the way from noise has the same scale.
    const reach = this.frames.at(-1).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9) * 1.15;
    const g = canvas.getContext('2d');
    g.fillStyle = colour('accent');
    g.strokeStyle = colour('card');
    g.lineWidth = 2;
    const at = (i, axis) => axis < axes ? values[i * axes + axis] / reach : 0;
    const order = Array.from({length: particles}, (_, i) => i).sort((a, b) => at(a, 2) - at(b, 2));
    for (const i of order) {
      g.beginPath();
      g.arc(size / 2 * (1 + at(i, 0)), size / 2 * (1 - at(i, 1)), 15 * (1 + 0.5 * at(i, 2)), 0, 2 * Math.PI);
      g.fill();
      g.stroke();
    }
  }

  curve(canvas, values, low, high) {
    canvas.width = 600;
    canvas.height = 260;
    const g = canvas.getContext('2d');
    g.strokeStyle = colour('accent');
    g.lineWidth = 3;
    g.beginPath();
    values.forEach((value, i) => g.lineTo(i / Math.max(1, values.length - 1) * 600, 250 - (value - low) / (high - low || 1) * 240));
    g.stroke();
  }
}
