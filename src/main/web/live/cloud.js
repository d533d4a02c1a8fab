// Points in the plane on a canvas, that move from noise to samples.
import {colour, onTheme, ticks} from './theme.js';

const LEFT = 46;
const BOTTOM = 40;
const TOP = 10;
const RIGHT = 12;

/** Squares a pixel wide are drawn without the overhead of shapes: a hundred thousand take some milliseconds. */
export class Cloud {
  constructor(canvas) {
    this.canvas = canvas;
    this.data = new Float32Array(0);
    this.frames = [];
    this.labels = ['x', 'y'];
    this.at = 0;
    new ResizeObserver(() => this.paint()).observe(canvas);
    onTheme(() => this.paint());
  }

  /** @param data [x0, y0, x1, y1, ...] of the training */
  setData(data) {
    this.data = data;
    this.paint();
  }

  /** @param frames arrays as of data, the last are the samples */
  show(frames, labels) {
    this.frames = frames;
    this.labels = labels;
    this.bound();
    this.paint();
  }

  /** @param at number of a frame, between two the points are between them */
  seek(at) {
    this.at = at;
    this.paint();
  }

  /** The room of the data and of nearly all samples and noise; kept while it still fits, so that the picture stands still. */
  bound() {
    const last = this.frames.at(-1) ?? new Float32Array(0);
    const room = [0, 1].map(c => {
      const ends = [];
      for (const [points, cut] of [[this.data, 0], [last, 0.01], [this.frames[0] ?? last, 0.02]]) {
        const values = points.filter((value, i) => i % 2 === c && Number.isFinite(value)).sort();
        if (values.length > 0) {
          ends.push(values[Math.floor(cut * (values.length - 1))], values[Math.ceil((1 - cut) * (values.length - 1))]);
        }
      }
      return ends.length > 0 ? [Math.min(...ends), Math.max(...ends)] : [-1, 1];
    });
    if (this.data.length > 0) {
      // Samples far away would make a dot of all others.
      const extent = [0, 1].map(c => this.data.filter((value, i) => i % 2 === c)).map(all => [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))]);
      const most = 1.5 * Math.max(...extent.map(([low, high]) => high - low)) || 1;
      extent.forEach(([low, high], c) => { room[c] = [Math.max(room[c][0], low - most), Math.min(room[c][1], high + most)]; });
    }
    const half = 0.54 * Math.max(1e-9, ...room.map(([low, high]) => high - low));
    const wanted = room.map(([low, high]) => (low + high) / 2);
    const fits = this.half && half <= this.half && half > 0.5 * this.half
      && wanted.every((middle, c) => Math.abs(middle - this.middle[c]) + half <= 1.1 * this.half);
    if (!fits) {
      this.half = 1.05 * half;
      this.middle = wanted;
    }
  }

  paint() {
    const canvas = this.canvas;
    const width = canvas.clientWidth;
    if (width === 0) return;
    const height = Math.min(width, 560);
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.style.height = height + 'px';
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const g = canvas.getContext('2d');
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    if (!this.half) this.bound();
    const scale = Math.min(width - LEFT - RIGHT, height - TOP - BOTTOM) / (2 * this.half);
    const spanX = (width - LEFT - RIGHT) / scale;
    const spanY = (height - TOP - BOTTOM) / scale;
    this.x = v => LEFT + (v - this.middle[0] + spanX / 2) * scale;
    this.y = v => height - BOTTOM - (v - this.middle[1] + spanY / 2) * scale;
    this.axes(g, width, height, spanX, spanY);
    g.save();
    g.beginPath();
    g.rect(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM);
    g.clip();
    this.dots(g, this.data, this.data, 0, colour('data'), 2);
    if (this.frames.length > 0) {
      const from = Math.min(Math.floor(this.at), this.frames.length - 1);
      const to = Math.min(from + 1, this.frames.length - 1);
      const size = this.frames[from].length > 20000 ? 1.5 : 3;
      this.dots(g, this.frames[from], this.frames[to], this.at - from, colour('accent'), size);
    }
    g.restore();
    this.outside = this.beyond(width, height);
  }

  /** How many of the samples are not in the picture. */
  beyond(width, height) {
    const last = this.frames.at(-1) ?? [];
    let count = 0;
    for (let i = 0; i + 1 < last.length; i += 2) {
      const [x, y] = [this.x(last[i]), this.y(last[i + 1])];
      if (!(x >= LEFT && x <= width - RIGHT && y >= TOP && y <= height - BOTTOM)) count++;
    }
    return count;
  }

  dots(g, from, to, share, fill, size) {
    g.fillStyle = fill;
    g.globalAlpha = from.length > 10000 ? 0.5 : 0.75;
    for (let i = 0; i + 1 < from.length; i += 2) {
      const x = from[i] + share * (to[i] - from[i]);
      const y = from[i + 1] + share * (to[i + 1] - from[i + 1]);
      g.fillRect(this.x(x) - size / 2, this.y(y) - size / 2, size, size);
    }
    g.globalAlpha = 1;
  }

  axes(g, width, height, spanX, spanY) {
    g.strokeStyle = colour('line');
    g.fillStyle = colour('soft');
    g.font = '12px system-ui, sans-serif';
    g.lineWidth = 1;
    g.textAlign = 'center';
    for (const tick of ticks(this.middle[0] - spanX / 2, this.middle[0] + spanX / 2, Math.max(3, width / 110))) {
      const at = this.x(tick);
      g.strokeRect(at, TOP, 0, height - TOP - BOTTOM);
      g.fillText(String(tick).replace('-', '\u2212'), at, height - BOTTOM + 15);
    }
    g.textAlign = 'right';
    for (const tick of ticks(this.middle[1] - spanY / 2, this.middle[1] + spanY / 2, Math.max(3, height / 90))) {
      const at = this.y(tick);
      g.strokeRect(LEFT, at, width - LEFT - RIGHT, 0);
      g.fillText(String(tick).replace('-', '\u2212'), LEFT - 6, at + 4);
    }
    g.fillStyle = colour('ink');
    g.textAlign = 'center';
    g.fillText(this.labels[0], (LEFT + width - RIGHT) / 2, height - 6);
    g.save();
    g.translate(11, (height - BOTTOM + TOP) / 2);
    g.rotate(-Math.PI / 2);
    g.fillText(this.labels[1], 0, 0);
    g.restore();
  }
}
