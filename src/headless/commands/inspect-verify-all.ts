// `inspect verify`: one run, or many with a table at the end; a folder that cannot be read never stops the rest.
import { readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { Fault, noteFromError } from '#core/base/fault'
import { formatCount, formatDuration } from '#core/base/format'
import { describeMy3dis } from '#engine/engine'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { isOurs } from '../run-reader.ts'
import { isRunFolder, runFolderOf, runFoldersIn } from '../run-folders.ts'
import { listenForSignals } from '../signals.ts'
import { type ForeignVerification, verifyForeign } from './inspect-foreign.ts'
import { type Verification, verifyRun } from './inspect-verify.ts'

type Verified =
  | { readonly program: 'scenewright'; readonly path: string; readonly found: Verification; readonly broken: number }
  | { readonly program: 'my3dis'; readonly path: string; readonly found: ForeignVerification; readonly broken: number }
  | { readonly program: 'unreadable'; readonly path: string; readonly code: string; readonly reason: string; readonly broken: number }

/** Exit 1 when something is broken. Throws USAGE when no path leads to a run, CANCELLED after Ctrl+C. */
export async function inspectVerify(output: Output, paths: readonly string[], parallel: number, json: boolean): Promise<ExitCode> {
  const runs = (await Promise.all(paths.map(runsAt))).flat()
  if (runs.length === 1 && paths.length === 1) return verifyOne(output, runs[0]!, json)
  if (runs.length === 0) throw new Fault('USAGE', { reason: `no run was found in ${paths.join(', ')}.` })
  const interruption = listenForSignals(
    () => output.tell('Stopping after the frames that are being read.'),
    () => process.exit(exitCodes.cancelled),
  )
  const begun = performance.now()
  const results: Verified[] = []
  let next = 0
  let done = 0
  const lane = async () => {
    while (next < runs.length && !interruption.signal.aborted) {
      const i = next
      next += 1
      results[i] = await verified(runs[i]!, interruption.signal)
      done += 1
      const left = ((performance.now() - begun) / done) * (runs.length - done)
      output.tell(`${done} of ${runs.length}: ${runs[i]} (about ${formatDuration(left)} left)`)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(parallel, runs.length) }, lane))
  } finally {
    interruption.dispose()
  }
  if (interruption.signal.aborted) throw new Fault('CANCELLED')
  const broken = results.filter((one) => one.broken > 0).length
  if (json) output.printJson({ runs: results, broken })
  else {
    output.print(tableText([heads, ...results.map(rowOf)]))
    output.print(`${formatCount(runs.length)} runs, ${formatCount(broken)} of them broken.`)
  }
  return broken > 0 ? exitCodes.failed : exitCodes.done
}

async function verified(path: string, signal: AbortSignal): Promise<Verified> {
  try {
    if (isOurs(path)) {
      const found = await verifyRun(runFolderOf(path))
      return { program: 'scenewright', path, found, broken: found.findings.filter((finding) => finding.broken).length }
    }
    const found = await verifyForeign(path, signal)
    return { program: 'my3dis', path, found, broken: found.findings.filter((finding) => finding.broken).length }
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'CANCELLED') throw error
    return { program: 'unreadable', path, code: noteFromError(error).code, reason: error.message, broken: 1 }
  }
}

async function verifyOne(output: Output, path: string, json: boolean): Promise<ExitCode> {
  if (!isOurs(path)) {
    const found = await verifyForeign(path)
    const broken = found.findings.filter((finding) => finding.broken).length
    if (json) output.printJson({ ...found, broken })
    else {
      if (found.findings.length > 0) output.print(tableText(found.findings.map(({ code, where, reason }) => [code, where, reason])))
      const { ssam, filter, tracker } = found.masks
      output.print(
        `Format ${found.generation ?? 'not known'}: ${formatCount(ssam)} raw and ${formatCount(filter)} filtered candidates, ${formatCount(tracker)} tracked masks ` +
          `of ${formatCount(found.tracks)} objects were read; ${formatCount(broken)} broken.`,
      )
    }
    return broken > 0 ? exitCodes.failed : exitCodes.done
  }
  const result = await verifyRun(runFolderOf(path))
  const broken = result.findings.filter((finding) => finding.broken).length
  if (json) output.printJson({ ...result, broken })
  else {
    if (result.findings.length > 0) output.print(tableText(result.findings.map(({ code, where, reason }) => [code, where, reason])))
    output.print(`${formatCount(result.checked)} artifacts checked, ${formatCount(broken)} broken.`)
    if (result.result) output.print(`Result ${result.result}`)
  }
  return broken > 0 ? exitCodes.failed : exitCodes.done
}

/** The path itself when it is a run or a part of one, else the runs in it, ours and of My3DIS, two levels down at most. */
async function runsAt(given: string): Promise<readonly string[]> {
  const path = resolve(given)
  const state = statSync(path, { throwIfNoEntry: false })
  if (!state?.isDirectory() || isRunFolder(path)) return [path]
  const ours = runFoldersIn(path)
  const foreign = await scenesIn(path)
  if (foreign === 'itself') return [path]
  if (ours.length + foreign.length > 0) return [...ours, ...foreign]
  const below = await Promise.all(
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => {
        const folder = join(path, name)
        const scenes = await scenesIn(folder)
        return [...runFoldersIn(folder), ...(scenes === 'itself' ? [folder] : scenes)]
      }),
  )
  const found = below.flat().sort()
  return found.length > 0 ? found : [path]
}

async function scenesIn(folder: string): Promise<readonly string[] | 'itself'> {
  try {
    const { kind, scenes } = await describeMy3dis(folder)
    return kind === 'experiment' ? scenes.map(({ path }) => path) : 'itself'
  } catch (error) {
    if (error instanceof Fault && error.code === 'MY3DIS_UNRECOGNISED') return []
    throw error
  }
}

const heads = ['run', 'program', 'state', 'frames', 'levels', 'candidates', 'kept', 'tracked', 'objects', 'broken', 'repairs'] as const

function rowOf(one: Verified): readonly string[] {
  const name = basename(one.path)
  if (one.program === 'unreadable') return [name, '-', `unreadable: ${one.code}`, '', '', '', '', '', '', '1', one.reason]
  if (one.program === 'scenewright')
    return [
      name,
      'Scenewright',
      one.broken > 0 ? 'broken' : 'whole',
      '',
      '',
      '',
      '',
      '',
      '',
      String(one.broken),
      String(one.found.findings.length - one.broken),
    ]
  const { generation, complete, frames, levels, masks, tracks, findings } = one.found
  return [
    name,
    `My3DIS ${generation ?? ''}`.trim(),
    one.broken > 0 ? 'broken' : complete ? 'complete' : 'not complete',
    String(frames),
    levels.join(' '),
    String(masks.ssam),
    String(masks.filter),
    String(masks.tracker),
    String(tracks),
    String(one.broken),
    String(findings.length - one.broken),
  ]
}
