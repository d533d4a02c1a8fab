// Where samples are shown on their way from noise: a cloud of points of two components, pictures of fields, or structures in space.
import {Cloud} from './cloud.js';
import {Gallery} from './gallery.js';
import {Pictures} from './pictures.js';
import {drawsInSpace} from './spatial.js';
import {get, numbers, options, short} from './text.js';

const SECONDS = 1.8;
const PICTURES = 6;

export class Stage {
  /** @param model what the program says of the model @param still whether there is no way from noise */
  constructor(parent, model, still = false) {
    this.model = model;
    this.still = still;
    this.fields = model.fields.length > 0;
    parent.replaceChildren();
    this.controls = document.createElement('div');
    this.controls.className = 'row';
    if (model.structures) {
      this.view = new Gallery(parent, PICTURES);
    } else if (this.fields) {
      const box = document.createElement('div');
      box.className = model.fields.every(field => field.particles) ? 'gallery' : 'pictures';
      parent.append(box);
      this.view = new Pictures(box, model.fields, Math.max(1, Math.floor(PICTURES / model.fields.length)));
    } else {
      const canvas = document.createElement('canvas');
      canvas.className = 'cloud';
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', 'samples as points in the plane');
      parent.append(canvas);
      this.view = new Cloud(canvas);
      this.choose();
    }
    if (!still) this.way();
    if (model.structures) this.pages();
    parent.append(this.controls);
    if (this.pager) parent.append(this.pager);
    this.loadData();
  }

  /** Which components are across and up. */
  choose() {
    this.axes = [0, Math.min(1, this.model.dimension - 1)];
    if (this.model.dimension <= 2) return;
    ['across', 'up'].forEach((name, c) => {
      const label = document.createElement('label');
      const select = document.createElement('select');
      options(select, this.model.components.map((component, i) => [String(i), component]), String(this.axes[c]));
      select.addEventListener('change', async () => {
        this.axes[c] = Number(select.value);
        this.view.half = undefined;
        await this.loadData();
        if (this.draw) this.show(this.draw, false);
      });
      label.append(name + ' ', select);
      this.controls.append(label);
    });
  }

  /** A slider from noise to samples. */
  way() {
    this.slider = document.createElement('input');
    Object.assign(this.slider, {type: 'range', min: 0, max: 1, step: 0.001, value: 1});
    this.slider.setAttribute('aria-label', 'from noise to samples');
    this.slider.style.flex = '1 1 180px';
    this.slider.style.width = 'auto';
    this.play = document.createElement('button');
    this.play.textContent = 'Play';
    this.play.addEventListener('click', () => this.run());
    this.slider.addEventListener('input', () => { this.start = 0; this.seek(Number(this.slider.value)); });
    this.time = document.createElement('span');
    this.time.className = 'soft';
    this.controls.append(this.play, this.slider, this.time);
  }

  /** Which structures are shown: samples or those of the training, and the first of them. */
  pages() {
    this.from = 0;
    const button = (text, by) => {
      const made = document.createElement('button');
      made.textContent = text;
      made.addEventListener('click', () => this.turn(by));
      return made;
    };
    this.range = document.createElement('span');
    this.range.className = 'soft';
    this.of = document.createElement('select');
    this.of.setAttribute('aria-label', 'which structures');
    options(this.of, [['samples', 'samples'], ['training', 'of the training']], 'samples');
    this.of.addEventListener('change', () => { this.from = 0; this.turn(0); });
    this.previous = button('Previous', -PICTURES);
    this.next = button('Next', PICTURES);
    this.pager = document.createElement('div');
    this.pager.className = 'row';
    this.pager.append(this.of, this.previous, this.range, this.next);
  }

  async turn(by) {
    this.from += by;
    if (this.draw) await this.show(this.draw, false).catch(() => { this.range.textContent = 'The program does not answer.'; });
  }

  /** Structures at some moments of a draw. @return whether they could be fetched */
  async structures(draw) {
    const training = this.of.value === 'training';
    const told = await get(`structures?id=${training ? 0 : draw.id}&from=${this.from}&count=${PICTURES}`);
    if (!told || (this.draw && draw.id < this.draw.id)) return false;
    if (this.from >= told.all && this.from > 0) {
      this.from = 0;
      return this.structures(draw);
    }
    this.previous.disabled = this.from === 0;
    this.next.disabled = this.from + PICTURES >= told.all;
    this.range.textContent = `${this.from + 1} to ${Math.min(this.from + PICTURES, told.all)} of ${told.all}`;
    this.frames = told.frames.length;
    await this.view.show(told.frames);
    return true;
  }

  get one() { return this.model.dimension === 1; }

  get query() {
    if (this.fields) return `from=0&to=${this.model.dimension}&count=${PICTURES}`;
    return 'components=' + (this.one ? '0' : this.axes.join(','));
  }

  get labels() {
    return this.one ? [this.model.components[0], 'spread at random, to be seen'] : this.axes.map(i => this.model.components[i]);
  }

  /** Of one component a plane, whose other direction means nothing. */
  plane(values) {
    if (!this.one) return values;
    const wide = values.reduce((most, value) => Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most, 1e-9);
    const points = new Float32Array(2 * values.length);
    values.forEach((value, i) => { points[2 * i] = value; points[2 * i + 1] = ((i * 0.618034) % 1 - 0.5) * wide; });
    return points;
  }

  async loadData() {
    if (this.fields || this.model.structures) return;
    const values = await numbers('data?' + this.query);
    if (values) this.view.setData(this.plane(values));
  }

  /** Fetches a draw and shows it. @return whether it could be fetched */
  async show(draw, moving) {
    if (!(this.model.structures ? await this.structures(draw) : await this.states(draw))) return false;
    this.draw = draw;
    if (moving && this.frames > 1) this.run();
    else if (!this.start) this.seek(1);
    return true;
  }

  /** Points or fields at all moments of a draw. @return whether they could be fetched */
  async states(draw) {
    const all = await numbers(`draw?id=${draw.id}&${this.query}`);
    if (!all || (this.draw && draw.id < this.draw.id)) return false;
    const frames = draw.times ? draw.times.length : 1;
    const size = all.length / frames;
    const parts = Array.from({length: frames}, (_, i) => all.subarray(i * size, (i + 1) * size));
    if (this.fields) this.view.show(parts, this.model.dimension);
    else this.view.show(parts.map(part => this.plane(part)), this.labels);
    this.frames = frames;
    return true;
  }

  /** Samples that are beyond the picture. */
  get outside() { return this.view.outside ?? 0; }

  seek(share) {
    this.view.seek(share * (this.frames - 1));
    if (!this.slider) return;
    this.slider.value = share;
    const times = this.draw?.times;
    this.time.textContent = this.frames === 1 ? '' : times ? 'noise level ' + short(times[Math.round(share * (times.length - 1))]) : '';
  }

  /** From noise to samples, once. */
  run() {
    this.start = performance.now();
    const begun = this.start;
    const step = now => {
      if (this.start !== begun) return;
      const share = Math.min(1, Math.max(0, now - begun) / (1000 * SECONDS));
      this.seek(share);
      if (share < 1) requestAnimationFrame(step);
      else this.start = 0;
    };
    requestAnimationFrame(step);
  }
}

const inSpace = model => model.fields.some(field => field.particles && field.shape[1] > 2);
const curves = model => model.fields.length > 0 && model.fields.every(field => field.shape.length === 1);

export const hintOf = model => [
  model.structures
    ? 'Each picture is a sample on its way from noise. ' + (drawsInSpace()
      ? 'Drag to turn it, scroll to zoom.' : 'This browser has no WebGL: structures are seen from one side and cannot be turned.')
    : curves(model)
    ? 'Each curve is a field of a sample on its way from noise, from its lowest to its highest value, which stand below it.'
    : model.fields.some(field => field.particles)
    ? 'Each picture is a sample on its way from noise: its particles' + (inSpace(model) ? ', in space seen along z, the nearer the larger.' : ' in the plane.')
    : model.fields.length > 0
    ? 'Each picture is a sample on its way from noise, in colours from its lowest value (dark) to its highest (light).'
    : 'Blue points are samples of the network on their way from noise; grey ones are the training points.',
  model.note].join(' ').trim();

