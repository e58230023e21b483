// What a stage is given, and what it must give back: the same for every stage, whatever process it runs in.
import { deserialize, serialize } from 'node:v8'
import type { Assignment } from '#api/worker-api'
import { type ByteSource, readArtifact } from '#core/archive/archive-reader'
import { archiveOf, artifactName, type ManifestEntry } from '#core/archive/manifest'
import type { DegradedCode } from '#core/base/degraded-table'
import { Fault } from '#core/base/fault'
import { FrameMasks } from '#core/segment/frame-masks'

export type StageContext = {
  readonly assignment: Assignment
  /** Aborted when the run is cancelled; a stage looks at it before each frame. */
  readonly signal: AbortSignal
  /** Said once, as soon as the stage knows how much there is to do and by which backend. */
  begin(total: number, backend?: string, backendReason?: string): void
  progress(done: number, frameIndex?: number): void
  log(text: string, severity?: 'info' | 'warning' | 'error'): void
  warn(code: DegradedCode, params: Readonly<Record<string, string | number>>): void
  /** Into the archive; resolves when it can be read there, so a stage never runs ahead of the disk. */
  emit(artifact: NewStageArtifact): Promise<void>
  /** What was committed before, undefined when the stage begins. `state` is a copy of what `commit` was given. */
  readonly resume: { readonly position: number; readonly counts: Readonly<Record<string, number>>; readonly state: unknown } | undefined
  /**
   * Said after each frame: from now on the stage can be ended at any moment and go on at `position` (in units of its progress), ending in
   * the same bytes. `state` is all it needs besides its artifacts; it must survive a structured clone. Throws CANCELLED when a pause was asked for.
   */
  commit(position: number, counts: Readonly<Record<string, number>>, state?: unknown): Promise<void>
  /** A file that lies in the run folder already. */
  addFile(file: {
    readonly name: string
    readonly kind: string
    readonly mediaType: string
    readonly sizeBytes: number
    readonly sha256: string
  }): Promise<void>
  /** A process the stage started: `mark` stands in its environment and in that of all its children. */
  spawned(pid: number, mark: string): void
  /** As a file of the run folder, `name` being its path there. */
  emitFile(name: string, mediaType: string, bytes: Uint8Array): Promise<void>
  /** An artifact of an earlier stage by its name. */
  find(name: string): ManifestEntry | undefined
  /** Bytes of an artifact of an earlier stage. */
  read(entry: ManifestEntry): Promise<Uint8Array>
}

export type NewStageArtifact = {
  readonly kind: string
  readonly level?: number
  readonly frameIndex?: number
  readonly value: unknown
  readonly counts?: Readonly<Record<string, number>>
}

/** Does the work; the returned counts stand in the report. Throws Fault CANCELLED when it saw its signal. */
export type Stage = (context: StageContext) => Promise<Readonly<Record<string, number>>>

export type StageVoice = {
  readonly post: (message: { readonly type: string } & Record<string, unknown>) => void
  /** Sends something that gets written, and resolves when the engine says it is. */
  readonly deliver: (message: { readonly type: 'artifact' | 'commit' | 'file' } & Record<string, unknown>) => Promise<void>
  /** Aborted when the stage shall stop after its next commit. */
  readonly pausing: AbortSignal
}

/** `sourceOf` gives the bytes of a tar of the run folder by its name. */
export function createContext(
  assignment: Assignment,
  signal: AbortSignal,
  voice: StageVoice,
  sourceOf: (archive: string) => Promise<ByteSource>,
): StageContext {
  const { id, stage, resume } = assignment
  const byName = new Map(assignment.artifacts.map((entry) => [entry.name, entry]))
  let total = 0
  return {
    assignment,
    find: (name) => byName.get(name),
    signal,
    resume: resume && {
      position: resume.position,
      counts: resume.counts,
      state: resume.state === undefined ? undefined : (deserialize(resume.state) as unknown),
    },
    begin: (count, backend, backendReason) => {
      total = count
      voice.post({ type: 'began', id, total, backend, backendReason })
    },
    progress: (done, frameIndex) => voice.post({ type: 'progress', id, done, total, frameIndex }),
    log: (text, severity = 'info') => voice.post({ type: 'log', id, severity, text }),
    warn: (code, params) => voice.post({ type: 'warning', id, code, params }),
    spawned: (pid, mark) => voice.post({ type: 'spawned', id, pid, mark }),
    emit: ({ kind, level, frameIndex, value, counts }) =>
      voice.deliver({
        type: 'artifact',
        name: artifactName(stage, kind, { level, frameIndex }),
        kind,
        level,
        frameIndex,
        mediaType: 'application/json',
        place: 'archive',
        counts,
        bytes: new TextEncoder().encode(JSON.stringify(value)),
      }),
    commit: async (position, counts, state) => {
      // A plain Uint8Array: a Buffer would lose its kind, and with it its methods, on the way.
      const bytes = state === undefined ? undefined : new Uint8Array(serialize(state))
      await voice.deliver({ type: 'commit', position, counts, state: bytes })
      if (voice.pausing.aborted) throw new Fault('CANCELLED')
    },
    addFile: (file) => voice.deliver({ type: 'file', ...file }),
    emitFile: (name, mediaType, bytes) => voice.deliver({ type: 'artifact', name, kind: 'file', mediaType, place: 'file', bytes }),
    read: async (entry) => {
      if (entry.place !== 'archive') throw new RangeError(`${entry.name} lies beside the archive`)
      return readArtifact(await sourceOf(archiveOf(entry)), entry)
    },
  }
}

/** The masks an earlier stage wrote for one frame and level, or undefined when that frame has none. */
export async function readFrameMasks(
  context: StageContext,
  stage: string,
  level: number,
  frameIndex: number,
): Promise<FrameMasks | undefined> {
  const entry = context.find(artifactName(stage, 'masks', { level, frameIndex }))
  if (!entry) return undefined
  return FrameMasks.parse(JSON.parse(new TextDecoder().decode(await context.read(entry))))
}

/** Of a backend that computes on the CPU: a person who gave the stage a GPU must not believe that it is used. */
export function warnOfUnusedDevice({ assignment, warn }: Pick<StageContext, 'assignment' | 'warn'>, backend: string): void {
  const { stage, device } = assignment
  if (device !== 'cpu') warn('DEVICE_UNUSED', { stage, device, backend })
}

export function stopIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new Fault('CANCELLED')
}
