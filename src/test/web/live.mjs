// Uses live pages as a person would, in Chromium. Arguments: the browser, the page, and what to do: run, explore, particles or simulate.
// Prints one line of JSON with what was seen.
import {createHash} from 'node:crypto';
import {chromium} from 'playwright-core';

const [executablePath, url, what, picture] = process.argv.slice(2);
const browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage']});
const seen = {errors: []};
try {
  const page = await browser.newPage({viewport: {width: 1200, height: 900}});
  page.on('console', line => { if (['error', 'warning'].includes(line.type())) seen.errors.push(line.text()); });
  page.on('pageerror', error => seen.errors.push(String(error)));
  page.on('request', request => { if (!request.url().startsWith(new URL(url).origin)) seen.errors.push('asks elsewhere: ' + request.url()); });
  page.setDefaultTimeout(60000);
  await page.goto(url);
  const text = id => page.locator('#' + id).textContent();
  // Playwright's own waitForFunction needs eval, which the pages forbid.
  const until = async (condition, given) => {
    for (const end = Date.now() + 60000; Date.now() < end; await page.waitForTimeout(50)) {
      if (await page.evaluate(condition, given)) return;
    }
    throw new Error('it does not come to that: ' + condition);
  };
  const pixels = () => page.locator('canvas.cloud').evaluate(canvas => canvas.toDataURL())
    .then(text => createHash('sha256').update(text).digest('hex'));
  const residual = () => page.locator('#figures div').filter({hasText: 'mean residual'}).locator('b').textContent().then(Number);
  if (what === 'explore') {
    await page.locator('#figures div').filter({hasText: 'mean residual'}).waitFor();
    const slide = async (id, value) => {
      const before = await text('figures');
      await page.locator('#' + id).evaluate((slider, to) => { slider.value = to; slider.dispatchEvent(new Event('input')); }, value);
      await until(old => document.getElementById('figures').textContent !== old, before);
      await page.waitForTimeout(300);
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
  } else if (what === 'run') {
    await until(() => document.getElementById('ask-said').textContent.includes('samples'));
    await page.locator('#loss .uplot').waitFor();
    await page.locator('#residual .uplot').waitFor();
    // From noise to samples: the cloud moves while it plays.
    await page.getByRole('button', {name: 'Play'}).click();
    seen.moving = new Set([await pixels(), await page.waitForTimeout(700).then(pixels), await page.waitForTimeout(700).then(pixels)]).size;
    await page.locator('#pause').click();
    await page.getByRole('button', {name: 'Resume'}).waitFor();
    await page.waitForTimeout(500);
    const done = () => page.locator('#figures div').filter({hasText: 'steps done'}).locator('b').textContent();
    seen.paused = await done();
    await page.locator('#ask-method').selectOption('likelihood');
    await page.locator('#ask-now').click();
    await until(() => document.getElementById('ask-said').textContent.startsWith('You asked for these.'));
    seen.asked = await text('ask-said');
    seen.still = await done();
    if (picture) await page.screenshot({path: picture, fullPage: true});
    await page.locator('#pause').click();
    await until(old => document.querySelector('#figures b').textContent !== old, seen.paused);
    await page.locator('#stop').click();
    await page.locator('#end').waitFor({state: 'visible'});
    seen.end = await text('end');
  } else {
    await until(() => document.getElementById('ask-said').textContent.includes('walkers at time'));
    seen.first = await pixels();
    await page.waitForTimeout(1500);
    seen.second = await pixels();
    await page.locator('#stop').click();
    await page.locator('#end').waitFor({state: 'visible'});
  }
} catch (wrong) {
  seen.errors.push(String(wrong));
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
