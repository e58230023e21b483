// The faults of reading runs of My3DIS: what of a run cannot be read, why, and what to do.
import { type FaultRow, row } from './fault-row.ts'

export const my3disFaultTable = {
  PICTURES_NOT_THERE: row(
    'The pictures are not there',
    (p) => `None of the ${p.wanted} pictures of this run is in ${p.path}.`,
    () => 'Choose the folder that holds the pictures themselves, with the names they had when the run was made.',
  ),
  MY3DIS_UNRECOGNISED: row(
    'Nothing of My3DIS here',
    (p) => `${p.path} is not a run of My3DIS, nor a part of one: ${p.reason}.`,
    () => 'Choose a run folder, a folder of such runs, one of its level folders, or a single .npz, chunk or filtered.json.',
  ),
  MY3DIS_FILE_DAMAGED: row(
    'A file of the run is damaged',
    (p) => `${p.path} cannot be read: ${p.reason}.`,
    () => 'Copy the file again from where it was made; the other files of the run can still be opened.',
  ),
  MY3DIS_CHUNK_MISSING: row(
    'A chunk of raw candidates is missing',
    (p) => `Frame ${p.frameIndex} should be in ${p.path}, which is not there.`,
    () => 'Copy the chunk again from where the run was made; kept candidates and tracks do not need it.',
  ),
  MY3DIS_CHUNK_DAMAGED: row(
    'A chunk of raw candidates is damaged',
    (p) => `Frame ${p.frameIndex} cannot be read from ${p.path}: ${p.reason}.`,
    () => 'Copy the chunk again from where the run was made; kept candidates and tracks do not need it.',
  ),
  MY3DIS_UNPACKER_MISSING: row(
    'A program for unpacking is missing',
    (p) => `${p.path} is packed with ${p.compression}, which needs the program ${p.program}; it was not found in PATH.`,
    (p) => `Install ${p.program} on the machine that computes (its package is often called ${p.package}), then open the run again.`,
  ),
  MY3DIS_WITHOUT_MASKS: row(
    'An archive without masks',
    (p) => `${p.path} says on which frames objects are, but holds no masks: those are in ${p.linked} of the same level.`,
    (p) => `Open ${p.linked} instead.`,
  ),
} as const satisfies Record<string, FaultRow>
