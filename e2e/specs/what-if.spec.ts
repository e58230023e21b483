// Trying other thresholds on stored candidates: the picture, the counts and the new run agree.
import { join } from 'node:path'
import { expect, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectFrame, expectState, pictureHash, startRun } from '../fixtures/steps.ts'

test('thresholds are tried on the frame at once and over the run, and the new run takes the candidates over', async ({
  app,
  signedIn: page,
}) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 6 })
  const run = await startRun(page, scene)
  await expectState(page, /done/i)
  await page.goto(`${app.address()}#/runs/${run}/frames?stage=ssam`)
  await expectFrame(page)
  await page.getByTestId('what-if').click()
  await expect(page.getByTestId('what-if-run')).toContainText(/[1-9]\d* kept/)
  const before = await pictureHash(page)
  await page.getByTestId('what-if-area').fill('4000')
  await expect(page.getByTestId('what-if-here')).toContainText('too small')
  await page.getByTestId('what-if-dropped').check()
  await expect.poll(() => pictureHash(page)).not.toBe(before)
  await page.getByTestId('what-if-dropped').uncheck()
  await page.getByTestId('what-if-commit').click()
  await expect(page.getByTestId('settings-from')).toContainText('With the settings of')
  await expect(page.getByTestId('preflight-ssam')).toHaveAttribute('data-action', 'reuse')
  await expect(page.getByTestId('preflight-filter')).toContainText('config stages.filter.minArea 300 → 4000')
})
