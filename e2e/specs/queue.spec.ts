// The queue, the look ahead, pauses and the list of all runs, as a person uses them; each test names what would be broken.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cli, expect, isAlive, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectState, startRun } from '../fixtures/steps.ts'

test('before the start it says what will be taken over and what runs, and names the setting that changed', async ({
  app,
  signedIn: page,
}) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 4 })
  const first = await startRun(page, scene)
  await expectState(page, /done/i)
  await page.goto(`${app.address()}#/new?scene=${encodeURIComponent(scene)}&from=${first}`)
  await expect(page.getByTestId('settings-from')).toContainText('With the settings of')
  await expect(page.getByTestId('preflight-total')).toContainText('nothing has to run')
  await page.getByText('Filter', { exact: true }).click()
  await page.getByTestId('setting-stages.filter.minArea').fill('77')
  const filter = page.getByTestId('preflight-filter')
  await expect(filter).toHaveAttribute('data-action', 'run')
  await expect(filter).toContainText('config stages.filter.minArea 300 → 77')
  await expect(page.getByTestId('preflight-ssam')).toHaveAttribute('data-action', 'reuse')
  await page.getByTestId('run-start').click()
  await page.waitForURL(/#\/runs\/[^/]+$/)
  await expectState(page, /done/i)
  await expect(page.getByTestId('plan-ssam')).toHaveAttribute('data-action', 'reuse')
  await expect(page.getByTestId('plan-filter')).toHaveAttribute('data-action', 'run')
  await expect(page.getByTestId('setting-of-run-stages.filter.minArea')).toContainText('77 form')
  await expect(page.getByTestId('provenance')).toContainText('4 frames')
})

test('a run paused now gives its worker back, outlasts a restart of the server, and goes on to its end', async ({
  app,
  signedIn: page,
}) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 40, width: 320, height: 240 })
  const run = await startRun(page, scene)
  await expect(page.getByTestId('stage-tracker')).toContainText(/[1-9]\d* of 40/, { timeout: 60_000 })
  const before = await app.descendants()
  await page.getByTestId('pause-run').click()
  await page.getByTestId('pause-now').click()
  await expectState(page, /paused/i, 10_000)
  const after = await app.descendants()
  const gone = before.filter((pid) => !after.includes(pid))
  expect(gone.length).toBeGreaterThan(0)
  for (const pid of gone) expect(isAlive(pid)).toBe(false)
  await page.goto(await app.restart())
  await page.goto(`${app.address()}#/runs/${run}`)
  await expectState(page, /paused/i)
  await page.getByTestId('continue-run').click()
  await expectState(page, /done/i, 90_000)
  expect((await cli(app.folder, ['inspect', 'verify', join(app.output, await onlyRun(app.output))])).code).toBe(0)
})

test('a folder of scenes becomes a run each; a paused queue starts none, what waits is moved by key, and one scene that cannot run stops no other', async ({
  app,
  signedIn: page,
}) => {
  for (const name of ['scene_a', 'scene_b', 'scene_c']) await makeScene(join(app.folder, 'scenes', name), { frames: 3 })
  await makeScene(join(app.folder, 'scenes', 'scene_d'), { frames: 3, unreadable: 1 })
  await page.goto(`${app.address()}#/queue`)
  await page.getByTestId('queue-pause').click()
  await expect(page.getByTestId('queue-chip')).toContainText('queue paused')
  await page.goto(`${app.address()}#/new?scene=${encodeURIComponent(join(app.folder, 'scenes'))}`)
  await expect(page.getByTestId('chosen-scenes')).toContainText('4 of 4 scenes')
  await page.getByTestId('scenes-choice').fill('scene_b..scene_d')
  await expect(page.getByTestId('chosen-scenes')).toContainText('3 of 4 scenes')
  await page.getByTestId('run-start').click()
  await expect(page.getByTestId('refused-scenes')).toContainText('scene_d')
  await page.goto(`${app.address()}#/queue`)
  const entries = page.getByTestId('queue-entry')
  await expect(entries).toHaveCount(2)
  await expect(entries.first()).toContainText('scene_b')
  await expect(entries.first()).toContainText(/paused/)
  await entries.last().getByRole('link').focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect(entries.first()).toContainText('scene_c')
  await page.reload()
  await expect(entries.first()).toContainText('scene_c')
  await page.getByTestId('queue-pause').click()
  await expect(entries).toHaveCount(0, { timeout: 60_000 })
  await page.goto(`${app.address()}#/`)
  for (const row of await page.getByTestId('run-row').all()) await expect(row).toContainText('done')
})

test('a run is found again by its tag, its size is told before it is deleted, and then its folder is gone', async ({
  app,
  signedIn: page,
}) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 3 })
  await startRun(page, scene, { 'run-name': 'first light' })
  await expectState(page, /done/i)
  await page.goto(`${app.address()}#/runs`)
  const rows = page.getByTestId('registry-row')
  await expect(rows).toHaveCount(1)
  await rows.first().getByTestId('row-tags').fill('kept baseline')
  await page.keyboard.press('Enter')
  await page.getByTestId('registry-search').fill('baseline')
  await expect(rows).toHaveCount(1)
  await page.getByTestId('registry-search').fill('nothing of the kind')
  await expect(page.getByTestId('registry-page')).toContainText('No run fits')
  await page.getByTestId('registry-search').fill('')
  const folder = join(app.output, await onlyRun(app.output))
  await page.getByRole('button', { name: 'Delete first light' }).click()
  await expect(page.getByTestId('delete-size')).toContainText(/come free/)
  await page.getByTestId('delete-run').click()
  await expect(rows).toHaveCount(0)
  await expect(stat(folder)).rejects.toThrow('ENOENT')
})

async function onlyRun(output: string): Promise<string> {
  const names = await readdir(output)
  expect(names).toHaveLength(1)
  return names[0]!
}
