// The engine's process: serves the contract on every channel its parent opens, and forks workers.
import { join } from 'node:path'
import { channelFromProcess } from '#api/channel'
import { muxChannel } from '#api/mux'
import { createEngine, readKnownModels } from '#engine/engine'
import { forkProgram } from './child-process.ts'
import { EngineArguments } from './engine-options.ts'
import { entryFile, knownModelsFile } from './entries.ts'

const options = EngineArguments.parse(JSON.parse(process.argv[2] ?? '{}'))
// Workers inherit it; the networks that they optimise are kept there.
process.env.SCENEWRIGHT_NETWORK_CACHE ??= join(options.stateFolder, 'networks')
const carrier = channelFromProcess(process)
// Ctrl+C is the command's to answer: it cancels the runs in order, then lets go of this process.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})

const engine = createEngine({
  ...options,
  ...(process.env.SCENEWRIGHT_ON_OUTCOME ? { outcomeProgram: process.env.SCENEWRIGHT_ON_OUTCOME } : {}),
  roots: options.roots,
  extraDoctorLines: async () => options.extraDoctorLines,
  knownModels: readKnownModels(knownModelsFile()),
  spawnWorker: async () => forkProgram(entryFile('worker-entry'), { heapMegabytes: 1024, ownGroup: false }),
})
muxChannel(carrier, false, (channel) => void engine.then(({ attach }) => attach(channel)))

let ending = false
const end = () => {
  if (ending) return
  ending = true
  // A close that hangs must not keep a process without parent alive.
  setTimeout(() => process.exit(1), 12_000).unref()
  engine
    .then(({ close }) => close())
    .then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
}
carrier.onClose(end)
process.on('SIGTERM', end)
engine.catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
