// Uses live pages as a person would, in Chromium. Arguments: the browser, the page, and what to do: run, explore, particles, structures,
// flat (structures without WebGL) or simulate.
// Prints one line of JSON with what was seen.
import {createHash} from 'node:crypto';
import {chromium} from 'playwright-core';

const [executablePath, url, what, picture] = process.argv.slice(2);
const webgl = {
  structures: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  flat: ['--disable-gpu', '--disable-software-rasterizer'],
}[what] ?? [];
const browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', ...webgl]});
const seen = {errors: []};
try {
  const context = await browser.newContext({viewport: {width: 1200, height: 900}});
  context.setDefaultTimeout(60000);
  const tab = async () => {
    const opened = await context.newPage();
    opened.on('console', line => { if (['error', 'warning'].includes(line.type())) seen.errors.push(line.text()); });
    opened.on('pageerror', error => seen.errors.push(String(error)));
    opened.on('request', request => { if (!request.url().startsWith(new URL(url).origin)) seen.errors.push('asks elsewhere: ' + request.url()); });
    await opened.goto(url);
    return opened;
  };
  const page = await tab();
  const text = id => page.locator('#' + id).textContent();
  // Playwright's own waitForFunction needs eval, which the pages forbid.
  const until = async (condition, given) => {
    for (const end = Date.now() + 60000; Date.now() < end; await page.waitForTimeout(50)) {
      if (await page.evaluate(condition, given)) return;
    }
    throw new Error('it does not come to that: ' + condition);
  };
  /** What is read when it is no longer what it was. */
  const changed = async (read, before) => {
    for (const end = Date.now() + 60000; Date.now() < end; await page.waitForTimeout(50)) {
      const now = await read();
      if (now !== before) return now;
    }
    throw new Error('it stays as it is: ' + before);
  };
  const pixels = () => page.locator('canvas.cloud').evaluate(canvas => canvas.toDataURL())
    .then(text => createHash('sha256').update(text).digest('hex'));
  const residual = () => page.locator('#figures div').filter({hasText: 'mean residual'}).locator('b').textContent().then(Number);
  if (what === 'explore') {
    await page.locator('#figures div').filter({hasText: 'mean residual'}).waitFor();
    const slide = async (id, value) => {
      const before = await text('figures');
      const cloud = await pixels();
      await page.locator('#' + id).evaluate((slider, to) => { slider.value = to; slider.dispatchEvent(new Event('input')); }, value);
      await until(old => document.getElementById('figures').textContent !== old, before);
      await changed(pixels, cloud);
      return residual();
    };
    seen.none = await slide('strength', 0);
    seen.strong = await slide('strength', 60);
    seen.before = await pixels();
    seen.few = await slide('steps', 20);
    seen.after = await pixels();
    await page.locator('#stop').click();
    await page.locator('#end').waitFor({state: 'visible'});
  } else if (what === 'particles') {
    await page.locator('#figures div').filter({hasText: 'network evaluations'}).waitFor();
    const balls = () => page.locator('canvas.particles').evaluateAll(all => all.map(canvas =>
      canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((value, i) => i % 4 === 3 && value > 0).length));
    await until(() => document.querySelectorAll('canvas.particles').length === 6);
    seen.balls = await balls();
    seen.strengthShown = await page.locator('#strength').isVisible();
    seen.maps = await page.locator('canvas.map').count();
    await page.locator('#stop').click();
    await page.locator('#end').waitFor({state: 'visible'});
  } else if (what === 'structures') {
    const captions = () => page.locator('.gallery figure:visible figcaption b').allTextContents().then(all => all.join(' '));
    // Each structure in few pixels, without its ground: how many are painted, and a sum of them.
    const pictures = () => page.locator('.gallery canvas').evaluateAll(all => all.map(canvas => {
      const flat = document.createElement('canvas');
      flat.width = flat.height = 60;
      const g = flat.getContext('2d');
      g.drawImage(canvas, 0, 0, 60, 60);
      const data = g.getImageData(0, 0, 60, 60).data;
      let [painted, sum] = [0, 0];
      for (let i = 0; i < data.length; i += 4) {
        painted += Math.abs(data[i] - data[0]) + Math.abs(data[i + 1] - data[1]) + Math.abs(data[i + 2] - data[2]) > 30 ? 1 : 0;
        sum = (31 * sum + data[i] + 7 * data[i + 1] + 3 * data[i + 2]) % 1000003;
      }
      return {painted, sum};
    }));
    const sum = number => async () => (await pictures())[number].sum;
    // The way from noise is played once, and comes to rest.
    await page.locator('.gallery canvas').nth(5).waitFor();
    await page.locator('#samples .soft').filter({hasText: /^noise level 0$/}).waitFor();
    seen.pictures = await pictures();
    seen.captions = await captions();
    seen.field = await page.locator('#text').inputValue();
    const box = await page.locator('.gallery .structure').first().boundingBox();
    await page.mouse.move(box.x + 80, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + 130, box.y + 110, {steps: 3});
    await page.mouse.up();
    await changed(sum(0), seen.pictures[0].sum);
    seen.turned = await pictures();
    await page.getByRole('button', {name: 'Next'}).click();
    await until(() => document.querySelector('#samples').textContent.includes('7 to 12 of'));
    await page.locator('#text').fill('NaCl');
    await page.locator('#text').press('Enter');
    seen.salt = await changed(captions, seen.captions);
    await page.locator('#text').fill('NaXx');
    await page.locator('#text').press('Enter');
    await page.locator('#text-wrong').waitFor({state: 'visible'});
    seen.wrong = await text('text-wrong');
    seen.kept = await captions();
    await page.locator('#text').fill('KCl, MgO');
    await page.locator('#text').press('Enter');
    seen.two = await changed(captions, seen.kept);
    seen.mended = await page.locator('#text-wrong').isHidden();
    await page.locator('#samples select').selectOption('training');
    seen.training = await changed(captions, seen.two);
    if (picture) await page.screenshot({path: picture, fullPage: true});
    await page.locator('#stop').click();
    await page.locator('#end').waitFor({state: 'visible'});
  } else if (what === 'flat') {
    seen.webgl = await page.evaluate(() => document.createElement('canvas').getContext('webgl') !== null);
    const painted = () => page.locator('.gallery canvas.flat').evaluateAll(all => all.map(canvas =>
      canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((value, i) => i % 4 === 3 && value > 0).length));
    const picture0 = () => page.locator('.gallery canvas.flat').first().evaluate(canvas => canvas.toDataURL());
    await page.locator('#samples .soft').filter({hasText: /^noise level 0$/}).waitFor();
    seen.painted = await painted();
    seen.hint = await text('samples-hint');
    const before = await picture0();
    // The way from noise, and other samples.
    await page.locator('#samples input[type=range]').evaluate(slider => { slider.value = 0; slider.dispatchEvent(new Event('input')); });
    await changed(picture0, before);
    await page.locator('#text').fill('NaCl');
    await page.locator('#text').press('Enter');
    await until(() => document.querySelector('.gallery figcaption b').textContent === 'NaCl');
    seen.turned = await page.locator('script[src="3Dmol.js"]').count();
    if (picture) await page.screenshot({path: picture, fullPage: true});
  } else if (what === 'run') {
    await until(() => document.getElementById('ask-said').textContent.includes('samples'));
    await page.locator('#loss .uplot').waitFor();
    await page.locator('#residual .uplot').waitFor();
    // A second tab is told what was before, and its buttons are heard in the first.
    const other = await tab();
    await other.locator('#loss .uplot').waitFor();
    await other.locator('#pause').click();
    await page.getByRole('button', {name: 'Resume'}).waitFor();
    const ask = async method => {
      await page.locator('#ask-method').selectOption(method);
      seen.strength = {...seen.strength, [method]: await page.locator('#ask-strength').isVisible()};
      await page.locator('#ask-now').click();
      await until(() => document.getElementById('ask-said').textContent.startsWith('You asked for these.'));
    };
    const done = () => page.locator('#figures div').filter({hasText: 'steps done'}).locator('b').textContent();
    // What is asked for is drawn when the training waits.
    await ask('plain');
    seen.paused = await done();
    await ask('likelihood');
    seen.asked = await text('ask-said');
    seen.still = await done();
    // From noise to samples: the cloud moves while it plays.
    const still = await pixels();
    await page.getByRole('button', {name: 'Play'}).click();
    // Another picture, and then one more: on a slow machine that may be the last one, which is where it began.
    await changed(pixels, await changed(pixels, still));
    seen.moving = true;
    if (picture) await page.screenshot({path: picture, fullPage: true});
    await page.locator('#pause').click();
    await other.getByRole('button', {name: 'Pause'}).waitFor();
    await until(old => document.querySelector('#figures b').textContent !== old, seen.paused);
    await other.locator('#stop').click();
    await page.locator('#end').waitFor({state: 'visible'});
    await other.locator('#end').waitFor({state: 'visible'});
    seen.end = await text('end');
  } else {
    await until(() => document.getElementById('ask-said').textContent.includes('walkers at time'));
    seen.first = await pixels();
    seen.second = await changed(pixels, seen.first);
    await page.locator('#stop').click();
    await page.locator('#end').waitFor({state: 'visible'});
  }
} catch (wrong) {
  seen.errors.push(String(wrong));
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
