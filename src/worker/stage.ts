// What a stage is given, and what it must give back: the same for every stage, whatever process it runs in.
import type { Assignment } from '#api/worker-api'
import { type ByteSource, readArtifact } from '#core/archive/archive-reader'
import { artifactName, type ManifestEntry } from '#core/archive/manifest'
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
  warn(title: string, message: string, remedy: string): void
  /** Into the archive; resolves when it can be read there, so a stage never runs ahead of the disk. */
  emit(artifact: NewStageArtifact): Promise<void>
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
  /** Sends an artifact and resolves when the engine says it is written. */
  readonly deliver: (artifact: {
    name: string
    kind: string
    level?: number
    frameIndex?: number
    mediaType: string
    place: 'archive' | 'file'
    counts?: Readonly<Record<string, number>>
    bytes: Uint8Array
  }) => Promise<void>
}

export function createContext(assignment: Assignment, signal: AbortSignal, voice: StageVoice, source: ByteSource): StageContext {
  const { id, stage } = assignment
  const byName = new Map(assignment.artifacts.map((entry) => [entry.name, entry]))
  let total = 0
  return {
    assignment,
    find: (name) => byName.get(name),
    signal,
    begin: (count, backend, backendReason) => {
      total = count
      voice.post({ type: 'began', id, total, backend, backendReason })
    },
    progress: (done, frameIndex) => voice.post({ type: 'progress', id, done, total, frameIndex }),
    log: (text, severity = 'info') => voice.post({ type: 'log', id, severity, text }),
    warn: (title, message, remedy) => voice.post({ type: 'warning', id, title, message, remedy }),
    emit: ({ kind, level, frameIndex, value, counts }) => {
      const bytes = new TextEncoder().encode(JSON.stringify(value))
      return voice.deliver({
        name: artifactName(stage, kind, { level, frameIndex }),
        kind,
        level,
        frameIndex,
        mediaType: 'application/json',
        place: 'archive',
        counts,
        bytes,
      })
    },
    emitFile: (name, mediaType, bytes) => voice.deliver({ name, kind: 'file', mediaType, place: 'file', bytes }),
    read: async (entry) => {
      if (entry.place !== 'archive') throw new RangeError(`${entry.name} lies beside the archive`)
      return readArtifact(source, entry)
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

export function stopIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new Fault('CANCELLED')
}
