// One command's time with an engine: starts it, stops it whatever happens, and answers signals.
import { homedir } from 'node:os'
import { desktopLines } from './desktop-runtime.ts'
import { type EngineProcess, startEngine } from './engine-process.ts'
import { readBuild } from './entries.ts'
import { type ExitCode, exitCodes, type Output } from './output.ts'
import { placesOf } from './places.ts'
import { listenForSignals } from './signals.ts'

export type SessionOptions = {
  readonly output: Output
  /** Where runs go when a run does not say. */
  readonly defaultOutput?: string | undefined
  /** Folders that may be read; undefined = everything this person may read. */
  readonly roots?: readonly string[] | undefined
  /** Stays until it is told to stop: goes on with the queue of services before it. */
  readonly service?: boolean
}

/** The action is given the engine and a signal that aborts with Ctrl+C; a second Ctrl+C ends engine and workers at once. */
export async function withEngine(
  { output, defaultOutput, roots, service = false }: SessionOptions,
  action: (engine: EngineProcess, signal: AbortSignal) => Promise<ExitCode>,
): Promise<ExitCode> {
  const places = placesOf()
  const engine = startEngine(
    {
      ...readBuild(),
      stateFolder: places.stateFolder,
      modelsFolder: places.modelsFolder,
      home: homedir(),
      service,
      defaultOutput: defaultOutput ?? places.defaultOutput,
      ...(roots ? { roots: [...roots] } : {}),
      extraDoctorLines: desktopLines(),
    },
    ({ reason, restarted }) =>
      output.tell(
        restarted
          ? `The engine process ended (${reason}); it was started again.`
          : `The engine process ended (${reason}) three times within a minute; it is not started again.`,
      ),
  )
  const interruption = listenForSignals(
    () => output.tell('Stopping in order; once more stops at once.'),
    () => void engine.kill().then(() => process.exit(exitCodes.cancelled)),
  )
  try {
    return await action(engine, interruption.signal)
  } finally {
    await engine.close()
    interruption.dispose()
  }
}
