// A run folder with a command stage made of the fake program, for tests: what was told and kept can be asked for.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CommandDeclaration } from '#core/pipeline/command-stage'
import type { WrittenFile } from './outputs.ts'
import { type CommandContext, runCommand } from './run-command.ts'
import { readProcess } from './process-table.ts'

export const fakeProgram = fileURLToPath(new URL('../../../resources/fake-program.mjs', import.meta.url))
/** One pixel. */
export const smallPng = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

export type Step = Readonly<Record<string, unknown>>
export type Scenario = Readonly<{ steps?: readonly Step[]; attempts?: readonly (readonly Step[])[]; [key: string]: unknown }>

export type CommandBench = {
  readonly folder: string
  readonly said: readonly { readonly text: string; readonly severity: string }[]
  readonly fractions: readonly number[]
  readonly files: readonly WrittenFile[]
  readonly pids: readonly number[]
  declare(scenario: Scenario, changes?: Readonly<Record<string, unknown>>): CommandDeclaration
  run(declaration: CommandDeclaration, changes?: Partial<CommandContext>): ReturnType<typeof runCommand>
  logText(): Promise<string>
  /** Processes of the scenario, by what they noted themselves; one may stand there twice. */
  noted(): readonly number[]
  /** Those that are alive. */
  alive(): Promise<readonly number[]>
  close(): Promise<void>
}

/** Outputs default to one required file `result.json`. */
export async function openCommandBench(mark = 'run-1/fake'): Promise<CommandBench> {
  const folder = await mkdtemp(join(tmpdir(), 'scenewright-command-'))
  const frames = join(folder, 'frames')
  const pidFile = join(folder, 'pids.ndjson')
  await mkdir(frames)
  const said: { text: string; severity: string }[] = []
  const fractions: number[] = []
  const files: WrittenFile[] = []
  const pids: number[] = []
  const noted = () => {
    const text = existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : ''
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { pid: number; startTime: number })
  }
  return {
    folder,
    said,
    fractions,
    files,
    pids,
    declare: (scenario, changes = {}) => {
      const text = JSON.stringify({ pids: pidFile, counter: join(folder, 'counter'), ...scenario })
      return CommandDeclaration.parse({
        id: 'fake',
        version: 1,
        program: { name: process.execPath, versionArgv: [fakeProgram, '--version'], versionPattern: 'version (?<version>[0-9.]+)' },
        // Braces of JSON are doubled, as a person has to do it.
        argv: [fakeProgram, '--scenario', text.replaceAll('{', '{{').replaceAll('}', '}}'), '--out', '{out}'],
        outputs: [{ name: 'result', path: 'result.json', validate: 'json', mediaType: 'application/json' }],
        timeoutMs: 60_000,
        backoffMs: 1,
        ...changes,
      })
    },
    run: (declaration, changes = {}) =>
      runCommand(declaration, {
        mark,
        runFolder: folder,
        framesFolder: frames,
        device: 'cpu',
        config: { levels: [2, 4], stages: { ssam: { minArea: 300 } }, name: 'kitchen' },
        env: process.env,
        signal: new AbortController().signal,
        versions: new Map(),
        started: ({ pid }) => pids.push(pid),
        progress: (fraction) => fractions.push(fraction),
        log: (text, severity = 'info') => said.push({ text, severity }),
        warn: (code, params) => said.push({ text: `${code} ${JSON.stringify(params)}`, severity: 'warning' }),
        addFile: async (file) => {
          files.push(file)
        },
        ...changes,
      }),
    logText: () => readFile(join(folder, 'logs/fake.log'), 'utf8'),
    noted: () => noted().map(({ pid }) => pid),
    alive: async () => [
      ...new Set(
        noted()
          .filter(({ pid, startTime }) => readProcess(pid)?.startTime === startTime)
          .map(({ pid }) => pid),
      ),
    ],
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A file of a person that lies where the outputs would go. */
export async function placeForeignFile(folder: string): Promise<void> {
  await mkdir(join(folder, 'fake'))
  await writeFile(join(folder, 'fake/notes.txt'), 'mine')
}
