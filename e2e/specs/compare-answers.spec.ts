// Three answers, stages, a reference, and what can be taken away of them; each test names what would be broken.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { type App, cli, expect, test } from '../fixtures/app.ts'
import { isSquare, makeScene } from '../fixtures/scene.ts'
import { runWith } from '../fixtures/steps.ts'

const size = { width: 320, height: 240 }

test('three answers are shown of one frame, stage stands against stage, and each pair is matched once', async ({ app, signedIn: page }) => {
  const { first, second } = await twoRuns(app, page)
  await page.goto(`${app.address()}#/compare?a=${first}&b=${second}`)
  await expectFrames(page, 2)

  // The third answer is a stage of the first run: candidates stand beside tracks.
  await page.getByTestId('add-answer').click()
  await page.getByTestId('choose-stage-ssam').click()
  await expectFrames(page, 3)
  await expect(page.getByTestId('tag-c')).toHaveAttribute('data-stage', 'ssam')
  await expect(page.getByTestId('tag-a')).toHaveAttribute('data-stage', 'tracker')
  await expect(page).toHaveURL(/c-stage=ssam/)
  await expect(page.getByTestId('matching')).toHaveCount(0, { timeout: 60_000 })
  const ofRuns = await page.getByTestId('comparison-totals').textContent()

  await page.getByTestId('pair-second').selectOption('c')
  await expect(page).toHaveURL(/pair=a%2Cc/)
  await expect(page.getByTestId('matching')).toHaveCount(0, { timeout: 60_000 })
  await expect(page.getByTestId('comparison-totals')).not.toHaveText(ofRuns ?? '')
  await page.keyboard.press('d')
  await expect(page.getByTestId('difference-legend')).toContainText('masked in C only')
  await page.keyboard.press('Shift+W')
  await expect(page.getByTestId('pair-canvas')).toHaveAttribute('data-mode', 'onion')
  await expect(page).toHaveURL(/mode=onion/)
  await page.reload()
  await expect(page.getByTestId('pair-canvas')).toHaveAttribute('data-mode', 'onion')
  await expectFrames(page, 3)

  // What was matched before is there at once, and nothing is read for it.
  await expect(page.getByTestId('matching')).toHaveCount(0, { timeout: 60_000 })
  const matched = await page.getByTestId('comparison-totals').textContent()
  await page.getByTestId('pair-second').selectOption('b')
  await expect(page.getByTestId('comparison-totals')).toHaveText(ofRuns ?? '', { timeout: 60_000 })
  await page.getByTestId('pair-second').selectOption('c')
  await expect(page.getByTestId('comparison-totals')).toHaveText(matched ?? '', { timeout: 1000 })

  await page.getByRole('button', { name: 'Leave out B' }).click()
  await expectFrames(page, 2)
  await expect(page.getByTestId('tag-b')).toHaveAttribute('data-stage', 'ssam')
})

test('only the kinds that are pressed are listed, and n walks through these', async ({ app, signedIn: page }) => {
  const { first, second } = await twoRuns(app, page)
  await page.goto(`${app.address()}#/compare?a=${first}&b=${second}`)
  await expect(page.getByTestId('matching')).toHaveCount(0, { timeout: 60_000 })
  await expect(page.getByTestId('place').first()).toBeVisible()
  const all = await page.getByTestId('place').count()
  await page.getByTestId('kind-onlyA').click()
  await expect(page.getByTestId('place').first()).toContainText('only in A')
  for (const text of await page.getByTestId('place').allTextContents()) expect(text).toContain('only in A')
  await page.keyboard.press('n')
  await expect(page.locator('[data-testid=place][aria-current=true]')).toContainText('only in A')
  await page.getByTestId('kind-onlyA').click()
  await expect(page.getByTestId('place')).toHaveCount(all)
})

test('scores against annotated masks are those of the command line', async ({ app, signedIn: page }) => {
  const { first, second } = await twoRuns(app, page)
  const truth = await annotate(join(app.folder, 'truth'))
  await page.goto(`${app.address()}#/compare?a=${first}&b=${second}&c=${encodeURIComponent(`masks:${truth}`)}`)
  await expectFrames(page, 3)
  await expect(page.getByTestId('scoring')).toHaveCount(0, { timeout: 60_000 })
  const rows = page.getByTestId('score-row')
  await expect(rows.first()).toBeVisible()
  const shown = await rows.evaluateAll((all) => all.map((one) => ({ ...(one as HTMLElement).dataset })))
  const { stdout, stderr } = await cli(app.folder, [
    'compare',
    ...(await foldersOf(app.output, [first, second])),
    '--truth',
    truth,
    '--json',
  ])
  expect(stderr).toBe('')
  const { truth: scored } = JSON.parse(stdout) as {
    truth: { answer: number; levels: { level: number; j: number; f: number; jf: number }[] }[]
  }
  const expected = scored.flatMap(({ answer, levels }) =>
    levels.map(({ level, j, f, jf }) => ({ side: 'ab'[answer], level: String(level), j: String(j), f: String(f), jf: String(jf) })),
  )
  expect(expected.length).toBeGreaterThan(1)
  expect(expected.some(({ jf }) => Number(jf) > 0.3)).toBe(true)
  expect(shown.map(({ side, level, j, f, jf }) => ({ side, level, j, f, jf }))).toEqual(expected)
  await expect(page.getByTestId('score-ground').first()).toContainText('8 annotated frames, 1 annotated object')
})

test('beside a reference its object counts once over all levels, missing is what the reference has, and a sparse answer changes nothing', async ({
  app,
  signedIn: page,
}) => {
  const { first, second } = await twoRuns(app, page)
  const truth = encodeURIComponent(`masks:${await annotate(join(app.folder, 'truth'))}`)
  const open = async (query: string) => {
    await page.goto(`${app.address()}#/compare?${query}`)
    await expect(page.getByTestId('comparison-totals')).toBeVisible()
    await expect(page.getByTestId('matching')).toHaveCount(0, { timeout: 60_000 })
  }
  const kinds = () => page.locator('[data-testid^=kind-]').allTextContents()
  const countOf = async (word: string) => Number((await kinds()).find((text) => text.endsWith(word))?.split(' ')[0])

  for (const [query, answer, reference] of [
    [`a=${first}&b=${truth}`, 'A', 'B'],
    [`a=${truth}&b=${first}`, 'B', 'A'],
  ] as const) {
    await open(query)
    await expect(page.getByTestId('comparison-counts')).toContainText(`${reference} 1 object ·`)
    await expect(page.getByTestId('level-words')).toContainText('each of its objects counts once')
    const annotated = ['matched', `split in ${answer}`, `merged in ${answer}`, `missing in ${answer}`]
    const counts = await Promise.all(annotated.map(countOf))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1)
    expect(await countOf(`extra in ${answer}`)).toBeGreaterThan(0)
    expect((await kinds()).join()).not.toContain('only in')
  }

  // A folder that annotates one frame is a sparse third answer.
  await open(`a=${first}&b=${second}`)
  const alone = await page.getByTestId('comparison-totals').textContent()
  const sparse = join(app.folder, 'sparse')
  await annotate(sparse, 1)
  await open(`a=${first}&b=${second}&c=${encodeURIComponent(`masks:${sparse}`)}`)
  await expect(page.getByTestId('comparison-totals')).toHaveText(alone ?? '')
  await expect(page.getByTestId('common-frames')).toHaveText('8 frames of A and B')
  await page.keyboard.press('End')
  await expectFrames(page, 3, 7)
  await expect(page.getByTestId('tag-c')).toContainText('C does not have this frame')
  await page.getByTestId('only-shared').check()
  await expect(page).toHaveURL(/frames=shared/)
  await expect(page.getByTestId('common-frames')).toHaveText('1 frame of all')
  await expect(page.getByTestId('comparison-counts')).toContainText('1 frame')
})

test('stages of one run are told apart, and not called the same', async ({ app, signedIn: page }) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 4 })
  const run = await runWith(page, app.address(), scene, 'alone', 0)
  await page.goto(`${app.address()}#/compare?a=${run}&b=${run}&b-stage=ssam`)
  const facts = page.getByTestId('fact-table').getByRole('row')
  await expect(facts.filter({ hasText: 'stage' }).first()).toContainText('Candidates')
  await expect(facts.filter({ hasText: 'counted' })).toContainText(/candidates/)
  await expect(page.getByTestId('one-run')).toContainText('stages of one run')
  await expect(page.getByText('told the same')).toHaveCount(0)
})

test('every tool is in sight in a small window, also with three answers', async ({ app, signedIn: page }) => {
  const { first, second } = await twoRuns(app, page)
  await page.setViewportSize({ width: 1024, height: 700 })
  await page.goto(`${app.address()}#/compare?a=${first}&b=${second}&c=${first}&c-stage=ssam&mode=onion`)
  await expectFrames(page, 3)
  for (const name of ['How the answers are shown', 'Answers']) {
    const area = name === 'Answers' ? page.getByTestId('answers-bar') : page.getByRole('toolbar', { name })
    for (const control of await area.locator('button:visible, select:visible, input:visible, a:visible').all())
      await expect(control).toBeInViewport({ ratio: 0.99 })
    expect(await area.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0)
  }
})

test('hard frames, a report, the picture and a video leave the page whole', async ({ app, signedIn: page }) => {
  const { first, second } = await twoRuns(app, page)
  await page.goto(`${app.address()}#/compare?a=${first}&b=${second}`)
  await expectFrames(page, 2)
  await page.getByTestId('take-away').click()
  const out = join(app.output, 'hard')
  await page.getByTestId('folder-kind').selectOption('hardFrames')
  await page.getByTestId('folder-out').fill(out)
  await page.getByTestId('write-folder').click()
  await expect(page.getByTestId('folder-written')).toContainText('frames in')
  const manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as {
    answers: { runId: string }[]
    frames: { picture: string; reasons: string[]; masks: { file: string; ids: number[] }[] }[]
  }
  expect(manifest.answers.map(({ runId }) => runId)).toEqual([first, second])
  const hard = manifest.frames[0]!
  expect(hard.reasons.join()).toContain('A and B differ')
  const { data, info } = await sharp(join(out, hard.masks[0]!.file))
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([size.width, size.height])
  expect(new Uint16Array(data.buffer, data.byteOffset, data.length / 2).some((value) => value > 0)).toBe(true)
  await readFile(hard.picture)
  // Nothing is ever written over.
  await page.getByTestId('write-folder').click()
  await expect(page.getByTestId('fault-card')).toBeVisible()

  await page.getByTestId('folder-kind').selectOption('report')
  await page.getByTestId('folder-out').fill(join(app.output, 'report'))
  await page.getByTestId('write-folder').click()
  await expect(page.getByTestId('folder-written')).toContainText('pictures in')
  expect(await readFile(join(app.output, 'report', 'report.html'), 'utf8')).toContain('keeps large')

  const saved = async (button: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(button).click()])
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
  }
  const picture = await saved('save-picture')
  const { channels } = await sharp(picture.bytes).stats()
  expect(channels.slice(0, 3).some(({ stdev }) => stdev > 5)).toBe(true)
  const video = await saved('save-video')
  expect(video.name).toMatch(/\.webm$/)
  expect(video.bytes.subarray(0, 4).toString('hex')).toBe('1a45dfa3')
  expect(video.bytes.length).toBeGreaterThan(2000)
})

test('a lost graphics context is told, and the frames are drawn again when it is back', async ({ app, signedIn: page }) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 4 })
  const run = await runWith(page, app.address(), scene, 'alone', 0)
  await page.goto(`${app.address()}#/compare?a=${run}&b=${run}`)
  await expectFrames(page, 2)
  // A canvas without its context gives no extension any more: the one from before brings it back.
  const extension = await page.getByTestId('pair-canvas').evaluateHandle((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error('the picture is no canvas')
    return canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')
  })
  const lose = (act: 'loseContext' | 'restoreContext') => extension.evaluate((one, name) => one?.[name](), act)
  await lose('loseContext')
  await expect(page.getByTestId('gpu-lost')).toBeVisible()
  await lose('restoreContext')
  await expect(page.getByTestId('gpu-lost')).toHaveCount(0)
  await page.keyboard.press('ArrowRight')
  await expectFrames(page, 2, 1)
})

async function twoRuns(app: App, page: Page) {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 8, ...size })
  const first = await runWith(page, app.address(), scene, 'keeps all', 0)
  const second = await runWith(page, app.address(), scene, 'keeps large', 20_000)
  return { first, second }
}

/** Folders of runs have names of their own; the journal of a run tells its id. */
async function foldersOf(output: string, ids: readonly string[]): Promise<string[]> {
  const texts = new Map<string, string>()
  for (const name of await readdir(output)) texts.set(name, await readFile(join(output, name, 'run.json'), 'utf8'))
  return ids.map((id) =>
    join(output, [...texts].find(([name, text]) => name.includes(id) || text.includes(`"${id}"`))?.[0] ?? `no folder of ${id}`),
  )
}

/** The red square of the scene as object 1, on every frame. */
async function annotate(folder: string, frames = 8): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (let i = 0; i < frames; i += 1) {
    const raw = Uint8Array.from({ length: size.width * size.height }, (_, at) =>
      isSquare(i, at % size.width, Math.floor(at / size.width)) ? 1 : 0,
    )
    const png = await sharp(raw, { raw: { ...size, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    await writeFile(join(folder, `${String(i).padStart(4, '0')}.png`), png)
  }
  return folder
}

/** Picture and masks of each answer as they were drawn are of one frame. */
async function expectFrames(page: Page, answers: number, frame?: number): Promise<void> {
  const drawn = async () => ((await page.evaluate(() => document.documentElement.dataset.pairShown)) ?? '').split(' ').map(Number)
  await expect.poll(async () => (await drawn()).length).toBe(answers * 2)
  if (frame !== undefined) await expect.poll(async () => (await drawn())[0]).toBe(frame)
  expect(new Set(await drawn()).size).toBe(1)
}
