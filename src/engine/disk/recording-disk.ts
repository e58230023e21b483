// A disk that notes each change of what lies below one folder, with the moments at which it began and ended, for replays of power cuts.
import { basename, dirname, relative, sep } from 'node:path'
import type { Disk, DiskFile } from './disk.ts'

/** A file or a folder, whatever its names; 0 is the recorded folder. */
export type Node = number
/** `node` undefined: the name goes. */
export type NameChange = { readonly folder: Node; readonly name: string; readonly node: Node | undefined }

export type Change =
  | { readonly kind: 'write'; readonly node: Node; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly node: Node; readonly length: number }
  /** All of them or none: a rename is one act. */
  | { readonly kind: 'names'; readonly changes: readonly NameChange[] }
  | { readonly kind: 'sync'; readonly node: Node }

/** `path` is relative to the recorded folder, with slashes. Moments count up with each begin and each end; `ended` undefined: never. */
export type TracedAct = { readonly change: Change; readonly path: string; readonly began: number; readonly ended: number | undefined }

export type Trace = { readonly acts: readonly TracedAct[]; readonly folders: ReadonlySet<Node>; readonly moments: number }
export type RecordingDisk = Disk & { readonly trace: Trace }

/** Acts that failed are not in the trace. Throws RangeError for a path outside of `root`, or for one that this disk did not make. */
export function recordingDisk(base: Disk, root: string): RecordingDisk {
  const acts: { change: Change; path: string; began: number; ended: number | undefined }[] = []
  const names = new Map<string, Node>([['', 0]])
  const folders = new Set<Node>([0])
  let nodes = 0
  let moments = 0
  const short = (path: string) => {
    const way = relative(root, path)
    if (way.startsWith('..')) throw new RangeError(`${path} is outside of ${root}`)
    return way.split(sep).join('/')
  }
  const known = (path: string): Node => {
    const node = names.get(short(path))
    if (node === undefined) throw new RangeError(`${path} was not made through this disk`)
    return node
  }
  const naming = (path: string, node: Node | undefined): NameChange => ({ folder: known(dirname(path)), name: basename(path), node })
  const act = async <T>(path: string, changes: readonly Change[], work: () => Promise<T>): Promise<T> => {
    moments += 1
    const begun = changes.map((change) => ({ change, path: short(path), began: moments, ended: undefined as number | undefined }))
    acts.push(...begun)
    try {
      const result = await work()
      moments += 1
      for (const one of begun) one.ended = moments
      return result
    } catch (error) {
      for (const one of begun) acts.splice(acts.indexOf(one), 1)
      throw error
    }
  }
  const made = async <T>(path: string, isFolder: boolean, work: () => Promise<T>): Promise<T> => {
    nodes += 1
    const node = nodes
    const result = await act(path, [{ kind: 'names', changes: [naming(path, node)] }], work)
    names.set(short(path), node)
    if (isFolder) folders.add(node)
    return result
  }
  return {
    get trace() {
      return { acts, folders, moments }
    },
    open: async (path, mode) => {
      const open = () => base.open(path, mode)
      const file = mode === 'new' ? await made(path, false, open) : await open()
      return recordedFile(file, known(path), (change, work) => act(path, [change], work))
    },
    makeFolder: (path) => made(path, true, () => base.makeFolder(path)),
    rename: async (from, to) => {
      const node = known(from)
      if (folders.has(node)) throw new RangeError('renamed folders are not recorded')
      await act(to, [{ kind: 'names', changes: [naming(from, undefined), naming(to, node)] }], () => base.rename(from, to))
      names.delete(short(from))
      names.set(short(to), node)
    },
    link: async (from, to) => {
      const node = known(from)
      await act(to, [{ kind: 'names', changes: [naming(to, node)] }], () => base.link(from, to))
      names.set(short(to), node)
    },
    remove: async (path) => {
      // What lies deeper goes first, each name for itself: a folder is not removed in one step.
      const gone = [...names.keys()]
        .filter((name) => name === short(path) || name.startsWith(`${short(path)}/`))
        .toSorted()
        .toReversed()
      const changes = gone.map((name): Change => {
        const folder = names.get(dirname(name) === '.' ? '' : dirname(name))!
        return { kind: 'names', changes: [{ folder, name: basename(name), node: undefined }] }
      })
      await act(path, changes, () => base.remove(path))
      for (const name of gone) names.delete(name)
    },
    syncFolder: (path) => act(path, [{ kind: 'sync', node: known(path) }], () => base.syncFolder(path)),
  }
}

function recordedFile(file: DiskFile, node: Node, act: (change: Change, work: () => Promise<void>) => Promise<void>): DiskFile {
  return {
    // Copied: the caller may use its bytes again.
    write: (bytes, offset) => act({ kind: 'write', node, offset, bytes: bytes.slice() }, () => file.write(bytes, offset)),
    truncate: (length) => act({ kind: 'truncate', node, length }, () => file.truncate(length)),
    sync: () => act({ kind: 'sync', node }, () => file.sync()),
    size: () => file.size(),
    close: () => file.close(),
  }
}
