// The faults of comparisons: why answers cannot be held against each other, and what to do.
import { type FaultRow, row } from './fault-row.ts'

export const compareFaultTable = {
  COMPARE_NOTHING_SHARED: row(
    'There is nothing to compare',
    (p) => `No ${p.what} is in all of these: ${p.answers}.`,
    () => 'Compare answers about the same frames (names decide), and levels and stages that all of them have.',
  ),
  COMPARE_MASKS_DIFFER: row(
    'The masks do not fit each other',
    (p) => `Frame ${p.frameIndex} of ${p.answers}: ${p.reason}`,
    () => 'Compare answers about the same pictures; only their size may differ, not their shape.',
  ),
  VIDEO_UNSUPPORTED: row(
    'This browser cannot write the video',
    (p) => `It has no encoder for pictures of ${p.width} x ${p.height}.`,
    () => 'Choose a smaller size, or open the page in another browser; Chromium and its relatives write WebM.',
  ),
  COMPARE_REPORT_EXISTS: row(
    'The place of the report is taken',
    (p) => `${p.path} is there already, and a report never writes over anything.`,
    () => 'Choose another folder, or move away what is there.',
  ),
} as const satisfies Record<string, FaultRow>
