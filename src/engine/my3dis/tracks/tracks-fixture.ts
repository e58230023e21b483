// For tests: tracking archives of made-up runs in memory, honest and hostile, as sources whose reads are counted.
import { sourceOf, textBytes, type ZipFixture, zipFrom } from '#core/foreign/fixtures'
import { type FixtureOptions, type Quirk, standardOptions } from '../../../../scripts/fixtures/my3dis/options.ts'
import { writeMy3disFixtures, type WrittenRun } from '../../../../scripts/fixtures/my3dis/run-folder.ts'
import { archivePaths } from '../../../../scripts/fixtures/my3dis/files/track-archives.ts'
import { memorySink } from '../../../../scripts/fixtures/my3dis/sink.ts'
import type { FileSource } from '../../archive/file-source.ts'
import type { SelectedFrames } from './opened-tracks.ts'

export type TracksFixture = WrittenRun & {
  readonly selected: SelectedFrames
  archive(level: number, kind: 'video' | 'object'): Uint8Array<ArrayBuffer>
  /** A file of the run folder. */
  text(path: string): string
}

export function tracksFixture(options: Partial<Omit<FixtureOptions, 'quirks'>> & { readonly quirks?: readonly Quirk[] }): TracksFixture {
  const sink = memorySink()
  const [run] = writeMy3disFixtures(sink, '/data/my3dis', [{ ...standardOptions, ...options, quirks: new Set(options.quirks) }])
  if (!run) throw new Error('no run was written')
  const file = (path: string): Uint8Array => {
    const bytes = sink.files.get(`${run.folder}/${path}`)
    if (!bytes) throw new Error(`${path} was not written`)
    return bytes
  }
  return {
    ...run,
    selected: {
      indices: run.truth.selected.map(({ absolute }) => absolute),
      names: new Map(run.truth.selected.map(({ absolute, name }) => [absolute, name])),
    },
    archive: (level, kind) => Uint8Array.from(file(archivePaths(run.truth.options, level, kind).actual)),
    text: (path) => new TextDecoder().decode(file(path)),
  }
}

export type CountedSource = FileSource & {
  readonly reads: readonly (readonly [offset: number, length: number])[]
  readonly isClosed: () => boolean
}

export function countedSource(bytes: Uint8Array, name = 'video_segments.npz'): CountedSource {
  const reads: [offset: number, length: number][] = []
  let closed = false
  return {
    ...sourceOf(bytes, name, reads),
    reads,
    isClosed: () => closed,
    close: async () => {
      closed = true
    },
  }
}

/** A ZIP of these texts; what else a member states can be told with it. */
export function zipOfTexts(
  members: readonly (readonly [name: string, text: string, more?: Partial<ZipFixture>])[],
): Uint8Array<ArrayBuffer> {
  return zipFrom(members.map(([name, text, more]) => ({ name, bytes: textBytes(text), ...more })))
}
