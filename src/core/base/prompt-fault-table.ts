// The faults of masks that a person asks for and gives to the tracker.
import { type FaultRow, row } from './fault-row.ts'

export const promptFaultTable = {
  PROMPT_UNUSABLE: row(
    'A mask that was given cannot be tracked',
    (p) => `The mask given for frame ${p.frameIndex} at level ${p.level} cannot be tracked: ${p.reason}.`,
    () => 'Take it out of the list, or give one of a frame and a level of this run, as large as its frames.',
  ),
  PROMPT_RESTS: row(
    'What answers clicks rests',
    (p) =>
      `The process that answers clicks with ${p.name} on ${p.device} was lost ${p.losses} times in a row; it is not started by itself.`,
    () => 'Choose another model, or start it again all the same.',
  ),
  PROMPT_FILE_UNREADABLE: row(
    'No file of masks',
    (p) => `${p.file} cannot be read as a list of masks for the tracker: ${p.reason}.`,
    () => 'It has to be JSON: a list of frameIndex, level, size and counts, as docs/models.md shows.',
  ),
  PROMPT_OF_OTHER_PROGRAM: row(
    'Not a run of this program',
    (p) => `${p.run} was made by another program, so there is no run of ours whose candidates could be taken over.`,
    () => 'Start a run on its frames, then give the masks there.',
  ),
  PROMPT_NOTHING_KEPT: row(
    'No mask to track',
    (p) => `No mask is kept that ${p.run} could track.`,
    () => 'Press a on the picture, click the object, and keep the mask; then track.',
  ),
} as const satisfies Record<string, FaultRow>
