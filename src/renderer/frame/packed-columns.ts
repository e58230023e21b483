// Columns as they are kept while nobody looks: run lengths, which are most of them, in as few bytes as each needs.
import { bytesOfColumns, type MaskColumns } from './mask-columns.ts'

/** Seven bits of a run length per byte, low ones first; the highest bit says that more follow. */
export type PackedColumns = Omit<MaskColumns, 'runs'> & { readonly packedRuns: Uint8Array }

export function packColumns({ runs, ...rest }: MaskColumns): PackedColumns {
  let length = 0
  for (let run of runs) {
    for (length += 1; run > 127; run >>>= 7) length += 1
  }
  const packedRuns = new Uint8Array(length)
  let at = 0
  for (let run of runs) {
    for (; run > 127; run >>>= 7, at += 1) packedRuns[at] = (run & 127) | 128
    packedRuns[at] = run
    at += 1
  }
  return { ...rest, packedRuns }
}

export function unpackColumns({ packedRuns, ...rest }: PackedColumns): MaskColumns {
  const runs = new Uint32Array(rest.runStarts[rest.count]!)
  let at = 0
  for (let i = 0; i < runs.length; i += 1) {
    let value = 0
    let shift = 0
    for (; packedRuns[at]! > 127; at += 1, shift += 7) value |= (packedRuns[at]! & 127) << shift
    runs[i] = (value | (packedRuns[at]! << shift)) >>> 0
    at += 1
  }
  return { ...rest, runs }
}

export function bytesOfPacked({ packedRuns, ...rest }: PackedColumns): number {
  return packedRuns.byteLength + bytesOfColumns({ ...rest, runs: new Uint32Array() })
}
