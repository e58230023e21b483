// Ends what a lost worker had started: programs carry the stage's mark in their environment, and so do all their children.
import { readdir, readFile } from 'node:fs/promises'

/** Name of the variable that the command stage sets. */
export const markVariable = 'SCENEWRIGHT_STAGE'
const rounds = 40
const roundMs = 50

/** Resolves with the number of processes that were ended, when none is left. On systems without /proc nothing can be found, and 0 is the answer. */
export async function endMarked(mark: string, proc = '/proc'): Promise<number> {
  const ended = new Set<number>()
  // Again until none is found: one may have started another while it was being ended.
  for (let round = 0; round < rounds; round += 1) {
    const found = await markedProcesses(mark, proc)
    if (found.length === 0) return ended.size
    for (const pid of found) {
      ended.add(pid)
      try {
        process.kill(pid, 'SIGKILL')
      } catch (error) {
        // ESRCH: it ended by itself meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
    await new Promise((resolve) => setTimeout(resolve, roundMs))
  }
  const left = await markedProcesses(mark, proc)
  // The run goes on all the same: what cannot be killed (uninterruptible in a driver, say) holds nothing that it needs.
  if (left.length > 0) console.error(`Processes that ${mark} had started could not be ended: ${left.join(', ')}.`)
  return ended.size
}

export async function markedProcesses(mark: string, proc = '/proc'): Promise<number[]> {
  const names = await readdir(proc).catch(() => [])
  const wanted = `${markVariable}=${mark}`
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        // Others' processes cannot be read, and are none of ours; a dead one that waits to be collected has no environment.
        const environment = await readFile(`${proc}/${name}/environ`, 'utf8').catch(() => '')
        return environment.split('\0').includes(wanted) ? Number(name) : undefined
      }),
  )
  return found.filter((pid) => pid !== undefined && pid !== process.pid) as number[]
}
