// The same work without a window: events, exit codes, inspection, scores and tracking from the command line.
import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { cli, expect, isAlive, test } from '../fixtures/app.ts'
import { makePrompt, makeScene } from '../fixtures/scene.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'

let folder: string
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-cli-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

test('run --json tells each event on a line, the last one with state and folder, and what it wrote verifies', async () => {
  const scene = await makeScene(join(folder, 'scene'), { frames: 5 })
  const { code, stdout, stderr } = await cli(folder, [
    'run',
    scene,
    '--out',
    join(folder, 'out'),
    '--levels',
    '2,4',
    '--frames',
    '0:5:2',
    '--set',
    'stages.filter.minArea=200',
    '--json',
  ])
  expect(stderr).not.toMatch(/bug of ours/)
  expect(code).toBe(0)
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const last = events.at(-1)
  expect([last.type, last.state]).toEqual(['runFinished', 'succeeded'])
  expect(events[0].config?.stages.filter.minArea ?? events.find((event) => event.type === 'runQueued')?.config.stages.filter.minArea).toBe(
    200,
  )
  expect(await readdir(last.runDir)).toEqual(
    expect.arrayContaining([
      'ssam.tar',
      'filter.tar',
      'tracker.tar',
      'manifest.ndjson',
      'journal.ndjson',
      'run.json',
      'report.md',
      'report.html',
    ]),
  )
  expect((await cli(folder, ['inspect', 'verify', last.runDir])).code).toBe(0)
  expect((await cli(folder, ['inspect', 'show', join(folder, 'out')])).stdout).toContain('succeeded')
  const masks = join(folder, 'masks')
  expect(
    (await cli(folder, ['inspect', 'dump', last.runDir, '--stage', 'tracker', '--level', '2', '--format', 'png', '--out', masks])).code,
  ).toBe(0)
  expect((await readdir(masks)).length).toBeGreaterThan(0)
  const { size } = await stat(join(last.runDir, 'tracker.tar'))
  await truncate(join(last.runDir, 'tracker.tar'), Math.floor(size / 2))
  const broken = await cli(folder, ['inspect', 'verify', last.runDir, '--json'])
  expect(broken.code).toBe(1)
  expect(broken.stdout).toMatch(/ARCHIVE_CUT.*ARTIFACT_GONE/)
})

test('wrong usage leaves with 2, wrong input with 1, each with a sentence', async () => {
  expect((await cli(folder, ['run'])).code).toBe(2)
  expect((await cli(folder, ['no-such-command'])).code).toBe(2)
  const unknown = await cli(folder, ['run', folder, '--out', folder, '--set', 'stages.filter.noSuchThing=1'])
  expect([unknown.code, /noSuchThing/.test(unknown.stderr)]).toEqual([2, true])
  const empty = await cli(folder, ['run', folder, '--out', join(folder, 'out')])
  expect(empty.code).toBe(1)
  expect(empty.stderr).toContain('holds no JPEG or PNG frames')
})

test('Ctrl+C cancels the run, leaves with 130, and no process is left', async () => {
  const scene = await makeScene(join(folder, 'scene'), { frames: 60, width: 320, height: 240 })
  const pids: number[] = []
  const { code, stdout } = await cli(folder, ['run', scene, '--out', join(folder, 'out'), '--json'], (child) => {
    let sent = false
    child.stdout?.on('data', (chunk: Buffer) => {
      if (sent || !String(chunk).includes('stageProgressed')) return
      sent = true
      void readdir('/proc').then(async (names) => {
        const { readFile } = await import('node:fs/promises')
        for (const name of names.filter((one) => /^\d+$/.test(one))) {
          const words = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
          if (words.includes('headless-') && words.includes(folder)) pids.push(Number(name))
        }
        child.kill('SIGINT')
      })
    })
  })
  expect(code).toBe(130)
  expect(JSON.parse(stdout.trim().split('\n').at(-1)!).state).toBe('cancelled')
  expect(pids.length).toBeGreaterThan(0)
  await expect.poll(() => pids.filter(isAlive)).toEqual([])
})

test('track carries a given mask through the frames, and score agrees with what is there', async () => {
  const scene = await makeScene(join(folder, 'scene'), { frames: 5 })
  const prompt = await makePrompt(join(folder, '0000.png'))
  const out = join(folder, 'tracked')
  const tracked = await cli(folder, ['track', scene, '--prompt', prompt, '--out', out])
  expect(tracked.stderr).not.toMatch(/bug of ours/)
  expect(tracked.code).toBe(0)
  expect((await readdir(out)).filter((name) => name.endsWith('.png'))).toEqual(['0000.png', '0001.png', '0002.png', '0003.png', '0004.png'])
  const score = await cli(folder, ['score', out, '--truth', out, '--json'])
  expect(score.code).toBe(0)
  expect(JSON.parse(score.stdout)).toMatchObject({ J: 1, F: 1 })
})

test('doctor says for each line what was found, and what to do where something is missing', async () => {
  const { code, stdout } = await cli(folder, ['doctor', '--json'])
  expect(code).toBe(0)
  const lines = JSON.parse(stdout) as { id: string; state: string; remedy?: string }[]
  expect(lines.map((line) => line.id)).toEqual(expect.arrayContaining(['machine', 'electron', 'gpu', 'ffmpeg', 'disk', 'memory']))
  for (const line of lines) if (line.state === 'broken') expect(line.remedy).toBeTruthy()
})
