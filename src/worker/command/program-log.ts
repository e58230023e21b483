// What a program said: every line into a file, the last ones kept for the fault, a thin stream of them for the run's own log.
import { type FileHandle, open } from 'node:fs/promises'

export type ProgramLog = {
  readonly path: string
  readonly lines: number
  /** `told`: those of them that are for the run's log too. Resolves when they are written: who waits for it never runs ahead of the disk. */
  write(lines: readonly string[], told: readonly string[]): Promise<void>
  /** The last 200 lines, each of at most 300 characters. */
  tail(): readonly string[]
  close(): Promise<void>
}

const tailLines = 200
const tailCharacters = 300
const linesPerSecond = 20

/** `say` is given at most 20 lines a second, and how many were left out between them. Calls are carried out in order. */
export async function openProgramLog(path: string, say: (text: string) => void): Promise<ProgramLog> {
  const file: FileHandle = await open(path, 'a')
  const last: string[] = []
  let lines = 0
  let queue: Promise<unknown> = Promise.resolve()
  let second = 0
  let said = 0
  let leftOut = 0
  const tellLeftOut = () => {
    if (leftOut > 0) say(`(${leftOut} more lines are in the stage's log)`)
    leftOut = 0
  }
  const sayThinly = (line: string) => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) {
      second = now
      said = 0
      tellLeftOut()
    }
    said += 1
    if (said <= linesPerSecond) say(line)
    else leftOut += 1
  }
  return {
    path,
    get lines() {
      return lines
    },
    tail: () => last,
    write: (added, told) => {
      lines += added.length
      for (const line of told) sayThinly(line.slice(0, tailCharacters * 2))
      last.push(...added.slice(-tailLines).map((line) => line.slice(0, tailCharacters)))
      last.splice(0, last.length - tailLines)
      const writing = queue.then(async () => {
        if (added.length > 0) await file.appendFile(`${added.join('\n')}\n`)
      })
      queue = writing.catch(() => {})
      return writing
    },
    close: async () => {
      await queue
      tellLeftOut()
      await file.close()
    },
  }
}
