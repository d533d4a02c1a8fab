// The page of work that goes on: what the program tells is shown as it comes.
import {Chart} from './charts.js';
import {Stage, hintOf} from './stage.js';
import {duration, element, figures, message, options, post, short, whole} from './text.js';

let work = {};
let model = null;
let stage = null;
let progress = null;
let paused = false;
let trained = false;
let losses = [];
let moments = [];
let levels = null;
let bars = [];
const charts = {};

const chart = (name, setup) => {
  element(name + '-card').hidden = false;
  charts[name] ??= new Chart(element(name), setup);
  return charts[name];
};

/** At most once a frame: a page that is opened late is told everything at once. */
function soon(task) {
  if (task.waits) return;
  task.waits = true;
  requestAnimationFrame(() => { task.waits = false; task(); });
}

/** Whether the last of the messages is kept in sight: until someone scrolls up. */
let atBottom = true;
element('lines').addEventListener('scroll', ({target}) => { atBottom = target.scrollTop + target.clientHeight >= target.scrollHeight - 5; });
new ResizeObserver(([{target}]) => { if (atBottom) target.scrollTop = target.scrollHeight; }).observe(element('lines'));

const listeners = {
  work(told) {
    work = told;
    element('title').textContent = `${told.command} ${told.name}`;
    document.title = `${told.name} - Scorefield`;
    element('device').textContent = told.command === 'bench' ? told.device
      : `engine ${told.engine}, ${told.device}, ${told.threads} threads, ${told.arithmetic}`;
    element('pause').hidden = !told.pauses;
    element('bar').hidden = told.command === 'bench';
    if (told.command === 'bench') element('stage').textContent = 'Every engine is checked first, then timed. A benchmark cannot be paused: its times would be wrong.';
  },

  state(told) {
    paused = told.paused;
    element('pause').textContent = paused ? 'Resume' : 'Pause';
    element('stop').disabled = told.stopping;
    element('stop').textContent = told.stopping ? 'Stopping ...' : 'Stop';
    soon(head);
  },

  model(told) {
    model = told;
    losses = [];
    moments = [];
    levels = null;
    trained = false;
    element('samples-card').hidden = false;
    const walks = model.walkers !== undefined;
    stage = new Stage(element('samples'), model, walks);
    // Of an experiment with variants or repeats the model has a name of its own.
    const part = model.name && model.name !== work.name ? ': ' + model.name : '';
    element('samples-title').textContent = walks ? 'Walkers' : 'Samples while the network learns' + part;
    element('samples-hint').textContent = walks
      ? 'Blue points are walkers where they are now; grey ones are where they started.' : hintOf(model);
    if (model.choices) {
      element('ask').hidden = false;
      options(element('ask-method'), model.choices.methods.map(one => [one.name, one.name, !one.ready]), 'plain');
      element('ask-with').hidden = model.choices.methods.length === 1;
      askStrength();
      element('ask-steps').value = Math.min(50, model.choices.steps);
      element('ask-count').value = model.structures ? 12 : 1000;
      element('ask-steps').max = model.choices.mostSteps;
      element('ask-now').disabled = false;
    }
    soon(head);
  },

  progress(told) {
    progress = told;
    soon(head);
  },

  loss(row) {
    losses.push(row);
    soon(drawLosses);
  },

  moment(told) {
    moments.push(told);
    soon(drawLevels);
  },

  levels(told) {
    levels = told;
    soon(drawLevels);
  },

  draw(told) {
    if (!stage || Date.now() < askedUntil) return;
    element('ask-said').textContent = said(told);
    stage.show(told, true);
  },

  walkers(told) {
    stage?.show(told, false);
    element('ask-said').textContent = `${whole(told.count)} of ${whole(model.walkers)} walkers at time ${short(told.time)}, step ${whole(told.step)}`;
  },

  note(told) { message('note', told.text); },

  line(told) {
    const lines = element('lines');
    lines.textContent += told.text + '\n';
    if (atBottom) lines.scrollTop = lines.scrollHeight;
  },

  trained() {
    trained = true;
    askedUntil = 0;
    element('ask-now').disabled = true;
  },

  metrics(told) {
    element('metrics-card').hidden = false;
    // Methods that share no metric with the others, such as baselines of the network alone, have a table of their own.
    const tables = [];
    for (const method of Object.keys(told)) {
      const names = Object.keys(told[method]);
      const group = tables.find(one => names.some(name => one.names.has(name)));
      if (group) {
        group.methods.push(method);
        names.forEach(name => group.names.add(name));
      } else {
        tables.push({methods: [method], names: new Set(names)});
      }
    }
    element('metrics').replaceChildren(...tables.map(one => tableOf(told, one)));
  },

  figure(told) {
    bars.push(told);
    element('figure-card').hidden = false;
    soon(drawBars);
  },

  end(told) {
    source.close();
    paused = false;
    soon(head);
    element('pause').textContent = 'Pause';
    element('pause').disabled = true;
    element('stop').disabled = true;
    element('ask-now').disabled = true;
    if (!progress) element('stage').textContent = '';
    element('end').classList.add('end');
    message('end', told.text);
  },
};

function tableOf(told, {methods, names}) {
  const table = document.createElement('table');
  const row = (cells, tag) => {
    const line = table.insertRow();
    line.append(...cells.map(text => Object.assign(document.createElement(tag), {textContent: text})));
  };
  row(['metric', ...methods], 'th');
  names.forEach(name => row([name, ...methods.map(method => name in told[method] ? short(told[method][name]) : '')], 'td'));
  return table;
}

function head() {
  const shown = [];
  const unit = progress?.unit ?? '';
  if (progress) {
    element('bar').max = progress.total;
    element('bar').value = progress.done;
    const left = progress.rate > 0 && progress.done < progress.total ? `, ${duration((progress.total - progress.done) / progress.rate)} left` : '';
    element('stage').textContent = paused
      ? trained ? 'The work waits before its next part.' : 'Paused between steps: nothing is lost. Resume goes on to the same results.'
      : `${progress.stage}: ${whole(progress.done)} of ${whole(progress.total)} ${unit}${left}`;
    shown.push([unit + ' done', whole(progress.done)], [unit + ' a second', paused ? 'paused' : short(progress.rate)]);
    if (model?.batch && unit === 'steps') shown.push(['examples a second', paused ? 'paused' : short(progress.rate * model.batch)]);
    if (model?.walkers && unit === 'steps') shown.push(['walker steps a second', paused ? 'paused' : short(progress.rate * model.walkers)]);
  }
  const row = losses.at(-1);
  if (row?.data !== undefined) shown.push(['loss', short(row.data)]);
  if (row?.rate !== undefined) shown.push(['learning rate', short(row.rate)]);
  if (model?.parameters) shown.push(['parameters', whole(model.parameters)], ['training points', whole(model.points)]);
  if (model?.walkers) shown.push(['walkers', whole(model.walkers)]);
  figures(element('figures'), shown);
}

function drawLosses() {
  const steps = losses.filter(row => row.step > 0);
  if (steps.length < 2) return;
  const x = steps.map(row => row.step);
  const column = name => steps.map(row => row[name] ?? null);
  const series = [['data', 'loss', 'accent'], ['physics', 'of the laws', 'third'], ['heldOut', 'on points held out', 'second']]
    .filter(([name]) => steps.some(row => row[name] !== undefined));
  chart('loss', {x: 'optimiser step', y: 'loss', log: true})
    .show(series.map(([, name, tone]) => ({name, colour: tone})), [x, ...series.map(([name]) => column(name))]);
  chart('rate', {x: 'optimiser step', y: 'learning rate'}).show([{name: 'learning rate', colour: 'accent'}], [x, column('rate')]);
  head();
}

function drawLevels() {
  const all = [...moments.slice(-4), ...(levels && levels.step > (moments.at(-1)?.step ?? -1) ? [levels] : [])];
  for (const [name, key, y] of [['residual', 'residuals', 'mean |r| of the law'], ['error', 'errors', 'error (root mean square)']]) {
    const known = all.filter(moment => moment[key]);
    if (known.length === 0) continue;
    const faded = i => i === known.length - 1 ? undefined : i + 4 - (known.length - 1);
    chart(name, {x: 'noise level t', y, log: true}).show(
      known.map((moment, i) => ({name: 'step ' + whole(moment.step), colour: 'accent', faded: faded(i)})),
      [known.at(-1).times, ...known.map(moment => moment[key])]);
  }
}

function drawBars() {
  const most = Math.max(...bars.map(bar => bar.itemsPerSecond));
  element('bars').replaceChildren(...bars.map(bar => {
    const line = document.createElement('div');
    line.className = 'bar';
    const name = document.createElement('span');
    name.textContent = `${bar.engine}, ${bar.work}, ${whole(bar.size)}`;
    const length = document.createElement('div');
    length.style.width = 100 * bar.itemsPerSecond / most + '%';
    const value = document.createElement('b');
    value.textContent = short(bar.itemsPerSecond) + ' /s';
    line.append(name, length, value);
    return line;
  }));
}

const said = draw => `Step ${whole(draw.step)}: ${whole(draw.count)} samples, ${draw.method}`
  + (draw.settings ? ` (${draw.settings})` : '') + `, ${draw.steps} steps, drawn in ${duration(draw.seconds)}`
  + (draw.residual === undefined ? '' : `; mean residual of the law ${short(draw.residual)}`) + '.';

/** A strength is asked for where the method has one. */
function askStrength() {
  const chosen = model.choices.methods.find(one => one.name === element('ask-method').value);
  element('ask-pull').hidden = !chosen?.adjustable;
}
element('ask-method').addEventListener('change', askStrength);

/** Samples that were asked for stay for a while before those of the training take their place. */
let askedUntil = 0;
const ASKED_MILLISECONDS = 15000;

element('ask-now').addEventListener('click', async () => {
  element('ask-now').disabled = true;
  element('ask-said').textContent = 'Drawing samples ...';
  try {
    const draw = await post('sample', {
      method: element('ask-method').value, strength: Number(element('ask-strength').value), sampler: model.choices.samplers[0],
      steps: Number(element('ask-steps').value), count: Number(element('ask-count').value), seed: model.choices.seed});
    askedUntil = Date.now() + ASKED_MILLISECONDS;
    element('ask-said').textContent = 'You asked for these. ' + said(draw);
    await stage.show(draw, true);
  } catch (wrong) {
    element('ask-said').textContent = wrong.message;
  }
  element('ask-now').disabled = trained;
});

// The program may be gone before its answer is here; then the page says so by the event 'end', or by its absence.
const tell = wrong => { if (source.readyState !== EventSource.CLOSED) message('note', wrong.message); };
element('pause').addEventListener('click', () => post(paused ? 'resume' : 'pause').catch(tell));
element('stop').addEventListener('click', () => post('stop').catch(tell));

const source = new EventSource('events');
for (const [name, listen] of Object.entries(listeners)) source.addEventListener(name, event => listen(JSON.parse(event.data)));
source.addEventListener('open', () => message('end', ''));
source.addEventListener('error', () => message('end', 'The program does not answer: it has ended, or was ended. The page keeps what it showed last.'));
