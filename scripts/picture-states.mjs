// Makes docs/img/states: pages in the states that people meet, at two sizes, dark and light: `node scripts/picture-states.mjs [state …]`.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { makeRun, makeScene as makePlainScene } from '../bench/page/fixture-runs.ts'
import { makeScene } from '../e2e/fixtures/scene.ts'
import { openApp } from './picture-app.mjs'
import { at } from './project.mjs'

const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]
const target = at('docs', 'img', 'states')
mkdirSync(target, { recursive: true })
const app = await openApp(sizes[0])
const { page, folder, home } = app
const asked = process.argv.slice(2)

/** `into`: pictures of frames that are not ours are looked at, and are no part of the project. */
async function take(name, into = target) {
  for (const size of sizes)
    for (const theme of ['dark', 'light']) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme: theme })
      await page.mouse.move(2, size.height / 2)
      await page.waitForTimeout(1000)
      const png = await page.screenshot()
      await sharp(png)
        .webp({ quality: 78 })
        .toFile(join(into, `${name}-${size.width}-${theme}.webp`))
    }
  await page.setViewportSize(sizes[0])
  await page.emulateMedia({ colorScheme: 'dark' })
}

/** Starts a run through the form and gives its id. */
async function start(scene, name, more = async () => {}) {
  await page.goto(`${home}#/`)
  await page.goto(`${home}#/new?scene=${encodeURIComponent(scene)}`)
  await page.getByTestId('probe-answer').waitFor()
  if (name !== '') await page.getByTestId('run-name').fill(name)
  await more()
  await page.getByTestId('run-start').click()
  await page.waitForURL(/#\/runs\/[^/]+$/)
  return decodeURIComponent(page.url().split('/').at(-1))
}
const stateIs = (state) => page.locator(`[data-testid=run-state][data-state=${state}]`).waitFor({ timeout: 400_000 })
async function browse(runId, frame = 0, query = '') {
  await page.goto(`${home}#/runs/${encodeURIComponent(runId)}/frames?frame=${frame}${query}`)
  await page.waitForFunction((wanted) => document.documentElement.dataset.frameShown === wanted, String(frame), { timeout: 60_000 })
}
async function select(u, v) {
  const box = await page.getByTestId('frame-canvas').boundingBox()
  await page.mouse.click(box.x + box.width * u, box.y + box.height * v)
}

const states = {
  'no-runs': async () => {
    await page.goto(`${home}#/`)
    await take('no-runs')
  },
  'in-progress': async () => {
    const scene = await makeScene(join(folder, 'long'), { frames: 60, width: 480, height: 320 })
    await start(scene, 'a run in progress')
    await page.getByTestId('stage-tracker').getByText(/of 60/).waitFor({ timeout: 120_000 })
    await take('in-progress')
    await stateIs('succeeded')
  },
  demo: async () => {
    await page.goto(`${home}#/`)
    await page.getByTestId('start-demo').click()
    await page.waitForURL(/#\/runs\/[^/]+$/)
    await stateIs('succeeded')
    await browse(decodeURIComponent(page.url().split('/').at(-1)), 6, '&level=4')
    await select(0.5, 0.55)
    await take('demo')
  },
  'real-sequence': async () => {
    const data = process.env.SCENEWRIGHT_DATA
    if (!data) return console.log('real-sequence: skipped, SCENEWRIGHT_DATA is not set')
    const id = await start(join(data, 'tracking-bedroom'), 'bedroom', () => page.getByTestId('slice-end').fill('24'))
    await stateIs('succeeded')
    await browse(id, 12)
    await select(0.35, 0.5)
    const beside = mkdtempSync(join(tmpdir(), 'scenewright-real-sequence-'))
    await take('real-sequence', beside)
    console.log(`real-sequence: ${beside}`)
  },
  'two-thousand-masks': async () => {
    const scene = await makePlainScene(folder, 6, 1920, 1080)
    const path = await makeRun(folder, scene, { name: 'two thousand masks', masksPerFrame: 2000, lives: 'all' })
    await page.goto(`${home}#/`)
    await page.getByTestId('open-run').click()
    await page.getByRole('dialog').getByRole('textbox').first().fill(path)
    await page.keyboard.press('Enter')
    await page.getByTestId('use-folder').click()
    await page.waitForURL(/#\/runs\/[^/]+$/)
    await browse(decodeURIComponent(page.url().split('/').at(-1)))
    await take('two-thousand-masks')
  },
  failed: async () => {
    const scene = await makeScene(join(folder, 'broken'), { frames: 24, width: 480, height: 320 })
    await start(scene, 'lost a frame on the way')
    rmSync(join(scene, '0021.png'))
    await stateIs('failed')
    await take('failed')
  },
  'long-name': async () => {
    const name = 'kitchen sink ablation with every fourth frame and the stability of the second try, after lunch, before the review'.slice(
      0,
      118,
    )
    const scene = await makeScene(join(folder, 'a-scene-whose-folder-name-is-very-long-because-someone-put-the-whole-experiment-into-it'), {
      frames: 6,
      width: 320,
      height: 240,
    })
    await start(scene, name)
    await stateIs('succeeded')
    await take('long-name')
    await page.goto(`${home}#/runs`)
    await page.getByTestId('registry-row').first().waitFor()
    await take('long-name-list')
  },
}
for (const [name, make] of Object.entries(states)) if (asked.length === 0 || asked.includes(name)) await make()
await app.close()
