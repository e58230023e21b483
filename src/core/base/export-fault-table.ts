// The faults of exports: what stood in the way of writing a run down in another format, and what to do.
import { type FaultRow, row } from './fault-row.ts'

export const exportFaultTable = {
  EXPORT_EXISTS: row(
    'The place of the export is taken',
    (p) => `${p.path} is there already, and an export never writes over anything.`,
    () => 'Choose another place, or move away what is there.',
  ),
  EXPORT_EMPTY: row(
    'There is nothing to export',
    (p) => `The run has no ${p.what}.`,
    () => 'Choose another stage or other levels; `scenewright inspect list` tells what there is.',
  ),
  EXPORT_COMPRESSION_MISSING: row(
    'A packing program is not on this machine',
    (p) => `Chunks in ${p.compression} need the program ${p.program}: ${p.reason}.`,
    () => 'Install it, or choose the compression gz or none.',
  ),
  EXPORT_MASKS_INVALID: row(
    'Masks of the run cannot be read',
    (p) => `The masks of frame ${p.frameIndex} at level ${p.level} of stage ${p.stage} are not what they should be: ${p.reason}.`,
    () => 'Run `scenewright inspect verify` on the run: it names each broken part.',
  ),
  REPACK_DIFFERS: row(
    'The repacked run is not the same as its source',
    (p) => `${p.where}: ${p.reason}.`,
    () => 'Nothing was kept. Try again when nobody writes to the source; if it happens again, check the disk.',
  ),
  VIEW_INVALID: row(
    'The view cannot be read',
    (p) => `${p.path} does not describe a view: ${p.reason}.`,
    () => 'Mend it, or copy the view anew from the page; docs/formats/view.md tells each field.',
  ),
  VIDEO_WRITER_MISSING: row(
    'ffmpeg is not on this machine',
    (p) => `Writing ${p.path} needs ffmpeg.`,
    () => 'Install ffmpeg (for example with your package manager), or give a folder to --out and get one picture for each frame.',
  ),
  VIDEO_NOT_WRITTEN: row(
    'The video could not be written',
    (p) => `ffmpeg left ${p.path} unfinished: ${p.reason}.`,
    () => 'Check the place and its free space; a folder as --out gives one picture for each frame instead.',
  ),
} as const satisfies Record<string, FaultRow>
