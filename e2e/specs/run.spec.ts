// Starting, watching, cancelling and reading a run in the browser; each test names what would be broken.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, isAlive, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectState, startRun } from '../fixtures/steps.ts'

test('the form draws the settings of the schema, and a wrong one is said at its field', async ({ app, signedIn: page }) => {
  const scene = await makeScene(join(app.folder, 'scene'))
  await page.goto(`${app.address()}#/new?scene=${encodeURIComponent(scene)}`)
  await expect(page.getByTestId('probe-answer')).toContainText('128')
  await expect(page.getByTestId('probe-answer')).toContainText('8')
  await page.getByTestId('slice-step').fill('3')
  await expect(page.getByTestId('selected-frames')).toContainText('3')
  await page.getByTestId('slice-start').fill('50')
  await page.getByTestId('run-start').click()
  await expect(page.getByTestId('run-form')).toContainText(/selects none|no frame/i)
})

test('wrong folders are named with what to do', async ({ app, signedIn: page }) => {
  await mkdir(join(app.folder, 'empty'))
  await page.goto(`${app.address()}#/new?scene=${encodeURIComponent(join(app.folder, 'empty'))}`)
  await expect(page.getByTestId('probe-fault')).toContainText('holds no JPEG or PNG frames')
  await page.getByTestId('scene-path').fill(join(app.folder, 'nowhere'))
  await expect(page.getByTestId('probe-fault')).toContainText('Nothing was found')
  const scene = await makeScene(join(app.folder, 'broken'), { unreadable: 5 })
  await page.getByTestId('scene-path').fill(scene)
  await expect(page.getByTestId('probe-answer')).toBeVisible()
  await page.getByTestId('run-start').click()
  await expect(page.getByTestId('fault-card')).toContainText(/Frame 5 \(0005\.png\) cannot be read/)
})

test('a run goes through its stages with live charts, a log that can be searched, and a report whose pictures load', async ({
  app,
  signedIn: page,
}) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 6 })
  await startRun(page, scene)
  await expect(page.getByTestId('stage-ssam')).toBeVisible()
  await expectState(page, /done|succeeded/i)
  for (const stage of ['ssam', 'filter', 'tracker', 'report']) await expect(page.getByTestId(`stage-${stage}`)).toBeVisible()
  await expect(page.getByTestId('chart-ssam-cpu')).toBeVisible()
  await expect(page.getByTestId('stage-ssam')).toContainText('built-in')
  await page.getByTestId('log-search').fill('built-in')
  await expect(page.getByTestId('log-line').first()).toContainText('built-in')
  await page.getByTestId('log-search').fill('no such words')
  await expect(page.getByTestId('log-line')).toHaveCount(0)
  const [report] = await Promise.all([page.context().waitForEvent('page'), page.getByTestId('report-link').click()])
  await report.waitForLoadState('load')
  await expect(report.getByRole('heading', { level: 1 })).toContainText('Report')
  await report.locator('img').last().scrollIntoViewIfNeeded()
  await expect
    .poll(() =>
      report
        .locator('img')
        .evaluateAll((images) => images.filter((image) => image instanceof HTMLImageElement && image.naturalWidth > 0).length),
    )
    .toBeGreaterThan(0)
})

test('cancel is seen at once and leaves no worker', async ({ app, signedIn: page }) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 60, width: 320, height: 240 })
  await startRun(page, scene)
  await expectState(page, /running/i)
  const before = await app.descendants()
  await page.getByTestId('cancel-run').click()
  await expectState(page, /cancelled/i, 10_000)
  const after = await app.descendants()
  const gone = before.filter((pid) => !after.includes(pid))
  expect(gone.length).toBeGreaterThan(0)
  for (const pid of gone) expect(isAlive(pid)).toBe(false)
})

test('a reload in the middle of a run finds it still there and going, with nothing twice in its log', async ({ app, signedIn: page }) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 24, width: 192, height: 144 })
  await startRun(page, scene)
  await expectState(page, /running/i)
  await expect(page.getByTestId('log-line').first()).toBeVisible()
  await page.reload()
  await expect(page.getByTestId('run-state')).toBeVisible()
  await expectState(page, /done|succeeded/i, 90_000)
  const lines = await page.getByTestId('log-line').allInnerTexts()
  expect(new Set(lines).size).toBe(lines.length)
})
