// Sessions, lost connections and lost engines.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cli, expect, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectState, startRun } from '../fixtures/steps.ts'

test('without a session nothing is shown but what to do; a link works once; other origins are refused', async ({ app, page, browser }) => {
  const stranger = await browser.newContext()
  const refused = await stranger.request.get(app.address())
  expect(refused.status()).toBe(401)
  expect(await refused.text()).toMatch(/link/i)
  await page.goto(app.link())
  await expect(page.getByTestId('start-demo')).toBeVisible()
  const again = await stranger.request.get(app.link())
  expect(again.status()).toBe(401)
  const bytes = await page.request.get(`${app.address()}bytes?q=${encodeURIComponent('{"what":"file","runId":"x","path":"y"}')}`)
  expect(bytes.status()).toBe(422)
  expect((await bytes.json()).code).toBe('RUN_NOT_FOUND')
  await stranger.close()
})

test('when the server goes the page says so and keeps what it shows; when it is back, so is the page', async ({ app, signedIn: page }) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 3 })
  await startRun(page, scene)
  await expectState(page, /done|succeeded/i)
  const back = app.restart()
  await expect(page.getByTestId('connection-banner')).toBeVisible()
  await expect(page.getByTestId('stage-ssam')).toBeVisible()
  // A restarted server knows no sessions: the new link signs in again.
  await page.goto(await back)
  await expect(page.getByTestId('connection-banner')).toBeHidden()
  await expect(page.getByTestId('run-row').first()).toContainText(/done|succeeded/i)
})

test('an engine that is killed comes back, goes on with its run by itself, and says so on the page of the run', async ({
  app,
  signedIn: page,
}) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 40, width: 320, height: 240 })
  const run = await startRun(page, scene)
  await expect(page.getByTestId('stage-tracker')).toContainText(/[1-9]\d* of 40/, { timeout: 60_000 })
  const [engine] = await app.descendants()
  process.kill(engine!, 'SIGKILL')
  await page.goto(`${app.address()}#/runs/${run}`)
  await expectState(page, /done|succeeded/i, 120_000)
  await expect(page.locator('[data-testid=warning][data-code=ENGINE_RESTARTED]')).toBeVisible()
  expect((await cli(app.folder, ['inspect', 'verify', await runFolder(app.output)])).code).toBe(0)
})

async function runFolder(output: string): Promise<string> {
  const [name] = await readdir(output)
  return join(output, name!)
}
