// `npm run bench [section …]`: measures what docs/benchmarks.md reports, beside its peer where there is one, and writes bench/results.json.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { engineSections } from './bench-engine.mjs'
import { my3disSections } from './bench-my3dis.mjs'
import { at, build, ensureInstalled, findNode, findProgram, root } from './project.mjs'

ensureInstalled()
build()
const data = process.env.SCENEWRIGHT_DATA ?? [resolve(root, '../shared/data')].find((path) => existsSync(path))
const peers = process.env.SCENEWRIGHT_PEERS ?? [resolve(root, '../shared/peers')].find((path) => existsSync(path))
const scratch = mkdtempSync(join(tmpdir(), 'scenewright-bench-'))
const env = {
  ...process.env,
  ...(data ? { SCENEWRIGHT_DATA: data } : {}),
  ...(peers ? { SCENEWRIGHT_PEERS: peers } : {}),
  SCENEWRIGHT_STATE: join(scratch, 'state'),
  SCENEWRIGHT_OUTPUT: join(scratch, 'runs'),
}
const rows = []

/** `target` as [sign, number]; a figure without a target is only reported. */
function row(section, what, value, unit, target, peer) {
  const met = target === undefined ? '' : (target[0] === '>=' ? value >= target[1] : value <= target[1]) ? 'met' : 'SHORT'
  rows.push({ section, what, value, unit, target: target?.join(' '), peer, ratio: peer === undefined ? undefined : value / peer, met })
  const pair = peer === undefined ? '' : `  peer ${round(peer)}  ratio ${round(value / peer)}`
  console.log(`${section.padEnd(12)} ${what.padEnd(52)} ${round(value)} ${unit}${pair}  ${target?.join(' ') ?? ''} ${met}`)
}
function skip(section, why) {
  rows.push({ section, skipped: why })
  console.log(`${section.padEnd(12)} skipped: ${why}`)
}
function round(value) {
  return Number(value.toPrecision(4))
}

function node(...args) {
  const { status, stdout, stderr } = spawnSync(findNode(), args, { cwd: root, env, encoding: 'utf8', maxBuffer: 256 << 20 })
  // A drill that falls short ends with 1 and still tells its figures, which are to be printed.
  if (status !== 0 && !(status === 1 && args.includes('--json') && stdout.startsWith('{')))
    throw new Error(`${args[0]} ended with ${status}: ${stderr.slice(-800)}`)
  return stdout
}
function cli(...words) {
  return node(at('out', 'main', 'cli.js'), ...words)
}
/** The first Python that has what the peers need. */
const pythonProgram = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import numpy, cv2, PIL']).status === 0)
function python(...args) {
  if (!pythonProgram) return undefined
  const { status, stdout } = spawnSync(pythonProgram, args, { encoding: 'utf8', env })
  return status === 0 ? JSON.parse(stdout) : undefined
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

const sequences = ['blackswan', 'car-shadow', 'dog', 'soapbox']
const davis = (kind, sequence) => join(data, 'tracking-davis', kind, sequence)

/** The `track` command from the true first mask, scored by our `score`; the peer's masks by both scorers. */
function track() {
  const ours = []
  const theirs = []
  for (const sequence of sequences) {
    const truth = davis('Annotations', sequence)
    const first = join(truth, spawnSync('ls', [truth], { encoding: 'utf8' }).stdout.split('\n')[0])
    const out = join(scratch, `track-${sequence}`)
    cli('track', davis('JPEGImages', sequence), '--prompt', first, '--out', out)
    const { J } = JSON.parse(cli('score', out, '--truth', truth, '--json'))
    ours.push(J)
    if (!peers) continue
    const peerOut = join(scratch, `peer-${sequence}`)
    if (!python(join(peers, 'flow_track.py'), davis('JPEGImages', sequence), first, peerOut)) continue
    const peerScore = python(join(peers, 'score_masks.py'), truth, peerOut)
    if (!peerScore) continue
    theirs.push(peerScore.J)
    const again = JSON.parse(cli('score', peerOut, '--truth', truth, '--json'))
    row('score', `our score of the peer's masks, ${sequence}: J off by`, Math.abs(again.J - peerScore.J), '', ['<=', 0.001])
    row('score', `our score of the peer's masks, ${sequence}: F off by`, Math.abs(again.F - peerScore.F), '', ['<=', 0.001])
    row('track', `J of ${sequence}`, J, '', undefined, peerScore.J)
  }
  row('track', 'mean J over four sequences', mean(ours), '', ['>=', 0.64], theirs.length === sequences.length ? mean(theirs) : undefined)
}

function candidates() {
  const text = node(at('bench', 'candidates-davis.ts'), '--all')
  row('candidates', 'best overlap with the true object, mean', Number(/mean over sequences: ([\d.]+)/.exec(text)[1]), '', ['>=', 0.62])
  row('candidates', 'candidates a frame, at most', Math.max(...[...text.matchAll(/at most (\d+)/g)].map((match) => Number(match[1]))), '', [
    '<=',
    300,
  ])
}

function lastRun(stdout) {
  return JSON.parse(stdout.trim().split('\n').at(-1))
}
function journalOf(runDir) {
  return readFileSync(join(runDir, 'journal.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Bedroom, every second frame, three levels. Memory is resident memory of worker and engine, one sample a second. */
function realRun() {
  const begun = Date.now()
  const { runDir, state } = lastRun(
    cli('run', join(data, 'tracking-bedroom'), '--out', join(scratch, 'real'), '--frames', '0:-1:2', '--levels', '2,4,6', '--json'),
  )
  if (state !== 'succeeded') throw new Error(`the real run ended ${state}`)
  row('real-run', 'wall time', (Date.now() - begun) / 1000, 's', ['<=', 300])
  const events = journalOf(runDir)
  const samples = events
    .filter((event) => event.type === 'sampleTaken')
    .map(({ stage, sample }) => ({ stage, bytes: sample.workerMemoryBytes + sample.engineMemoryBytes }))
  row('real-run', 'peak memory, worker and engine', Math.max(...samples.map(({ bytes }) => bytes)) / 2 ** 30, 'GiB', ['<=', 1.5])
  const tracker = samples.filter(({ stage }) => stage === 'tracker')
  for (const [what, list] of [
    ['whole run', samples],
    ['tracker stage', tracker],
  ]) {
    const quarter = (i) =>
      mean(list.slice(Math.floor((i * list.length) / 4), Math.floor(((i + 1) * list.length) / 4)).map(({ bytes }) => bytes))
    row('real-run', `memory, last quarter / second quarter, ${what}`, quarter(3) / quarter(1), '', ['<=', 1.05])
  }
  bookkeeping(events)
}

/** What the engine adds between stages: the run's time less the stages' own. The worker's start is part of the first stage's lease. */
function bookkeeping(events) {
  const stages = events.filter((event) => event.type === 'stageFinished')
  const gaps = stages.slice(1).map((stage) => {
    const started = events.find((event) => event.type === 'stageStarted' && event.stage === stage.stage)
    const before = events.findLast((event) => event.type === 'stageFinished' && event.seq < started.seq)
    return started.at - before.at
  })
  const total = stages.reduce((sum, stage) => sum + stage.durationMs, 0)
  row('bookkeeping', 'engine time between two stages, mean', mean(gaps), 'ms', ['<=', 2])
  row('bookkeeping', 'share of the run', (100 * gaps.reduce((sum, gap) => sum + gap, 0)) / total, '%', ['<=', 1])
}

function demo() {
  const begun = Date.now()
  const { state } = lastRun(cli('demo', '--out', join(scratch, 'demo'), '--json'))
  if (state !== 'succeeded') throw new Error(`the demo ended ${state}`)
  row('demo', 'demo run, start to end', (Date.now() - begun) / 1000, 's', ['<=', 60])
}

/** From starting the built server to a start button that can be pressed, in Chromium. */
async function start() {
  const { chromium } = await import('@playwright/test')
  const executablePath = process.env.E2E_CHROMIUM ?? findProgram('chromium', 'google-chrome')
  if (!executablePath) return skip('start', 'no Chromium here')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const page = await browser.newPage()
  const begun = Date.now()
  const server = spawn(findNode(), [at('out', 'main', 'cli.js'), 'serve', '--port', '0'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const link = await new Promise((done) => server.stdout.on('data', (chunk) => /http:\S+/.test(chunk) && done(/http:\S+/.exec(chunk)[0])))
  await page.goto(link)
  await page.getByTestId('start-demo').waitFor()
  row('start', 'server start to a usable page', (Date.now() - begun) / 1000, 's', ['<=', 3])
  await browser.close()
  server.kill('SIGINT')
}

function masks() {
  if (!peers) return skip('masks', 'no peers folder')
  const theirs = python(join(peers, 'masks.py'))
  if (!theirs) return skip('masks', 'the peer could not run (Python with NumPy)')
  console.log(`masks        peer: ${JSON.stringify(theirs)}`)
  for (const [what, ms] of Object.entries(JSON.parse(node(at('bench', 'masks.ts'))))) row('masks', what, ms, 'ms')
}

/** Overlap, union and label raster without a dense raster; the bench runs its peer itself, in the same minute. */
function maskSpace() {
  if (!peers) return skip('mask-space', 'no peers folder')
  const { ours, peer, ratios } = JSON.parse(node(at('bench', 'mask-space.ts')))
  if (ratios === undefined) return skip('mask-space', 'the peer could not run (Python with NumPy)')
  const faster = (what, theirs, ms, target) => row('mask-space', `${what}: times as fast as dense NumPy`, theirs / ms, '', target)
  faster('IoU of a pair, over all pairs of 300', peer.iou_dense_ms, ours.iouMs, ['>=', 500])
  faster('IoU of a pair that overlaps, areas known', peer.iou_dense_ms, ours.iouTouchingAreasKnownMs)
  faster('union of 300 masks, run lengths', peer.union_stack_any_ms, ours.unionMs, ['>=', 10])
  faster('union of 300 masks, packed words', peer.union_stack_any_ms, ours.unionPackedMs, ['>=', 10])
  row('mask-space', 'memory of the union, share of np.stack', 100 * ratios.unionMemoryShare, '%', ['<=', 5])
  row('mask-space', 'memory of the packed union, share of np.stack', 100 * ratios.unionPackedMemoryShare, '%', ['<=', 5])
  faster('300 masks to a label raster, against decoding each', ours.masks * peer.rle_decode_dense_ms, ours.labelRasterMs, ['>=', 100])
}

/** The thread around a network, networks that were optimised before, and prompts together; then aborts inside of native calls; then real networks. */
function inference() {
  const { overhead, secondStart, prompts, decoderOfSam } = JSON.parse(node(at('bench', 'inference.ts')).trim().split('\n').at(-1))
  for (const [name, { threadMs, bareMs, percent, busyPercent }] of Object.entries(overhead)) {
    row('inference', `a run of ${name}`, threadMs, 'ms', undefined, bareMs)
    row('inference', `more than a bare onnxruntime-node loop: ${name}`, percent, '%', ['<=', 5])
    row('inference', `the same in processor time: ${name}`, busyPercent, '%')
  }
  for (const [name, { percent }] of Object.entries(secondStart))
    row('inference', `second start, share of the first: ${name}`, percent, '%', name === 'folding dominates' ? ['<=', 25] : undefined)
  // 16 at a time is what a run does unless it is told otherwise.
  for (const [size, { ratio, busyRatio }] of Object.entries(prompts.batches)) {
    row('inference', `${prompts.count} prompts, ${size} at a time, against 1`, ratio, 'x', size === '16' ? ['<=', 6] : undefined)
    row('inference', `the same in processor time: ${size} at a time`, busyRatio, 'x')
  }
  row('inference', 'a click on a SAM export without enlarging, share', decoderOfSam.percent, '%')
  const drill = JSON.parse(node(at('scripts', 'drill-inference.mjs'), '--json'))
  row('inference', 'frames lost in 100 aborts inside native calls', drill.lostFrames, '', ['<=', 0])
  row('inference', 'results that differ after them', Number(!drill.sameResult), '', ['<=', 0])
  row('inference', 'going on after an abort, worst, less a cold start', drill.resumedMaxMs - drill.coldMs, 'ms', ['<=', 2000])
  row('inference', 'slowest answer of the engine meanwhile', drill.slowestAnswerMs, 'ms')
  realNetworks()
}

function realNetworks() {
  if (!data) return skip('inference', 'real networks: SCENEWRIGHT_DATA is not set')
  for (const [file, { recorded, pictures, problems }] of Object.entries(JSON.parse(node(at('bench', 'detections.ts'))))) {
    row('inference', `unlike ${recorded} boxes on ${pictures} pictures: ${file}`, problems.length, '', ['<=', 0])
    for (const problem of problems) console.log(`             ${problem}`)
  }
  const least = { blackswan: 0.75, dog: 0.84, 'car-shadow': 0.9 }
  for (const [sequence, { bestIou }] of Object.entries(JSON.parse(node(at('bench', 'onnx-davis.ts'), '--json'))))
    row('inference', `YOLO-seg, IoU of the best instance: ${sequence}`, bestIou, '', least[sequence] && ['>=', least[sequence]])
}

function house() {
  const { stdout } = spawnSync(findNode(), [at('scripts', 'check.mjs'), '--no-unit'], { cwd: root, env, encoding: 'utf8' })
  row('house', 'failed rules of npm run check (cycles, law, length, any)', (stdout.match(/^FAIL/gm) ?? []).length, '', ['<=', 0])
}

const sections = {
  house,
  track,
  candidates,
  demo,
  start,
  realRun,
  masks,
  maskSpace,
  inference,
  ...engineSections({ row, skip, env }),
  ...my3disSections({ row, skip, env, python, scratch, peers }),
}
const asked = process.argv.slice(2)
const needsData = new Set(['track', 'candidates', 'realRun'])
for (const [name, run] of Object.entries(sections)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  if (needsData.has(name) && !data) skip(name, 'SCENEWRIGHT_DATA is not set')
  else await run()
}
rmSync(scratch, { recursive: true, force: true })
const machine = {
  cores: cpus().length,
  cpu: cpus()[0]?.model,
  memoryGiB: round(totalmem() / 2 ** 30),
  node: spawnSync(findNode(), ['-v'], { encoding: 'utf8' }).stdout.trim(),
}
if (asked.length === 0)
  writeFileSync(at('bench', 'results.json'), `${JSON.stringify({ date: new Date().toISOString(), machine, rows }, undefined, 2)}\n`)
const short = rows.filter((one) => one.met === 'SHORT')
console.log(
  `\n${rows.filter((one) => one.met === 'met').length} met, ${short.length} short, ${rows.filter((one) => one.skipped).length} skipped`,
)
