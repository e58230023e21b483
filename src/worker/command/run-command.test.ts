// Tests of command stages with the fake program: every way to succeed, to fail, and to be refused before the start.
import { access, readFile, readdir, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CommandBench, fakeProgram, openCommandBench, placeForeignFile, smallPng, type Step } from './command-fixture.ts'
import type { CommandOutcome } from './run-command.ts'

const result: Step = { write: 'result.json', json: { masks: 3 } }
let bench: CommandBench
beforeEach(async () => {
  bench = await openCommandBench()
})
afterEach(async () => {
  expect(await bench.alive()).toEqual([])
  await bench.close()
})

function faultOf(outcome: CommandOutcome) {
  if (outcome.state !== 'failed') throw new Error(`expected a failure, got ${outcome.state}: ${JSON.stringify(bench.said)}`)
  return outcome.fault
}
const runSteps = (steps: readonly Step[], changes?: Readonly<Record<string, unknown>>) => bench.run(bench.declare({ steps }, changes))
const isThere = (path: string) =>
  access(join(bench.folder, path)).then(
    () => true,
    () => false,
  )

describe('a program that does its work', () => {
  it('has its outputs in place with the hash of their bytes, its log kept, and no private folder left', async () => {
    const outcome = await runSteps([{ print: 'working' }, result, { print: 'careful', to: 'stderr' }])
    expect(outcome).toMatchObject({ state: 'succeeded', version: '1.4.2', counts: { outputFiles: 1, attempts: 1 } })
    const bytes = await readFile(join(bench.folder, 'fake/result.json'))
    expect(bench.files.map(({ name }) => name)).toEqual(['fake/result.json', 'fake/.stage.json', 'logs/fake.log'])
    expect(bench.files[0]).toMatchObject({
      mediaType: 'application/json',
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    expect((await bench.logText()).split('\n').sort()).toEqual(['', 'careful', 'working'])
    expect((await readdir(bench.folder)).filter((name) => name.startsWith('.stage'))).toEqual([])
  })
  it('sees of our environment only what is allowed, and no secret of ours', async () => {
    const declaration = bench.declare({ steps: [{ tell: 'env' }, result] }, { envKeep: ['KEPT'], env: { LEVELS: '{config.levels}' } })
    const env = {
      PATH: process.env.PATH,
      HOME: '/nowhere',
      LANG: 'C',
      TOKEN: 'secret',
      NODE_OPTIONS: '',
      KEPT: 'yes',
      CUDA_VISIBLE_DEVICES: '3',
    }
    await bench.run(declaration, { env })
    const seen = JSON.parse((await bench.logText()).split('\n')[0]!) as Record<string, string>
    expect(seen).toEqual({
      PATH: process.env.PATH,
      HOME: '/nowhere',
      LANG: 'C',
      KEPT: 'yes',
      LEVELS: '2,4',
      CUDA_VISIBLE_DEVICES: '-1',
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      SCENEWRIGHT_STAGE: 'run-1/fake',
    })
  })
  it('gets each argument as it stands, with no shell in between, and works in its private folder', async () => {
    const strange = '$(touch owned); `id` "two words" * {{}}'
    const declaration = bench.declare({ steps: [{ tell: 'argv' }, { tell: 'cwd' }, result] })
    await bench.run({
      ...declaration,
      argv: [...declaration.argv, strange, '{stage}-{device}', '{config.stages.ssam.minArea}', '{frames}', '{run}'],
    })
    const [argv, cwd] = (await bench.logText()).split('\n').map((line) => (line ? JSON.parse(line) : '') as unknown)
    expect((argv as string[]).slice(4)).toEqual([
      '$(touch owned); `id` "two words" * {}',
      'fake-cpu',
      '300',
      join(bench.folder, 'frames'),
      bench.folder,
    ])
    expect(cwd).toBe(join(bench.folder, '.stage-fake.tmp/out'))
  })
  it('moves its bar by overwritten lines that the log does not hold, never backwards, and ends at 1', async () => {
    const progress = [{ pattern: '^(?<done>\\d+)/(?<total>\\d+)$' }, { pattern: '^phase (?<text>.*) (?<percent>\\d+)%$' }]
    await runSteps([{ bar: 5, everyMs: 20 }, { print: 'phase meshing 20%' }, result], { progress })
    expect(bench.fractions).toEqual([...bench.fractions].sort((a, b) => a - b))
    expect(bench.fractions.length).toBeGreaterThan(3)
    expect(bench.fractions.at(-1)).toBe(1)
    expect(await bench.logText()).toBe('5/5\nphase meshing 20%\n')
    expect(bench.said.map(({ text }) => text)).toContain('meshing')
    expect(bench.said.map(({ text }) => text)).not.toContain('5/5')
  })
  it('replaces what an earlier attempt at the same stage published, and drops what it did not declare', async () => {
    await runSteps([
      { write: 'result.json', json: 1 },
      { write: 'scratch/big.bin', bytes: 10 },
    ])
    expect(await isThere('fake/scratch')).toBe(false)
    await runSteps([{ write: 'result.json', json: 2 }])
    expect(await readFile(join(bench.folder, 'fake/result.json'), 'utf8')).toBe('2')
  })
  it('leaves the same bytes in every run folder, so that what is made of them can be found again', async () => {
    const steps = [{ write: 'result.json', json: 1 }]
    const declare = (one: CommandBench) => ({
      ...one.declare({}),
      argv: [fakeProgram, '--scenario', JSON.stringify({ steps }).replaceAll('{', '{{').replaceAll('}', '}}'), '--out', '{out}'],
    })
    await bench.run(declare(bench))
    const second = await openCommandBench('run-2/fake')
    await second.run(declare(second))
    await second.close()
    const hashes = (one: CommandBench) => one.files.filter(({ kind }) => kind !== 'log').map(({ name, sha256 }) => `${name} ${sha256}`)
    expect(hashes(second)).toEqual(hashes(bench))
    expect(hashes(bench).length).toBe(2)
  })
  it('does not overwrite what somebody else put where its outputs go, and is not even started', async () => {
    await placeForeignFile(bench.folder)
    const fault = faultOf(await runSteps([result]))
    expect(fault.code).toBe('OUTPUT_EXISTS')
    expect(await readFile(join(bench.folder, 'fake/notes.txt'), 'utf8')).toBe('mine')
    expect(bench.pids).toEqual([])
  })
  it('has what it leaves running ended, and that is said', async () => {
    const outcome = await runSteps([
      { spawn: { steps: [{ ignore: ['SIGTERM'] }, { sleepMs: 60_000 }] }, setsid: true },
      { sleepMs: 300 },
      result,
      { exit: 0 },
    ])
    expect(outcome.state).toBe('succeeded')
    expect(bench.said.some(({ text, severity }) => severity === 'warning' && text.includes('left 1 processes running'))).toBe(true)
    expect(await bench.alive()).toEqual([])
  })
})

describe('a program that fails', () => {
  it('is told with its exit code and last words, and leaves no half output in place', async () => {
    const fault = faultOf(await runSteps([result, { print: 'no such model' }, { exit: 3 }]))
    expect(fault).toMatchObject({ code: 'TOOL_FAILED', params: { stage: 'fake', log: 'logs/fake.log', attempts: 1 } })
    expect(fault.message).toContain('code 3')
    expect(fault.message).toContain('no such model')
    expect(await isThere('fake')).toBe(false)
    expect(bench.files.map(({ name }) => name)).toEqual(['logs/fake.log'])
  })
  it('is told by its signal when it crashes, and its last 200 lines stand in the fault', async () => {
    const fault = faultOf(await runSteps([{ print: 'line', repeat: 500 }, { print: 'the end' }, { signal: 'SIGSEGV' }]))
    expect(fault.message).toContain('SIGSEGV')
    const tail = String(fault.params.tail).split('\n')
    expect([tail.length, tail.at(-1)]).toEqual([200, 'the end'])
  })
  it('has failed although it ended with 0, when it said so', async () => {
    const fault = faultOf(
      await runSteps([result, { print: 'WARNING: model shrank to 1 point' }, { exit: 0 }], { failPatterns: ['shrank to \\d+ point'] }),
    )
    expect(fault.message).toContain('shrank to 1 point')
    expect(await isThere('fake')).toBe(false)
  })
  it('cannot hang the worker by a pattern whose loops nest: the stage fails and names it', async () => {
    const fault = faultOf(await runSteps([{ print: `${'a'.repeat(60)}!` }, result], { failPatterns: ['^(a+)+$'] }))
    expect(fault.message).toContain('failPatterns[0]')
  })
  it('is ended with its family after the time limit', async () => {
    const steps = [
      { spawn: { steps: [{ ignore: ['SIGTERM'] }, { sleepMs: 60_000 }] }, setsid: true },
      { ignore: ['SIGTERM'] },
      { sleepMs: 60_000 },
    ]
    const fault = faultOf(await runSteps(steps, { timeoutMs: 700, graceMs: 100, attempts: 1 }))
    expect(fault).toMatchObject({ code: 'TOOL_TIMEOUT', params: { seconds: 0.7 } })
  })
  it('may tidy up within its grace', async () => {
    faultOf(await runSteps([{ tidyMs: 50 }, { sleepMs: 60_000 }], { timeoutMs: 700, graceMs: 10_000, attempts: 1 }))
    expect(await bench.logText()).toBe('tidying\n')
  })
})

describe('another attempt', () => {
  it('is made after a kill for want of memory, starts in an empty folder, and its result counts', async () => {
    const attempts = [[{ write: 'stale.json', json: 0 }, { signal: 'SIGKILL' }], [result]]
    const outputs = [
      { name: 'result', path: 'result.json' },
      { name: 'stale', path: 'stale.json', required: false },
    ]
    const outcome = await bench.run(bench.declare({ attempts }, { outputs }))
    expect(outcome).toMatchObject({ state: 'succeeded', counts: { attempts: 2, outputFiles: 1 } })
    expect(await bench.logText()).toContain('--- attempt 2 ---')
  })
  it('is made when something was busy, and not more often than declared', async () => {
    const outcome = await runSteps([{ print: 'open: Resource temporarily unavailable' }, { exit: 1 }], { attempts: 2 })
    expect(outcome).toMatchObject({ state: 'failed', attempts: 2 })
  })
  it('is not made for a plain failure, nor for a class that the declaration leaves out, nor for an unusable output', async () => {
    expect(await runSteps([{ exit: 1 }])).toMatchObject({ attempts: 1 })
    expect(await runSteps([{ signal: 'SIGKILL' }], { retryOn: ['timeout'] })).toMatchObject({ attempts: 1 })
    expect(await runSteps([{ write: 'result.json', text: '{' }])).toMatchObject({ attempts: 1 })
  })
  it('is not waited for after a cancel', async () => {
    const cancel = new AbortController()
    const warn = (code: string) => {
      if (code === 'PROGRAM_TRIED_AGAIN') cancel.abort()
    }
    const declaration = bench.declare({ steps: [{ signal: 'SIGKILL' }] }, { backoffMs: 3_600_000 })
    expect(await bench.run(declaration, { signal: cancel.signal, warn })).toEqual({ state: 'cancelled' })
  })
})

describe('an output', () => {
  const invalid = async (steps: readonly Step[], output: Readonly<Record<string, unknown>>) => {
    const fault = faultOf(await runSteps(steps, { outputs: [{ name: 'thing', path: 'thing', ...output }] }))
    expect(fault.code).toBe('STAGE_OUTPUT_INVALID')
    expect(await isThere('fake')).toBe(false)
    return fault.params
  }
  it('that is missing, too small, no JSON, or a link is refused by the name of the check', async () => {
    expect(await invalid([], {})).toMatchObject({ check: 'exists', output: 'thing (thing)' })
    expect(await invalid([{ write: 'thing', bytes: 10 }], { minBytes: 11 })).toMatchObject({ check: 'minBytes', found: '10' })
    expect(await invalid([{ write: 'thing', text: '{"a":1' }], { validate: 'json' })).toMatchObject({ check: 'json' })
    expect(await invalid([{ link: 'thing', target: '/etc/hostname' }], {})).toMatchObject({ check: 'kind', found: 'a symbolic link' })
  })
  it('that is a picture cut off in the middle, or an empty folder, is refused', async () => {
    const cut = Buffer.from(smallPng, 'base64').subarray(0, 50).toString('base64')
    expect(await invalid([{ write: 'thing', base64: cut }], { validate: 'image' })).toMatchObject({ check: 'image' })
    expect(await invalid([{ write: 'thing', text: 'x' }], { validate: 'nonEmptyFolder' })).toMatchObject({ check: 'kind' })
  })
  it('that is a folder becomes one artifact for each file in it', async () => {
    const outputs = [{ name: 'views', path: 'views', validate: 'nonEmptyFolder', minBytes: 5, mediaType: 'image/png' }]
    const outcome = await runSteps(
      [
        { write: 'views/b.png', base64: smallPng },
        { write: 'views/in/a.png', base64: smallPng },
      ],
      { outputs },
    )
    expect(outcome.state).toBe('succeeded')
    expect(bench.files.map(({ name }) => name)).toEqual(['fake/views/b.png', 'fake/views/in/a.png', 'fake/.stage.json', 'logs/fake.log'])
  })
})

describe('before the start', () => {
  it('a missing program is told with the places looked in', async () => {
    const fault = faultOf(await runSteps([result], { program: { name: 'no-such-program-here' } }))
    expect(fault).toMatchObject({ code: 'TOOL_MISSING', params: { tool: 'no-such-program-here', places: process.env.PATH } })
  })
  it('a program that is too old is told with both versions; 1.10 is newer than 1.4', async () => {
    const program = { ...bench.declare({}).program }
    expect(faultOf(await runSteps([result], { program: { ...program, minVersion: '1.10' } }))).toMatchObject({
      code: 'TOOL_TOO_OLD',
      params: { version: '1.4.2', minVersion: '1.10' },
    })
    expect(await runSteps([result], { program: { ...program, minVersion: '1.4' } })).toMatchObject({ state: 'succeeded' })
  })
  it('a program is asked for its version once as long as it is the same file', async () => {
    const versions = new Map<string, string>()
    await bench.run(bench.declare({ steps: [result] }), { versions })
    await bench.run(bench.declare({ steps: [result] }), { versions })
    expect(bench.pids.length).toBe(3)
  })
  it('a missing input is a fault of the stage that should have written it', async () => {
    const inputs = [{ name: 'tracks', path: '{run}/tracks.json', from: 'tracker' }]
    const fault = faultOf(await runSteps([result], { inputs }))
    expect(fault.code).toBe('STAGE_INPUT_MISSING')
    expect(fault.message).toContain('tracker should have written it')
    await writeFile(join(bench.folder, 'tracks.json'), '{}')
    expect(await runSteps([result], { inputs })).toMatchObject({ state: 'succeeded' })
  })
  it('a setting that is not there is named', async () => {
    const declaration = bench.declare({ steps: [result] })
    const fault = faultOf(await bench.run({ ...declaration, argv: [fakeProgram, '{config.stages.sam.minArea}'] }))
    expect(fault.code).toBe('CONFIG_INVALID')
    expect(fault.message).toContain('{config.stages.sam.minArea}')
  })
  it('a GPU that is missing, too old or too small is told, and a fitting one is the only one the program sees', async () => {
    const gpus = async () => [
      { index: 0, memoryBytes: 8 * 2 ** 30, computeCapability: '6.1' },
      { index: 1, memoryBytes: 80 * 2 ** 30, computeCapability: '8.10' },
    ]
    const device = { kind: 'gpu', minComputeCapability: '8.9', minMemoryBytes: 40 * 2 ** 30 }
    const on = (name: string) => bench.run(bench.declare({ steps: [{ tell: 'env' }, result] }, { device }), { gpus, device: name })
    expect(faultOf(await on('cpu')).code).toBe('DEVICE_MISSING')
    expect(faultOf(await on('cuda:0')).code).toBe('DEVICE_TOO_OLD')
    const small = bench.declare({ steps: [result] }, { device: { kind: 'gpu', minMemoryBytes: 9 * 2 ** 30 } })
    expect(faultOf(await bench.run(small, { gpus, device: 'cuda:0' })).code).toBe('DEVICE_TOO_SMALL')
    expect(await on('cuda:1')).toMatchObject({ state: 'succeeded' })
    expect(JSON.parse((await bench.logText()).split('\n')[0]!)).toMatchObject({ CUDA_VISIBLE_DEVICES: '1' })
  })
})
