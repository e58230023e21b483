// Taking away: the saved picture is the one on the screen, and the saved view draws it again on the command line.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import sharp from 'sharp'
import { cli, expect, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectState, lookAtFrames, startRun } from '../fixtures/steps.ts'

const pixelsOf = async (picture: string | Buffer) => sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true })

async function saved(page: Page, button: string, to: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(button).click()])
  await download.saveAs(to)
  return to
}

test('what is saved is what is seen, and what the command line draws', async ({ app, signedIn: page }) => {
  test.setTimeout(240_000)
  await startRun(page, await makeScene(join(app.folder, 'scene'), { frames: 3 }))
  await expectState(page, /done|succeeded/i, 180_000)
  await lookAtFrames(page)
  await page.getByTestId('object-list').getByRole('treeitem').last().click()
  await page.mouse.move(2, 2)
  await expect(page.getByTestId('frame-canvas')).toBeVisible()
  // Canvas alone: what lies over it is put aside, so that only pixels of the GPU are compared.
  await page.addStyleTag({ content: '[data-testid=frame-canvas] ~ * { visibility: hidden !important }' })
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  const seen = await pixelsOf(await page.getByTestId('frame-canvas').screenshot())
  await page.keyboard.press('e')
  await expect(page.getByTestId('take-away-dialog')).toBeVisible()
  // A person can begin at once: the first field has the focus, not the way out.
  await expect(page.getByLabel('Part')).toBeFocused()
  await page.getByLabel('Part').selectOption('sight')
  const picture = await saved(page, 'save-picture', join(app.folder, 'seen.png'))
  const view = await saved(page, 'save-view', join(app.folder, 'view.json'))
  const painted = await pixelsOf(picture)
  expect(painted.info.width).toBe(seen.info.width)
  const { crop, width } = JSON.parse(await readFile(view, 'utf8'))
  const perPixel = crop.width / width
  // A point that falls on the edge of a pixel of the frame rounds to either side: the GPU has single precision. Such rows and columns are left out.
  const isOnEdge = (start: number, at: number) => {
    const point = start + (at + 0.5) * perPixel
    return Math.abs(point - Math.round(point)) < 1e-4
  }
  let [inside, far] = [0, 0]
  for (let at = 0; at < painted.data.length; at += 4) {
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)]
    if (painted.data[at + 3] === 0 || isOnEdge(crop.x, x) || isOnEdge(crop.y, y)) continue
    inside += 1
    if ([0, 1, 2].some((c) => Math.abs(painted.data[at + c]! - seen.data[at + c]!) > 3)) far += 1
  }
  expect(inside).toBeGreaterThan(10_000)
  // What is left are ends of outlines, whose reach may fall on such an edge too.
  expect(far / inside).toBeLessThan(0.001)
  const runs = app.output
  const out = join(app.folder, 'again.png')
  const { code, stderr } = await cli(app.folder, ['inspect', 'render', runs, '--view', view, '--out', out])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect((await pixelsOf(out)).data.equals((await pixelsOf(picture)).data)).toBe(true)
  // Numbers and legend are written by the same painter in both places.
  await page.getByTestId('picture-labels').selectOption('all')
  const labelled = await saved(page, 'save-picture', join(app.folder, 'labelled.png'))
  const labelledView = await saved(page, 'save-view', join(app.folder, 'labelled.json'))
  const labelledOut = join(app.folder, 'labelled-again.png')
  await cli(app.folder, ['inspect', 'render', runs, '--view', labelledView, '--out', labelledOut])
  const words = (await pixelsOf(labelled)).data
  expect(words.equals((await pixelsOf(picture)).data)).toBe(false)
  expect((await pixelsOf(labelledOut)).data.equals(words)).toBe(true)
  await page.getByTestId('picture-labels').selectOption('none')
  expect(await readFile(await saved(page, 'save-objects', join(app.folder, 'o.csv')), 'utf8')).toMatch(/^id,label,level/)
  const film = await sharp(await saved(page, 'save-film', join(app.folder, 'film.png'))).metadata()
  // Three cut-outs of 320 x 240 in one row, with their numbers beneath.
  expect([film.width, film.height]).toEqual([3 * 326 + 6, 34 + 272 + 6])
  await page.getByLabel('From frame', { exact: true }).fill('1')
  const video = await readFile(await saved(page, 'save-video', join(app.folder, 'overlay.webm')))
  expect(video.subarray(0, 4)).toEqual(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]))
  await expect(page.getByTestId('video-written')).toContainText('frames_1_to_2')
  expect(await lengthOfVideo(video)).toBeCloseTo(0.2, 1)
  await page.getByLabel('to frame', { exact: true }).fill('0')
  await expect(page.getByTestId('save-video')).toBeDisabled()
  await page.getByLabel('Curve').selectOption({ index: 0 })
  const chart = await readFile(await saved(page, 'save-chart-svg', join(app.folder, 'area.svg')), 'utf8')
  expect(chart).toContain('area (pixels)')
  expect(chart).toMatch(/<(path|circle)[^>]* fill="(none|#0072b2)"/)
  const drawn = await sharp(await saved(page, 'save-chart-png', join(app.folder, 'area.png'))).stats()
  expect(drawn.channels[0]?.stdev).toBeGreaterThan(2)
  const candidates = await readFile(await saved(page, 'save-candidates', join(app.folder, 'candidates.csv')), 'utf8')
  // No cell of these scenes has a comma.
  const [head, ...rows] = candidates
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','))
  const decisions = rows.map((cells) => cells[head!.indexOf('decision')])
  expect(decisions.length).toBeGreaterThan(0)
  expect(decisions.every((decision) => decision === 'kept' || decision === 'dropped')).toBe(true)
  await page.getByTestId('copy-view').click()
  await expect(page.getByLabel('View', { exact: true }).getByRole('status')).not.toBeEmpty()
})

test('a browser without an encoder says so', async ({ app, signedIn: page }) => {
  test.setTimeout(240_000)
  await startRun(page, await makeScene(join(app.folder, 'scene'), { frames: 3 }))
  await expectState(page, /done|succeeded/i, 180_000)
  await lookAtFrames(page)
  await page.keyboard.press('e')
  await page.evaluate(() => {
    VideoEncoder.isConfigSupported = async (config) => ({ supported: false, config })
  })
  await page.getByTestId('save-video').click()
  await expect(page.getByTestId('take-away-dialog')).toContainText('no encoder for pictures of')
})

/** Seconds, as its container tells. */
const lengthOfVideo = (video: Buffer) =>
  new Input({ source: new BufferSource(new Uint8Array(video)), formats: ALL_FORMATS }).computeDuration()
