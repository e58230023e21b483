// The engine's utility process: serves each port that main hands over, and asks main for workers.
import { join } from 'node:path'
import { parentPortOf } from './utility.ts'
import { EngineArguments } from './engine-messages.ts'
import { serveMain } from './engine-service.ts'
import { createEngine, modelsFolderOf, readKnownModels } from '#engine/engine'

const options = EngineArguments.parse(JSON.parse(process.argv[2] ?? '{}'))
serveMain(parentPortOf(process), (spawnWorker) =>
  createEngine({
    ...options,
    ...(process.env.SCENEWRIGHT_ON_OUTCOME ? { outcomeProgram: process.env.SCENEWRIGHT_ON_OUTCOME } : {}),
    knownModels: readKnownModels(join(import.meta.dirname, '..', '..', 'resources', 'models.json')),
    modelsFolder: modelsFolderOf({ env: process.env, platform: process.platform, home: options.home }),
    roots: undefined,
    service: true,
    spawnWorker,
    extraDoctorLines: async () => [{ id: 'electron', title: 'Electron runtime', state: 'ok', found: options.electronFound }],
  }),
).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
