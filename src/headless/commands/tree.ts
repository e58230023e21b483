// `inspect tree`: families across levels, orphans, and parents that the masks speak for; a tree is only ever written to a new file.
import { existsSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { formatCount } from '#core/base/format'
import { familyTreeText } from '#core/my3dis/tracks/family-tree-file'
import {
  type FamilyCheckSettings,
  type FamilyFindings,
  familyCheckDefaults,
  type ParentRepair,
  withRepairs,
} from '#core/segment/family-check'
import { type Family, type FamilyTree, familyTree } from '#core/segment/family-tree'
import { labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { type ReadRun, withReader } from '../run-reader.ts'
import { checkFamilies, maskRatio } from '../run-tree.ts'

export type TreeSettings = {
  /** Reads the masks of all frames. */
  readonly check: boolean
  /** Takes the offered repairs into what is written; needs `check`. */
  readonly repair: boolean
  /** New file for My3DIS's family_tree.json. */
  readonly write: string | undefined
  readonly containment: number
  readonly overlap: number
}
export const treeDefaults = familyCheckDefaults

/** Of a long list, what is printed; --json has all. */
const shown = 30

/** Throws USAGE for a file inside of the run, EXPORT_EXISTS for one that is there, before anything is read. */
export function inspectTree(output: Output, path: string, settings: TreeSettings, json: boolean): Promise<ExitCode> {
  return withReader(path, async (run) => {
    const target = settings.write === undefined ? undefined : newFile(settings.write, run.folder)
    const { tracks, framesDone } = await run.reader.tracks()
    const tree = familyTree(tracks)
    const limits: FamilyCheckSettings = { containment: settings.containment, overlap: settings.overlap }
    const findings = settings.check ? await checkFamilies(run, tracks, limits) : undefined
    if (json) output.printJson({ ...jsonOf(run.folder, tracks, tree), check: findings && { ...limits, ...findings }, written: target })
    else printTree(output, tracks, tree, findings, limits)
    const selected = run.record.frameIndices.length
    if (framesDone < selected)
      output.tell(`The tracks are final for ${framesDone} of ${selected} frames only: the tracker has not finished.`)
    if (target !== undefined) {
      const repairs = settings.repair ? (findings?.repairs ?? []) : []
      writeTree(target, run, await maskRatio(run), withRepairs(tracks, repairs))
      const words = repairs.length === 0 ? 'with the recorded parents' : `with ${formatCount(repairs.length)} repairs`
      output.tell(`${target} written, ${words}; the run was not changed.`)
    }
    return exitCodes.done
  })
}

/** The whole path. The folder must be there, so that what it really is can be held against the run. */
function newFile(given: string, runFolder: string): string {
  const target = resolve(given)
  if (!existsSync(dirname(target))) throw new Fault('USAGE', { reason: `${dirname(target)} is no folder` })
  const real = join(realpathSync(dirname(target)), basename(target))
  // A single archive counts as the folder it lies in.
  const run = statSync(runFolder).isDirectory() ? runFolder : dirname(runFolder)
  const inside = relative(realpathSync(run), real)
  if (!inside.startsWith('..') && resolve(inside) !== inside)
    throw new Fault('USAGE', { reason: `${target} lies in the run; a run is never changed, so choose a place outside of it` })
  if (existsSync(target)) throw new Fault('EXPORT_EXISTS', { path: target })
  return target
}

function writeTree(target: string, { folder, record }: ReadRun, maskScaleRatio: number, tracks: readonly Track[]): void {
  const text = familyTreeText({
    scene: record.scene.name,
    runFolder: basename(folder),
    levels: record.config.levels,
    maskScaleRatio,
    tracks,
    frameIndices: record.frameIndices,
    // Masks of ours are in no archive that My3DIS opens, and the new file does not lie in the run that has the others.
    maskArchive: () => undefined,
  })
  // Fails when somebody was faster: nothing is ever written over.
  writeFileSync(target, text, { flag: 'wx' })
}

function jsonOf(folder: string, tracks: readonly Track[], tree: FamilyTree) {
  return {
    folder,
    tracks: tracks.length,
    parentsRecorded: hasParents(tracks),
    depth: tree.depth,
    levels: tree.levels,
    families: tree.families.map(({ root, members, levels }) => ({ root, members, levels: Object.fromEntries(levels) })),
    orphans: tree.orphans,
    broken: tree.broken,
  }
}

/** Whether the run says anything about parents: where it does not, every finer track would look like an orphan. */
function hasParents(tracks: readonly Track[]): boolean {
  return tracks.some(({ parent, orphan }) => parent !== undefined || orphan !== undefined)
}

function printTree(
  output: Output,
  tracks: readonly Track[],
  tree: FamilyTree,
  findings: FamilyFindings | undefined,
  limits: FamilyCheckSettings,
): void {
  const name = namesOf(tracks)
  if (tracks.length === 0) output.print('The run has no tracks.')
  else if (!hasParents(tracks))
    output.print('This run recorded no parents, so every track stands alone; --check looks for them in its masks.')
  const rows = tree.levels.map((one) => [
    String(one.level),
    formatCount(one.tracks),
    formatCount(one.withParent),
    formatCount(one.orphans),
    `${(100 * one.orphanRate).toFixed(2)} %`,
  ])
  if (tracks.length > 0) output.print(tableText([['level', 'tracks', 'with parent', 'orphans', 'orphan rate'], ...rows]))
  printFamilies(output, tree.families, name)
  if (tree.broken.length > 0) {
    const words = { unknown: 'no such track', notCoarser: 'not of a coarser level' }
    const lines = tree.broken.map(({ child, parent, reason }) => [name(child), name(parent), words[reason]])
    printList(output, 'parents that cannot be followed', ['track', 'recorded parent', 'because'], lines)
  }
  if (findings) printFindings(output, findings, limits, name)
}

/** Large families first; those of one are only counted. */
function printFamilies(output: Output, families: readonly Family[], name: (id: number) => string): void {
  const several = families
    .filter(({ members }) => members.length > 1)
    .sort((a, b) => b.members.length - a.members.length || a.root - b.root)
  const rows = several.map(({ root, members, levels }) => [
    name(root),
    formatCount(members.length),
    [...levels].map(([level, ids]) => `level ${level}: ${formatCount(ids.length)}`).join(', '),
  ])
  const alone = families.length - several.length
  if (families.length > 0) output.print(`\n${formatCount(families.length)} families, ${formatCount(alone)} of them of one track`)
  if (rows.length > 0) printList(output, undefined, ['root', 'members', 'by level'], rows)
}

function printFindings(output: Output, findings: FamilyFindings, limits: FamilyCheckSettings, name: (id: number) => string): void {
  const { holds, fails, missing } = findings.judged
  output.print(
    `\nchecked on ${formatCount(findings.framesRead)} frames (containment ${limits.containment}, time together ${limits.overlap}): ` +
      `${formatCount(holds)} parents hold, ${formatCount(fails)} do not, ${formatCount(missing)} are missing`,
  )
  if (findings.framesUneven > 0)
    output.print(`${formatCount(findings.framesUneven)} frames were left out: the masks of their levels differ in size.`)
  if (findings.repairs.length === 0) output.print('No repair is offered.')
  else
    printList(
      output,
      `${formatCount(findings.repairs.length)} repairs offered (nothing is changed by this)`,
      ['track', 'recorded', 'offered', 'containment', 'time together', 'frames', 'recorded has'],
      findings.repairs.map((repair) => repairRow(repair, name)),
    )
}

function repairRow({ child, from, to, containment, overlap, frames, before }: ParentRepair, name: (id: number) => string): string[] {
  const recorded = before ? `${before.containment.toFixed(3)} on ${before.frames} frames` : from === undefined ? '' : 'never seen together'
  return [
    name(child),
    from === undefined ? 'none' : name(from),
    name(to),
    containment.toFixed(3),
    overlap.toFixed(2),
    formatCount(frames),
    recorded,
  ]
}

function printList(output: Output, title: string | undefined, head: readonly string[], rows: readonly (readonly string[])[]): void {
  if (title !== undefined) output.print(`\n${title}`)
  output.print(tableText([head, ...rows.slice(0, shown)]))
  if (rows.length > shown) output.print(`… and ${formatCount(rows.length - shown)} more; --json has all of them`)
}

/** Label of a track, with its id in the files of a foreign run. */
function namesOf(tracks: readonly Track[]): (id: number) => string {
  const sources = new Map(tracks.map(({ id, sourceId }) => [id, sourceId]))
  return (id) => (sources.get(id) === undefined ? labelOfId(id) : `${labelOfId(id)} (source ${sources.get(id)})`)
}
