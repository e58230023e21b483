// `npm run bench:page [section …]`: what looking costs, in a real browser with software rendering, against the idle page in the same run.
// node bench/page/main.ts <chromium> <scratch folder> [section …]
import { join } from 'node:path'
import { makeScene as makeMovingScene } from '../../e2e/fixtures/scene.ts'
import { launch, lookAt, openRun, type Row, type Served, serve } from './browser.ts'
import { makeRun, makeScene, type RunPlan, type Scene } from './fixture-runs.ts'
import { hoverAndPan, keyToFrame, restyle, scrubStorm, watchReads } from './measure-frames.ts'
import { memoryOfMany } from './measure-memory.ts'
import { accessible, comparing, lanes } from './measure-pages.ts'
import { repeatFrames, viewerCost } from './measure-viewer.ts'

const [executablePath, folder, ...asked] = process.argv.slice(2)
if (!executablePath || !folder) throw new Error('main.ts <chromium> <folder> [section …]')

type Open = { readonly page: Awaited<ReturnType<typeof pageOn>>['page']; readonly server: Served; readonly ids: readonly string[] }

async function pageOn(server: Served, width = 1440, height = 900) {
  const browser = await launch(executablePath!)
  const page = await (await browser.newContext({ viewport: { width, height } })).newPage()
  await watchReads(page)
  return { browser, page, server }
}

/** Runs made of the plans are opened in a fresh browser; the last one is looked at. */
async function withPage<T>(
  folders: readonly string[],
  act: (open: Open) => Promise<T>,
  size: readonly [number, number] = [1440, 900],
): Promise<T> {
  const server = await serve()
  const { browser, page } = await pageOn(server, ...size)
  try {
    const ids: string[] = []
    for (const one of folders) ids.push(await openRun(page, server.link, one))
    if (ids.length > 0) await lookAt(page, server.link, ids.at(-1)!)
    return await act({ page, server, ids })
  } finally {
    await browser.close()
    await server.stop()
  }
}

const scenes = new Map<string, Promise<Scene>>()
const sceneOf = (frames: number, width: number, height: number) => {
  const key = `${frames} ${width} ${height}`
  const made = scenes.get(key) ?? makeScene(folder, frames, width, height)
  scenes.set(key, made)
  return made
}
const run = async (scene: Promise<Scene>, plan: RunPlan) => makeRun(folder, await scene, plan)

const sections: Readonly<Record<string, () => Promise<Row[]>>> = {
  keys: async () => {
    const few = await run(sceneOf(60, 960, 540), { name: 'keys-64', masksPerFrame: 64, lives: 'all' })
    const many = await run(sceneOf(60, 960, 540), { name: 'keys-1000', masksPerFrame: 1000, lives: 'all' })
    return [
      ...(await withPage([few], ({ page }) => keyToFrame(page, '64 masks', 2))),
      ...(await withPage([many], ({ page }) => keyToFrame(page, '1,000 masks', 4))),
    ]
  },
  hover: async () => {
    const folder = await run(sceneOf(6, 1920, 1080), { name: 'hover-2000', masksPerFrame: 2000, lives: 'all' })
    return withPage([folder], ({ page }) => hoverAndPan(page), [1920, 1080])
  },
  restyle: async () => {
    const folder = await run(sceneOf(60, 960, 540), { name: 'restyle-1000', masksPerFrame: 1000, lives: 'all' })
    return withPage([folder], ({ page }) => restyle(page))
  },
  scrub: async () => {
    const folder = await run(sceneOf(300, 960, 540), { name: 'scrub', masksPerFrame: 64, lives: 'all' })
    return withPage([folder], ({ page }) => scrubStorm(page))
  },
  memory: async () => {
    const few = await run(sceneOf(77, 640, 480), { name: 'memory-770', masksPerFrame: 10, lives: 'all' })
    const many = await run(sceneOf(77, 640, 480), { name: 'memory-77000', masksPerFrame: 1000, lives: 'all' })
    return memoryOfMany(executablePath, few, many, '77,000 masks / 770')
  },
  lanes: async () => {
    const folder = await run(sceneOf(90, 960, 540), { name: 'lanes-5000', masksPerFrame: 5000, lives: 'thirds' })
    return withPage([folder], ({ page }) => lanes(page))
  },
  compare: async () => {
    const a = await run(sceneOf(100, 960, 540), { name: 'compare-a', masksPerFrame: 200, lives: 'all' })
    const b = await run(sceneOf(100, 960, 540), { name: 'compare-b', masksPerFrame: 200, lives: 'all', shift: 3 })
    return withPage([a, b], ({ page, server, ids }) => comparing(page, server.link, ids[0]!, ids[1]!))
  },
  viewer: async () => {
    const scene = await makeMovingScene(join(folder, 'moving'), { frames: 24, width: 320, height: 240 })
    await repeatFrames(scene, 2400)
    return viewerCost(executablePath, scene)
  },
  axe: async () => {
    const folder = await run(sceneOf(60, 960, 540), { name: 'axe', masksPerFrame: 64, lives: 'all' })
    return withPage([folder], ({ page, server, ids }) => {
      const own = `#/runs/${encodeURIComponent(ids[0]!)}`
      const addresses = ['#/', '#/new', '#/queue', '#/runs', '#/machine', own, `${own}/frames`, `#/compare?a=${ids[0]}&b=${ids[0]}`]
      return accessible(page, server.link, addresses)
    })
  },
}

const unknown = asked.filter((name) => !Object.hasOwn(sections, name))
if (unknown.length > 0) throw new Error(`no section ${unknown.join(', ')}; there are ${Object.keys(sections).join(', ')}`)
const rows: Row[] = []
for (const [name, measure] of Object.entries(sections)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  for (const row of await measure()) {
    rows.push(row)
    const target = row.most === undefined ? '' : `<= ${row.most} ${row.value <= row.most ? 'met' : 'SHORT'}`
    const value = `${Number(row.value.toPrecision(3))} ${row.unit}`.trim()
    console.log(`${name.padEnd(8)} ${row.what.padEnd(72)} ${value.padStart(16)}  ${target.padEnd(14)} ${row.note ?? ''}`.trimEnd())
  }
}
const withTarget = rows.filter((row) => row.most !== undefined)
const short = withTarget.filter((row) => !(row.value <= row.most!))
console.log(
  `bench:page: ${withTarget.length - short.length} of ${withTarget.length} figures met${short.length > 0 ? `; short: ${short.map((row) => row.what).join('; ')}` : ''}`,
)
process.exitCode = short.length > 0 ? 1 : 0
