// Makes docs/img from the real app on the demo scene: `node scripts/pictures.mjs` (after a build; needs Chromium).
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openApp } from './picture-app.mjs'
import { at, findNode } from './project.mjs'

const { page, folder, home, close } = await openApp({ width: 1440, height: 900 })
mkdirSync(at('docs', 'img'), { recursive: true })
const take = (name) => page.screenshot({ path: at('docs', 'img', `${name}.png`) })
const frameIs = (frame) =>
  page.waitForFunction((wanted) => document.documentElement.dataset.frameShown === wanted, String(frame), { timeout: 30_000 })

await page.getByText('onnxruntime on cpu').waitFor({ timeout: 20_000 })
await take('start')
await page.getByTestId('start-demo').click()
await page.getByTestId('stage-tracker').getByText(/of 24/).waitFor({ timeout: 90_000 })
await page.waitForTimeout(8000)
await take('run')
await page
  .getByTestId('run-state')
  .getByText(/done|succeeded/i)
  .waitFor({ timeout: 240_000 })
await page.waitForTimeout(600)
await take('run-done')
const run = page.url()
await page.getByTestId('look-at-frames').click()
await frameIs(0)
for (let i = 0; i < 6; i += 1) await page.keyboard.press('ArrowRight')
await frameIs(6)
await page.getByTestId('level-4').click()
const box = await page.getByTestId('frame-canvas').boundingBox()
await page.mouse.click(box.x + box.width * 0.5, box.y + box.height * 0.55)
await page.mouse.move(box.x + box.width * 0.52, box.y + box.height * 0.56)
await page.waitForTimeout(1200)
await take('inspect')
await page.emulateMedia({ colorScheme: 'light' })
await page.waitForTimeout(600)
await take('inspect-light')
await page.setViewportSize({ width: 1920, height: 1080 })
await page.emulateMedia({ colorScheme: 'dark' })
await page.waitForTimeout(900)
await take('inspect-large')
await page.setViewportSize({ width: 1440, height: 900 })
const runId = run.split('/').at(-1)
await page.goto(`${home}#/new?scene=demo&from=${runId}`)
await page.getByTestId('preflight-total').getByText('nothing has to run').waitFor({ timeout: 30_000 })
await page.getByText('Filter', { exact: true }).click()
await page.getByTestId('setting-stages.filter.minArea').fill('120')
await page.locator('[data-testid=preflight-filter][data-action=run]').waitFor()
await page.waitForTimeout(800)
await take('new-run')
// A difference that is worth a picture.
await page.getByTestId('setting-stages.filter.minArea').fill('4000')
await page.getByTestId('run-start').click()
await page.waitForURL(/#\/runs\/[^/]+$/)
const other = page.url().split('/').at(-1)
await page.getByTestId('run-state').getByText(/done/i).waitFor({ timeout: 240_000 })
await page.goto(`${home}#/compare?a=${runId}&b=${other}&mode=difference&level=4&frame=6`)
await page.getByTestId('place').first().waitFor({ timeout: 120_000 })
await page.waitForTimeout(1500)
await take('compare')
await page.goto(`${home}#/queue`)
await page.getByTestId('queue-pause').click()
for (const [name, area] of [
  ['small parts', '60'],
  ['as before', '300'],
  ['large parts only', '900'],
]) {
  await page.goto(`${home}#/`)
  await page.goto(`${home}#/new?scene=demo`)
  await page.getByTestId('probe-answer').waitFor()
  await page.getByTestId('run-name').fill(name)
  await page.getByText('Candidates (ssam)').click()
  await page.getByTestId('setting-stages.ssam.minArea').fill(area)
  await page.getByTestId('run-start').click()
  await page.waitForURL(/#\/runs\/[^/]+$/)
}
await page.goto(`${home}#/queue`)
await page.getByTestId('queue-pause').click()
await page
  .getByTestId('queue-entry')
  .first()
  .getByText(/tracker/)
  .waitFor({ timeout: 120_000 })
await page.waitForTimeout(1500)
await take('queue')
await page.emulateMedia({ colorScheme: 'light' })
await page.waitForTimeout(500)
await take('queue-light')
await page.emulateMedia({ colorScheme: 'dark' })
await page.goto(`${home}#/runs`)
await page.getByTestId('registry-row').first().waitFor()
await page.getByTestId('row-tags').last().fill('baseline kept')
await page.keyboard.press('Enter')
await page.waitForTimeout(800)
await take('registry')
const made = spawnSync(
  findNode(),
  [
    at('scripts', 'fixtures', 'my3dis.mjs'),
    ...['--out', join(folder, 'my3dis'), '--generation', 'G-Nov', '--layout', 'scene_level'],
    ...['--frames', '24', '--objects', '10', '--levels', '2,4,6'],
  ],
  { encoding: 'utf8' },
)
const foreign = join(folder, 'my3dis', JSON.parse(made.stdout.trim().split('\n').at(-1)).folder)
await page.goto(`${home}#/`)
await page.getByTestId('open-run').click()
await page.getByLabel('Folder', { exact: true }).fill(foreign)
await page.keyboard.press('Enter')
await page.getByTestId('use-folder').click()
await page.getByTestId('foreign-origin').waitFor()
await page.waitForTimeout(800)
await take('my3dis')
await close()
