// Tries a model without an engine: in a worker of its own, which a driver or a network may crash.
import { createTrialWorker } from '#engine/engine'
import { forkProgram } from './child-process.ts'
import { entryFile } from './entries.ts'

/** Ctrl+C is the command's to answer, so the worker has a group of its own. `timeoutSeconds`: for each trial. */
export const trialsInChild = (timeoutSeconds: number) =>
  createTrialWorker(async () => forkProgram(entryFile('worker-entry'), { heapMegabytes: 1024, ownGroup: true }), timeoutSeconds)
