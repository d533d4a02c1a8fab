// Curves and histograms by uPlot, in the page's colours.
import uPlot from './uplot.js';
import {colour, onTheme} from './theme.js';
import {short} from './text.js';

const FADED = ['1f', '3a', '55', '77', '99'];

/** A chart that is drawn anew when what it shows changes, or its width, or light and dark. */
export class Chart {
  /**
   * @param log whether y is drawn in its logarithm
   * @param bars whether series are steps of a histogram
   * @param logX whether x is given as its logarithm
   */
  constructor(parent, {x, y, log = false, bars = false, logX = false}) {
    this.parent = parent;
    this.setup = {x, y, log, bars, logX};
    this.key = '';
    new ResizeObserver(() => this.resize()).observe(parent);
    onTheme(() => { this.key = ''; this.draw(); });
  }

  /** @param series [{name, colour, faded}] @param data [[x...], [y...], ...] */
  show(series, data) {
    this.series = series;
    this.data = data;
    this.draw();
  }

  resize() {
    if (this.plot && this.parent.clientWidth > 0) this.plot.setSize({width: this.parent.clientWidth, height: 230});
  }

  draw() {
    if (!this.series || this.parent.clientWidth === 0) return;
    const positive = this.data.slice(1).flat().filter(value => value > 0);
    const isLog = this.setup.log && positive.length > 0;
    const data = isLog ? [this.data[0], ...this.data.slice(1).map(all => all.map(value => value > 0 ? value : null))] : this.data;
    const key = JSON.stringify([this.series, isLog]);
    if (this.plot && key === this.key) {
      this.plot.setData(data);
      return;
    }
    this.plot?.destroy();
    this.key = key;
    const axis = {stroke: colour('soft'), grid: {stroke: colour('line'), width: 1}, ticks: {stroke: colour('line')}, font: '12px system-ui, sans-serif',
      labelFont: '12px system-ui, sans-serif', labelSize: 20};
    // Bins that are evenly wide in the logarithm have that for x.
    const fromAxis = value => this.setup.logX ? 10 ** value : value;
    const format = values => values.map(value => value === null ? '' : short(value));
    this.plot = new uPlot({
      width: this.parent.clientWidth,
      height: 230,
      cursor: {y: false, points: {size: 6}},
      legend: {live: true},
      scales: {x: {time: false}, y: {distr: isLog ? 3 : 1}},
      axes: [
        {...axis, label: this.setup.x, values: (plot, values) => format(values.map(fromAxis))},
        {...axis, label: this.setup.y, size: (plot, values) => Math.max(42, 22 + 7 * Math.max(...(values ?? ['']).map(text => text.length))), ...(isLog ? {filter: (plot, values) => values.map(powerOfTen(values)), grid: {...axis.grid, filter: (plot, values) => values.map(powerOfTen(values))}, ticks: {...axis.ticks, filter: (plot, values) => values.map(powerOfTen(values))}} : {}), values: (plot, values) => format(values)},
      ],
      series: [
        {label: this.setup.x, value: (plot, value) => value === null ? '-' : short(fromAxis(value))},
        ...this.series.map(one => this.line(one)),
      ],
    }, data, this.parent);
  }

  line({name, colour: tone, faded}) {
    const stroke = colour(tone) + (faded === undefined ? '' : FADED[Math.min(FADED.length - 1, faded)]);
    return {
      label: name,
      stroke,
      width: 2,
      points: {show: false},
      spanGaps: true,
      value: (plot, value) => value === null ? '-' : short(value),
      ...(this.setup.bars ? {paths: uPlot.paths.stepped({align: 1}), fill: colour(tone) + '33'} : {}),
    };
  }
}

/** Of the ticks of a logarithmic axis those that have room for a number: of one power of ten 1, 2 and 5, of many the powers. */
function powerOfTen(values) {
  const few = values.filter(value => value !== null).length <= 20;
  const isRound = value => {
    const digit = Number((value / 10 ** Math.floor(Math.log10(value) + 1e-9)).toPrecision(3));
    return digit === 1 || (few && (digit === 2 || digit === 5));
  };
  return value => value === null || isRound(value) ? value : null;
}
