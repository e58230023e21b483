// The faults of layout files: what of a file of panel layouts could not be taken, and what to do.
import { type FaultRow, row } from './fault-row.ts'

export const layoutFaultTable = {
  LAYOUT_FILE_UNREADABLE: row(
    'This is no layout file',
    (p) => `${p.file} cannot be read as a file of layouts: ${p.reason}.`,
    () => 'Choose a file that “Export” in the menu of layouts wrote; docs/layouts.md describes it. Nothing was changed.',
  ),
  LAYOUT_FILE_NEWER: row(
    'The layout file is of a newer version',
    (p) => `${p.file} has version ${p.found} of the format; this program reads version ${p.known}.`,
    () => 'Update Scenewright, or ask for a file of the older version. Nothing was changed.',
  ),
  LAYOUT_TOO_MANY: row(
    'There are too many layouts',
    (p) => `${p.file} holds ${p.found} more; with those that are kept here they would be more than ${p.most}.`,
    () => 'Delete some in the menu of layouts, then import again. Nothing was changed.',
  ),
} as const satisfies Record<string, FaultRow>
