// Tests of a foreign program as a stage: what the engine hears of it.
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FromWorker } from '#api/worker-api'
import { Fault } from '#core/base/fault'
import { type CommandBench, openCommandBench } from '../command/command-fixture.ts'
import { createContext } from '../stage.ts'
import { commandStage } from './command.ts'
import { RunConfig } from '#core/run/run-config'

let bench: CommandBench
beforeEach(async () => {
  bench = await openCommandBench()
})
afterEach(() => bench.close())

function contextFor(signal: AbortSignal) {
  const posted: FromWorker[] = []
  const post = (message: Readonly<Record<string, unknown>>) => posted.push(FromWorker.parse(structuredClone(message)))
  const assignment = {
    id: 'run-9/fake',
    stage: 'fake',
    config: RunConfig.parse({ scene: bench.folder, output: bench.folder }),
    frames: [{ frameIndex: 0, name: 'a.jpg', file: join(bench.folder, 'frames/a.jpg') }],
    width: 4,
    height: 3,
    folder: bench.folder,
    device: 'cpu',
    artifacts: [],
    record: undefined,
  }
  const voice = {
    post,
    pausing: new AbortController().signal,
    deliver: async (message: Readonly<Record<string, unknown>>) => {
      post({ ...message, id: assignment.id, ticket: 1 })
    },
  }
  const context = createContext(assignment, signal, voice, async () => {
    throw new Error('no tar')
  })
  return { context, posted }
}

it('a program in a stage speaks the words of a worker: begun, its process, progress to the end, its files', async () => {
  const { context, posted } = contextFor(new AbortController().signal)
  const progress = [{ pattern: '^(?<percent>\\d+)%' }]
  const declaration = bench.declare({ steps: [{ print: '50%' }, { sleepMs: 50 }, { write: 'result.json', json: 1 }] }, { progress })
  const counts = await commandStage(declaration, new Map())(context)
  expect(counts).toMatchObject({ outputFiles: 1, attempts: 1 })
  expect(posted.flatMap((message) => (message.type === 'progress' ? [message.done / message.total] : []))).toEqual([0.5, 1])
  expect(posted.flatMap((message) => (message.type === 'file' ? [message.name] : []))).toEqual([
    'fake/result.json',
    'fake/.stage.json',
    'logs/fake.log',
  ])
  const spawned = posted.flatMap((message) => (message.type === 'spawned' ? [message.mark] : []))
  expect(spawned).toEqual(['run-9/fake', 'run-9/fake'])
})

it('a stage that fails throws its fault, one that was cancelled says so', async () => {
  const failing = contextFor(new AbortController().signal)
  await expect(commandStage(bench.declare({ steps: [{ exit: 2 }] }), new Map())(failing.context)).rejects.toMatchObject({
    code: 'TOOL_FAILED',
  })
  const cancelled = contextFor(AbortSignal.abort())
  await expect(commandStage(bench.declare({}), new Map())(cancelled.context)).rejects.toEqual(new Fault('CANCELLED'))
})
