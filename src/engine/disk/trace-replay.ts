// What a disk may hold after a power cut at any moment of a recorded trace: what was synced, and any part of what was not.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Change, NameChange, Node, Trace, TracedAct } from './recording-disk.ts'
import type { Random } from './seeded-random.ts'

/**
 * What becomes of acts that no sync covers. `none` and `all` of them; `names` without data and `data` without names; `lengths`: files have
 * their new lengths, and zeros where data should be; `mixed`: each name and each piece of a file for itself, so later writes may be there and
 * earlier ones not.
 */
export const moods = ['none', 'all', 'names', 'data', 'lengths', 'mixed'] as const
export type Mood = (typeof moods)[number]

/** By path, relative to the recorded folder; undefined is a folder. */
export type Tree = ReadonlyMap<string, Uint8Array | undefined>

/**
 * POSIX leaves these choices: a file's bytes and length are sure once a sync of the file ended that began after the write had ended; a name
 * once its folder was synced so. Between, each piece of a file (of `piece` bytes, as a page or a sector is) holds what it held at any time
 * since the last sync; names likewise, except that the two halves of a rename stay together.
 */
export function crashState(trace: Trace, moment: number, mood: Mood, random: Random, piece = random.pick([64, 512, 4096])): Tree {
  const begun = trace.acts.filter((act) => act.began <= moment)
  const ended = (act: TracedAct) => act.ended !== undefined && act.ended <= moment
  const syncedAt = new Map<Node, number>()
  for (const act of begun)
    if (act.change.kind === 'sync' && ended(act)) syncedAt.set(act.change.node, Math.max(act.began, syncedAt.get(act.change.node) ?? 0))
  const sure = (act: TracedAct, node: Node) => ended(act) && act.ended! < (syncedAt.get(node) ?? 0)
  const names = namesOf(begun, sure, mood, random)
  const tree = new Map<string, Uint8Array | undefined>()
  const walk = (folder: Node, path: string) => {
    for (const [name, node] of names.get(folder) ?? []) {
      const here = path === '' ? name : `${path}/${name}`
      if (trace.folders.has(node)) {
        tree.set(here, undefined)
        walk(node, here)
      } else
        tree.set(
          here,
          bytesOf(begun, node, (act) => sure(act, node), mood, random, piece),
        )
    }
  }
  walk(0, '')
  return tree
}

function namesOf(
  begun: readonly TracedAct[],
  sure: (act: TracedAct, node: Node) => boolean,
  mood: Mood,
  random: Random,
): Map<Node, Map<string, Node>> {
  const folders = new Map<Node, Map<string, Node>>()
  const likely = random.next()
  const keep = (): boolean => (mood === 'mixed' ? random.chance(likely) : mood === 'all' || mood === 'names' || mood === 'lengths')
  const apply = ({ folder, name, node }: NameChange) => {
    const entries = folders.get(folder) ?? new Map<string, Node>()
    folders.set(folder, entries)
    if (node === undefined) entries.delete(name)
    else entries.set(name, node)
  }
  for (const act of begun) {
    if (act.change.kind !== 'names') continue
    if (act.change.changes.every(({ folder }) => sure(act, folder)) || keep()) for (const change of act.change.changes) apply(change)
  }
  return folders
}

type DataChange = Exclude<Change, { kind: 'names' | 'sync' }>

function bytesOf(
  begun: readonly TracedAct[],
  node: Node,
  sure: (act: TracedAct) => boolean,
  mood: Mood,
  random: Random,
  piece: number,
): Uint8Array {
  const acts = begun.filter((act): act is TracedAct & { change: DataChange } => {
    const { change } = act
    return (change.kind === 'write' || change.kind === 'truncate') && change.node === node
  })
  const isSure = acts.map(sure)
  const firstUnsure = isSure.indexOf(false)
  if (firstUnsure < 0) return applied(acts.map(({ change }) => change))
  /** Up to which act something is there: sure ones are in any case. */
  const reach = (): number => {
    if (mood === 'mixed') return firstUnsure + random.below(acts.length - firstUnsure + 1)
    return mood === 'all' || mood === 'data' ? acts.length : firstUnsure
  }
  const lengthReach = mood === 'lengths' ? acts.length : reach()
  const there = (until: number) => acts.flatMap(({ change }, i) => (isSure[i] || i < until ? [change] : []))
  const length = applied(there(lengthReach)).length
  const result = new Uint8Array(length)
  // Few different times: as long as pieces agree there is one look at the file for each time.
  const seen = new Map<number, Uint8Array>()
  for (let at = 0; at < length; at += piece) {
    const until = reach()
    const whole = seen.get(until) ?? applied(there(until))
    seen.set(until, whole)
    if (at < whole.length) result.set(whole.subarray(at, Math.min(at + piece, length)), at)
  }
  return result
}

function applied(changes: readonly DataChange[]): Uint8Array {
  let length = 0
  const buffer = new Uint8Array(
    Math.max(0, ...changes.map((change) => (change.kind === 'write' ? change.offset + change.bytes.length : change.length))),
  )
  for (const change of changes) {
    if (change.kind === 'write') {
      buffer.set(change.bytes, change.offset)
      length = Math.max(length, change.offset + change.bytes.length)
    } else {
      buffer.fill(0, change.length)
      length = change.length
    }
  }
  return buffer.subarray(0, length)
}

/** All of a file whose writing had ended before `moment`. */
export function bytesWritten(trace: Trace, node: Node, moment: number): Uint8Array {
  return applied(
    trace.acts.flatMap(({ change, ended }) => {
      if ((change.kind !== 'write' && change.kind !== 'truncate') || change.node !== node) return []
      return ended !== undefined && ended < moment ? [change] : []
    }),
  )
}

/** Into a folder that is there. */
export function writeTree(folder: string, tree: Tree): void {
  for (const [path, bytes] of tree) {
    mkdirSync(bytes ? dirname(join(folder, path)) : join(folder, path), { recursive: true })
    if (bytes) writeFileSync(join(folder, path), bytes)
  }
}
