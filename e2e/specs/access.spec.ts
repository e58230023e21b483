// Every page in both themes, held against WCAG 2.2 AA by axe: nothing serious may be found.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { encodeGraph } from '../../src/core/model/onnx-writer.ts'
import { tinyYoloSeg } from '../../src/core/model/tiny-yolo-seg.ts'
import { expect, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectFrame, expectState, startRun } from '../fixtures/steps.ts'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

async function expectAccessible(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    // Colours are told apart after their change, not in the middle of it.
    await page.waitForTimeout(250)
    const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
    const grave = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.failureSummary})`)
            .slice(0, 5)
            .join('; ')}`,
      )
    expect.soft(grave, `${name}, ${colorScheme}`).toEqual([])
  }
}

test('no page has a serious finding in either theme', async ({ app, signedIn: page }) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 4 })
  await expectAccessible(page, 'start, empty')
  const run = await startRun(page, scene)
  await expectState(page, /done/i)
  await expectAccessible(page, 'run')
  const home = app.address()
  await page.goto(`${home}#/`)
  await expect(page.getByTestId('run-row')).toHaveCount(1)
  await expectAccessible(page, 'start')
  await page.goto(`${home}#/new?scene=${encodeURIComponent(scene)}&from=${run}`)
  await expect(page.getByTestId('preflight-total')).toBeVisible()
  await expectAccessible(page, 'new run')
  await page.goto(`${home}#/queue`)
  await expect(page.getByTestId('queue-page')).toBeVisible()
  await expectAccessible(page, 'queue')
  await page.goto(`${home}#/runs`)
  await expect(page.getByTestId('registry-row')).toHaveCount(1)
  await expectAccessible(page, 'all runs')
  await page.goto(`${home}#/machine`)
  await expect(page.getByText('Electron runtime').first()).toBeVisible()
  await expectAccessible(page, 'machine')
  await page.goto(`${home}#/models`)
  await expect(page.getByTestId('models-empty')).toBeVisible()
  await page.getByTestId('known-row').first().click()
  await expect(page.getByTestId('known-detail')).toBeVisible()
  await expect(page.getByTestId('export-commands')).toBeVisible()
  await expectAccessible(page, 'models, empty')
  await writeFile(join(app.folder, 'state', 'models', 'squares.onnx'), encodeGraph(tinyYoloSeg()))
  await writeFile(join(app.folder, 'state', 'models', 'weights.pt'), Uint8Array.of(0x80, 2))
  await page.getByTestId('model-row').click()
  await page.getByTestId('model-test').click()
  await expect(page.getByTestId('model-tested')).toBeVisible()
  await expectAccessible(page, 'models')
  await page.getByTestId('models-add').click()
  await expectAccessible(page, 'models, adding')
  await page.keyboard.press('Escape')
  await page.goto(`${home}#/runs/${run}/frames`)
  await expectFrame(page)
  await expectAccessible(page, 'frames')
  await page.goto(`${home}#/compare?a=${run}&b=${run}`)
  await expect(page.getByTestId('comparison-totals')).toBeVisible()
  await expectAccessible(page, 'compare')
  await page.keyboard.press('Control+k')
  await expectAccessible(page, 'palette')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await expectAccessible(page, 'keys')
})
