// Probing providers in child processes, with the real runtime and with runtimes that misbehave.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { probeProviders } from './providers.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'providers-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A runtime whose session creation is the given piece of program. */
async function runtimeThat(name: string, creates: string): Promise<string> {
  const path = join(folder, `${name}.cjs`)
  const program = `exports.listSupportedBackends = () => [{ name: 'cuda' }]
exports.Tensor = class { constructor(type, data) { this.data = data } }
exports.InferenceSession = { create: async () => { ${creates} } }`
  await writeFile(path, program)
  return path
}

test('the CPU works, and what the build lacks is not said to be compiled in', async () => {
  const foreign = process.platform === 'win32' ? 'coreml' : 'dml'
  expect(await probeProviders({ providers: ['cpu', foreign] })).toEqual([
    { name: 'cpu', compiledIn: true, works: true },
    { name: foreign, compiledIn: false, works: false, reason: 'this build of onnxruntime does not have it' },
  ])
})

test('a provider that is compiled in and does not work says why', async () => {
  const runtimePath = await runtimeThat('throws', "throw new Error('Failed to load shared library\\nat source.cc')")
  expect(await probeProviders({ providers: ['cuda'], runtimePath })).toEqual([
    { name: 'cuda', compiledIn: true, works: false, reason: 'Failed to load shared library' },
  ])
})

test('a driver that crashes takes the probe along, not us', async () => {
  const runtimePath = await runtimeThat(
    'crashes',
    "process.kill(process.pid, 'SIGSEGV'); await new Promise(() => setInterval(() => {}, 1000))",
  )
  const [report] = await probeProviders({ providers: ['cuda'], runtimePath })
  expect(report).toMatchObject({ works: false, reason: 'the probe crashed (SIGSEGV)' })
})

test('a driver that hangs is given up after the time allowed', async () => {
  const runtimePath = await runtimeThat('hangs', 'for (;;) {}')
  const [report] = await probeProviders({ providers: ['cuda'], runtimePath, timeoutMs: 600 })
  expect(report).toMatchObject({ works: false, reason: 'no answer within 0.6 s' })
})

test('a provider that computes nonsense does not work', async () => {
  const runtimePath = await runtimeThat('lies', 'return { run: async () => ({ y: { data: [0, 0, 0, 0] } }) }')
  const [report] = await probeProviders({ providers: ['cuda'], runtimePath })
  expect(report).toMatchObject({ compiledIn: true, works: false, reason: 'it computed 0,0,0,0 instead of 0,0,2,3' })
})

test('what a driver prints is not taken for the answer', async () => {
  const noisy =
    "console.log('@prob loading {'); console.error('x'.repeat(200000)); return { run: async () => ({ y: { data: [0, 0, 2, 3] } }) }"
  const runtimePath = await runtimeThat('noisy', noisy)
  expect(await probeProviders({ providers: ['cuda'], runtimePath })).toEqual([{ name: 'cuda', compiledIn: true, works: true }])
})

test('a runtime or a Node program that does not start is said to be the reason', async () => {
  const [withoutRuntime] = await probeProviders({ providers: ['cpu'], runtimePath: join(folder, 'none.cjs') })
  expect(withoutRuntime).toMatchObject({ works: false, reason: expect.stringContaining('onnxruntime does not load') })
  const [withoutNode] = await probeProviders({ providers: ['cpu'], nodePath: join(folder, 'no-node') })
  expect(withoutNode).toMatchObject({ works: false, reason: expect.stringContaining('did not start') })
})
