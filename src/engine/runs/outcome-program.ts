// A program of the person's own that is told of each run that ended: for a mail, a message, the next step.
import { spawn } from 'node:child_process'
import type { RunRecord } from '#core/run/run'

/** Longer than this it may not take; then it is ended. */
const mostMs = 60_000

/**
 * `program` is one executable file, started without a shell and without arguments; what ended is told in its environment: SCENEWRIGHT_RUN_ID,
 * _RUN_NAME, _RUN_STATE (succeeded, failed or cancelled), _RUN_FOLDER, _RUN_FAULT (its code, or empty). Once for each outcome. Nothing waits for it; when it
 * cannot be started, or fails, that is one line on stderr and changes nothing in the run.
 */
export function tellOutcome(program: string, record: RunRecord, folder: string): void {
  const tell = (reason: string) =>
    console.error(`The program ${program} (SCENEWRIGHT_ON_OUTCOME) was not told of ${record.name}: ${reason}`)
  const child = spawn(program, [], {
    stdio: 'ignore',
    env: {
      ...process.env,
      SCENEWRIGHT_RUN_ID: record.id,
      SCENEWRIGHT_RUN_NAME: record.name,
      SCENEWRIGHT_RUN_STATE: record.state,
      SCENEWRIGHT_RUN_FOLDER: folder,
      SCENEWRIGHT_RUN_FAULT: record.fault?.code ?? '',
    },
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), mostMs)
  child.once('error', (error) => {
    clearTimeout(timer)
    tell(error.message)
  })
  child.once('exit', (code, signal) => {
    clearTimeout(timer)
    if (code !== 0) tell(`it ended with ${code ?? signal}`)
  })
  child.unref()
}
