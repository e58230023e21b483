// `models` as a person types it: exit codes, tables, and models that are tried in a process of their own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeGraph } from '#core/model/onnx-writer'
import { tinyYoloSeg } from '#core/model/tiny-yolo-seg'
import { samDecoderBytes, yoloSegBytes } from '#engine/models/model-fixture'
import { cli as command, gatheredOutput } from './cli-fixture.ts'
import { progressTeller } from './commands/models.ts'

const cli = (...words: string[]) => command('models', ...words)
let base = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'scenewright-models-'))
  vi.stubEnv('SCENEWRIGHT_STATE', join(base, 'state'))
  vi.stubEnv('SCENEWRIGHT_MODELS', join(base, 'models'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(base, { recursive: true, force: true })
})

function file(name: string, bytes: Uint8Array): string {
  writeFileSync(join(base, name), bytes)
  return join(base, name)
}

describe('models', () => {
  it('are added, listed with their state, verified and removed', async () => {
    expect((await cli('list')).out).toContain(`No models in ${join(base, 'models')}`)
    expect(await cli('add', file('seg.onnx', yoloSegBytes()), '--licence', 'MIT', '--link')).toMatchObject({
      code: 0,
      out: expect.stringContaining('ready'),
    })
    await cli('add', file('dec.onnx', samDecoderBytes()))
    const table = (await cli('list')).out
    expect(table).toMatch(/seg +instanceSegmenter +yolo-seg .*MIT +ready/)
    expect(table).toMatch(/dec +promptableSegmenter .*needs encoder too/)
    expect((await cli('verify')).code).toBe(0)
    file('seg.onnx', yoloSegBytes({ changed: 'yes' }))
    expect(await cli('verify', 'seg')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/is recorded for it.*\n.*Not as recorded: 1 of 1 files/),
    })
    expect((await cli('remove', 'seg')).code).toBe(2)
    expect((await cli('remove', 'seg', 'dec', '--yes')).code).toBe(0)
    expect(JSON.parse((await cli('list', '--json')).out)).toMatchObject({ models: [], refused: [] })
  })

  it('that are known say how they are got, and what nobody checked', async () => {
    const { out, err } = await cli('list', '--known')
    expect(out).toMatch(/yolox-nano-416 .*can be fetched {2}/)
    expect(out).toMatch(/yolox-s .*its hash is not known here/)
    expect(out).toMatch(/sam-vit-b .*has to be exported/)
    expect(err).toContain('unchecked')
    expect(await cli('fetch', 'sam-vit-b')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/commands are on the Models page .*docs\/models.md tells more under SAM/),
    })
    expect(await cli('fetch', 'yolox')).toMatchObject({ code: 1, err: expect.stringMatching(/near to it: yolox-nano-416, yolox-tiny/) })
    expect(await cli('fetch', 'nonsense')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no known model and no http(s) address.'),
    })
    expect((await cli('fetch', 'http://127.0.0.1/x.onnx', '--sha256', 'short')).code).toBe(2)
  })

  it('an empty file, a page saved in place of the network, a folder and a part alone each say what to do', async () => {
    expect((await cli('add', file('empty.onnx', new Uint8Array()))).err).toMatch(/the file is empty\.\s+Fetch or copy the file again/)
    const page = file('page.onnx', new TextEncoder().encode('<!doctype html><title>Sign in</title>'))
    expect((await cli('add', page)).err).toMatch(/a web page.*\s+Open the address in a browser/)
    expect((await cli('add', base)).err).toContain('it is a folder; name the files in it')
    expect((await cli('add', file('dec.onnx', samDecoderBytes()))).err).toMatch(
      /models remove dec --yes.*add all files of the model in one call/,
    )
  })

  it('a store that cannot be made is no bug of ours', async () => {
    vi.stubEnv('SCENEWRIGHT_MODELS', join(file('taken', Uint8Array.of(1)), 'models'))
    expect(await cli('add', file('seg.onnx', yoloSegBytes()))).toMatchObject({
      code: 1,
      err: expect.stringContaining('[FOLDER_NOT_WRITABLE]'),
    })
  })

  it('a pickle ends with 1 and the reason', async () => {
    expect(await cli('add', file('m.pt', Uint8Array.of(0x80, 2)))).toMatchObject({
      code: 1,
      err: expect.stringContaining('[MODEL_PICKLE]'),
    })
  })
})

describe('models test', () => {
  const port = (name: string, shape: readonly (number | string)[]) => ({ name, type: 'float32', shape }) as const
  const scaled = (factor: number) =>
    encodeGraph({
      inputs: [port('images', ['n', 3, 'h', 'w'])],
      outputs: [port('output0', ['n', 84, 'N'])],
      nodes: [
        { op: 'GlobalAveragePool', inputs: ['images'], outputs: ['mean'] },
        { op: 'ReduceSum', inputs: ['mean'], outputs: ['sum'], attributes: { keepdims: 0 } },
        { op: 'Add', inputs: ['sum', 'one'], outputs: ['more'] },
        { op: 'Mul', inputs: ['more', 'factor'], outputs: ['product'] },
        { op: 'Expand', inputs: ['product', 'shape'], outputs: ['output0'] },
      ],
      constants: [
        { name: 'one', dims: [1], values: Float32Array.of(1) },
        { name: 'factor', dims: [1], values: Float32Array.of(factor) },
        { name: 'shape', dims: [3], values: BigInt64Array.of(1n, 84n, 10n) },
      ],
    })

  it('tells inputs, outputs and times, with the provider that was used and those that were not', async () => {
    await cli('add', file('net.onnx', scaled(3)))
    const { code, out } = await cli('test', 'net', '--provider', 'cuda', '--provider', 'cpu', '--repeats', '2', '--json')
    expect(code).toBe(0)
    const [report] = JSON.parse(out)
    expect(report).toMatchObject({
      provider: 'cpu',
      failed: [{ provider: 'cuda' }],
      inputs: [{ name: 'images', dims: [1, 3, 640, 640], fed: 'zeros' }],
      outputs: [{ name: 'output0', dims: [1, 84, 10], min: 3, max: 3, notFinite: 0 }],
    })
    expect(report.medianMs).toBeGreaterThan(0)
  })

  it('values that are no numbers fail it', async () => {
    await cli('add', file('net.onnx', scaled(Number.NaN)))
    expect(await cli('test', 'net', '--repeats', '0')).toMatchObject({ code: 1, err: expect.stringContaining('840 values in output0') })
  })

  it('a graph that the runtime refuses, and a provider that does not exist, are told as such', async () => {
    await cli('add', file('seg.onnx', yoloSegBytes()))
    expect(await cli('test', 'seg')).toMatchObject({ code: 1, err: expect.stringContaining('[MODEL_UNREADABLE]') })
    expect(await cli('test', 'seg', '--provider', 'abacus')).toMatchObject({ code: 2, err: expect.stringContaining('abacus is none of') })
    expect((await cli('test', 'nothing')).err).toContain('[MODEL_NOT_IN_STORE]')
  })
})

it('progress of a fetch is a line for each tenth, not for each piece', () => {
  const { err, output } = gatheredOutput()
  const show = progressTeller(output)
  for (let done = 0; done <= 1000; done++) show({ name: 'a', doneBytes: done * 1e6, totalBytes: 1e9, resumedBytes: 0 })
  expect(err).toHaveLength(11)
  expect(err[5]).toMatch(/^a: .* \(50 %\)$/)
})

it('bench measures two starts and a run, keeps them for the list, and puts no figure of the CPU under the name of a GPU', async () => {
  await cli('add', file('squares.onnx', encodeGraph(tinyYoloSeg())))
  const { code, out } = await cli('bench', 'squares', '--repeats', '2', '--json')
  expect(code).toBe(0)
  const bench = JSON.parse(out)
  expect(bench).toMatchObject({ model: 'squares', provider: 'cpu', parts: [{ part: 'whole', wholeGraph: true }] })
  for (const figure of ['firstStartMs', 'secondStartMs', 'firstRunMs', 'medianMs']) expect(bench.parts[0][figure]).toBeGreaterThan(0)
  expect(JSON.parse((await cli('list', '--json')).out).models[0].benches).toEqual([bench])
  expect((await cli('list')).out).toMatch(/squares .*cpu [\d.]+ ms/)
  expect(await cli('bench', 'squares', '--provider', 'coreml')).toMatchObject({ code: 2, err: expect.stringContaining('coreml') })
  expect(JSON.parse((await cli('list', '--json')).out).models[0].benches).toHaveLength(1)
})
