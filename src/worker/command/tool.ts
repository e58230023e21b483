// The program of a command stage: where it lies, and which version it is.
import { access, constants, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { Fault } from '#core/base/fault'
import { type CommandDeclaration, isVersionAtLeast } from '#core/pipeline/command-stage'
import { createPatternSet } from './patterns.ts'
import { runProgram } from './program-run.ts'

export type Tool = { readonly path: string; readonly version: string | undefined }

/** What programs said of their version, by their path, size and time of change: kept by the worker from one stage to the next. */
export type VersionCache = Map<string, string>

const probeMs = 30_000
const mostProbeLines = 200

/** Absolute path. Throws TOOL_MISSING, which says where was looked. */
export async function findTool(declaration: CommandDeclaration, searchPath: string): Promise<string> {
  const { name } = declaration.program
  const places = isAbsolute(name) ? [name] : name.includes('/') ? [] : searchPath.split(delimiter).filter(isAbsolute)
  for (const place of places) {
    const path = isAbsolute(name) ? name : join(place, name)
    if (await isProgram(path)) return path
  }
  const looked = places.join(delimiter) || 'nowhere: its name is a relative path'
  throw new Fault('TOOL_MISSING', { stage: declaration.id, tool: name, places: looked })
}

type ProbeSeat = {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly mark: string
  readonly signal: AbortSignal
  readonly started: (program: { readonly pid: number; readonly startTime: number | undefined }) => void
  readonly versions: VersionCache
}

/**
 * The tool with its version, undefined when it says none that `versionPattern` finds. Throws TOOL_TOO_OLD when `minVersion` asks for more than
 * what was found, or nothing was found, and CANCELLED.
 */
export async function probeTool(declaration: CommandDeclaration, path: string, seat: ProbeSeat): Promise<Tool> {
  const { name, versionArgv, minVersion } = declaration.program
  if (!versionArgv) return { path, version: undefined }
  const { size, mtimeMs } = await stat(path)
  const key = JSON.stringify([path, size, mtimeMs, versionArgv, declaration.program.versionPattern])
  const version = seat.versions.get(key) ?? (await askVersion(declaration, path, versionArgv, seat))
  if (version !== undefined) seat.versions.set(key, version)
  const numbers = version?.match(/\d+(\.\d+)*/)?.[0]
  if (minVersion !== undefined && (numbers === undefined || !isVersionAtLeast(numbers, minVersion)))
    throw new Fault('TOOL_TOO_OLD', {
      stage: declaration.id,
      tool: name,
      path,
      minVersion,
      version: version ?? 'of a version it does not say',
    })
  return { path, version }
}

/** The exit code does not matter: many programs print their version as part of a complaint. */
async function askVersion(
  declaration: CommandDeclaration,
  path: string,
  versionArgv: readonly string[],
  { env, cwd, mark, signal, started }: ProbeSeat,
): Promise<string | undefined> {
  const lines: string[] = []
  const end = await runProgram({
    file: path,
    argv: versionArgv,
    env,
    cwd,
    mark,
    signal,
    started,
    timeoutMs: probeMs,
    graceMs: 1000,
    cancelGraceMs: 200,
    take: async (pieces) => {
      if (lines.length < mostProbeLines) lines.push(...pieces.filter(({ lasting }) => lasting).map(({ text }) => text))
    },
  })
  if (end.how === 'cancelled') throw new Fault('CANCELLED')
  const [hit] = createPatternSet([declaration.program.versionPattern], () => {}).match(lines)
  return hit && (hit.groups.version ?? hit.first ?? hit.text)
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    // Not there or not ours to run: the next place is looked at, and the fault names them all.
    return false
  }
}
