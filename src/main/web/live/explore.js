// The page of a checkpoint: every change of a control draws new samples.
import {Chart} from './charts.js';
import {Stage, hintOf} from './stage.js';
import {duration, element, figures, message, numbers, options, post, short, whole} from './text.js';

const BINS = 40;
const model = await (await fetch('model')).json();
const choices = model.choices;

element('title').textContent = model.name.split('/').slice(-2).join('/');
element('device').textContent = `${whole(model.step)} steps, ${whole(model.parameters)} parameters; engine ${model.engine}, ${model.device}, ${model.threads} threads`;
element('samples-hint').textContent = hintOf(model);
message('note', model.dataNote ?? '');
const stage = new Stage(element('samples'), model);

// The controls.
const adjustable = choices.methods.filter(method => method.adjustable && method.ready);
const guided = adjustable.find(method => method.name.startsWith('likelihood')) ?? adjustable[0];
options(element('method'), choices.methods.map(one => [one.name, one.name, false]), (guided ?? choices.methods[0]).name);
options(element('sampler'), choices.samplers.map(name => [name, name === 'own' ? "the training's own" : name]), choices.samplers[0]);
element('count').value = model.count;
element('seed').value = choices.seed;

const method = () => choices.methods.find(one => one.name === element('method').value);

/** The slider's ends are no guidance and a hundred times that of the configuration; its middle is that of the configuration. */
const strength = () => {
  const at = Number(element('strength').value);
  return at === 0 ? 0 : Number((10 ** ((at - 50) / 25)).toPrecision(3));
};

/** Steps from 1 to all, evenly in the logarithm; those of the training until the slider is moved, which may be between two of its places. */
let ownSteps = Math.min(choices.steps, choices.mostSteps);
const steps = () => ownSteps || Math.round(choices.mostSteps ** (Number(element('steps').value) / 100));
element('steps').addEventListener('input', () => { ownSteps = 0; });
element('steps').value = Math.round(100 * Math.log(Math.min(choices.steps, choices.mostSteps)) / Math.log(Math.max(2, choices.mostSteps)));

for (const condition of model.conditions) {
  const label = document.createElement('label');
  const input = document.createElement(condition.classes.length > 0 ? 'select' : 'input');
  if (condition.classes.length > 0) {
    const none = model.unconditional ? [['', 'any']] : [];
    options(input, [...none, ...condition.classes.map(name => [name, name])], condition.value || (model.unconditional ? '' : condition.classes[0]));
  } else {
    input.type = 'number';
    input.step = 'any';
    input.value = condition.value;
  }
  input.name = condition.name;
  input.addEventListener('change', () => ask());
  label.append(condition.name + ' ', input);
  element('conditions').append(label);
}

if (model.text) {
  element('text-row').hidden = false;
  element('text-name').textContent = model.text.name;
  element('text-hint').textContent = model.text.hint;
  element('text').value = model.text.value;
  element('text').addEventListener('change', () => ask());
}

/** The field's fault stands beside it until it is mended; the samples stay as they were. */
function wrongText(reason) {
  message('text-wrong', reason);
  element('text').setAttribute('aria-invalid', String(reason !== ''));
}

function conditions() {
  const values = {};
  for (const input of element('conditions').querySelectorAll('input, select')) if (input.value !== '') values[input.name] = input.value;
  return values;
}

function labels() {
  const chosen = method();
  element('strength-row').hidden = !chosen.adjustable;
  element('strength-value').textContent = strength() === 0 ? 'none' : short(strength());
  element('strength-hint').textContent = chosen.adjustable
    ? 'In multiples of the configuration: 1 is what it says, at the left end there is none.'
    : chosen.name !== 'plain' ? 'This method has no strength.'
      : choices.methods.length > 1 ? 'Plain samples have no guidance; choose another method to pull them to the law.'
        : 'There is no guidance in the configuration of this model.';
  element('steps-value').textContent = steps();
}

// One request is under way at a time; the newest wish waits.
let busy = false;
let again = false;
let ended = false;

async function ask() {
  labels();
  if (busy || ended) {
    again = true;
    return;
  }
  busy = true;
  try {
    const begun = performance.now();
    const draw = await post('sample', {
      method: method().name, strength: strength(), sampler: element('sampler').value, steps: steps(),
      count: Number(element('count').value), seed: Number(element('seed').value), conditions: conditions(),
      text: model.text ? element('text').value : ''});
    message('note', model.dataNote ?? '');
    wrongText('');
    await shown(draw, (performance.now() - begun) / 1000);
  } catch (wrong) {
    if (wrong.field === 'text') wrongText(wrong.message);
    else if (!ended) message('note', wrong.message);
  }
  busy = false;
  if (again) {
    again = false;
    ask();
  }
}

let last = null;
let first = true;

async function shown(draw, seconds) {
  last = draw;
  element('settings').textContent = draw.settings;
  const pairs = [];
  if (draw.residual !== undefined) pairs.push(['mean residual of the samples', short(draw.residual)]);
  if (draw.median !== undefined) pairs.push(['median', short(draw.median)]);
  if (model.dataResidual !== undefined) pairs.push(['of the training points', short(model.dataResidual)]);
  pairs.push(['network evaluations a sample', whole(draw.evaluations)], ['to draw', duration(draw.seconds)], ['until seen', duration(seconds)]);
  element('residual-hint').hidden = draw.residual === undefined;
  figures(element('figures'), pairs);
  await stage.show(draw, first);
  element('outside').textContent = stage.outside > 0 ? `${whole(stage.outside)} samples lie outside of the picture.` : '';
  first = false;
  residuals(draw);
  await histogram();
}

const residualChart = new Chart(element('residual'), {x: 'residual |r| of a sample', y: 'samples', bars: true, logX: true});

function residuals(draw) {
  const all = draw.histogram;
  element('residual-card').hidden = !all || all.counts.length === 0;
  if (element('residual-card').hidden) return;
  const edges = Array.from({length: all.counts.length + 1}, (_, i) => all.low + i * (all.high - all.low) / all.counts.length);
  residualChart.show([{name: 'samples', colour: 'accent'}], [edges, [...all.counts, all.counts.at(-1)]]);
}

const distributions = Object.entries(model.distributions);
element('histogram-card').hidden = distributions.length === 0;
options(element('histogram-of'), distributions, distributions[0]?.[0]);
element('histogram-of').addEventListener('change', () => histogram().catch(wrong => { if (!ended) message('note', wrong.message); }));
const histogramChart = new Chart(element('histogram'), {x: 'value', y: 'share', bars: true});

async function histogram() {
  if (!last || distributions.length === 0) return;
  const component = element('histogram-of').value;
  const [samples, data] = await Promise.all([
    numbers(`draw?id=${last.id}&components=${component}&frames=last`), numbers('data?components=' + component)]);
  if (!samples) return;
  const all = [...(data ?? []), ...(data?.length ? [] : samples)].filter(Number.isFinite);
  const low = Math.min(...all);
  const high = Math.max(...all);
  const room = 0.15 * (high - low) || 1;
  const from = low - room;
  const width = (high - low + 2 * room) / BINS;
  const shares = values => {
    const counts = new Array(BINS + 1).fill(0);
    for (const value of values) if (value >= from && value < from + BINS * width) counts[Math.floor((value - from) / width)] += 1 / values.length;
    counts[BINS] = null;
    return counts;
  };
  const series = [{name: 'samples', colour: 'accent'}];
  const columns = [Array.from({length: BINS + 1}, (_, i) => from + i * width), shares(samples)];
  if (data?.length) {
    series.push({name: 'training points', colour: 'data'});
    columns.push(shares(data));
  }
  histogramChart.show(series, columns);
}

for (const id of ['strength', 'steps']) element(id).addEventListener('input', () => ask());
for (const id of ['method', 'sampler', 'count', 'seed']) element(id).addEventListener('change', () => ask());
element('again').addEventListener('click', () => {
  element('seed').value = Number(element('seed').value) + 1;
  ask();
});
// The program may be gone before its answer is here; then the page says so by the event 'end', or by its absence.
element('stop').addEventListener('click', () => post('stop').catch(wrong => { if (!ended) message('note', wrong.message); }));

const source = new EventSource('events');
source.addEventListener('end', event => {
  ended = true;
  source.close();
  element('stop').disabled = true;
  message('end', JSON.parse(event.data).text);
});
source.addEventListener('error', () => { if (!ended) message('end', 'The program does not answer.'); });
ask();
