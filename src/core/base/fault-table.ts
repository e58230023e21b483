// Every fault: what the user reads, and what to do. Codes are for ever; a retired one stays, marked.
import { compareFaultTable } from './compare-fault-table.ts'
import { exportFaultTable } from './export-fault-table.ts'
import { bytes, type FaultRow, row } from './fault-row.ts'
import { foreignFaultTable } from './foreign-fault-table.ts'
import { layoutFaultTable } from './layout-fault-table.ts'
import { promptFaultTable } from './prompt-fault-table.ts'
import { modelFaultTable } from './model-fault-table.ts'
import { my3disFaultTable } from './my3dis-fault-table.ts'

export const faultTable = {
  ...foreignFaultTable,
  ...exportFaultTable,
  ...compareFaultTable,
  ...layoutFaultTable,
  ...promptFaultTable,
  ...my3disFaultTable,
  ...modelFaultTable,
  SCENE_NOT_FOUND: row(
    'No such folder or file',
    (p) => `Nothing was found at ${p.path}.`,
    () => 'Check the path; it is read on the machine that computes.',
  ),
  SCENE_WITHOUT_FRAMES: row(
    'No frames',
    (p) => `${p.path} holds no JPEG or PNG frames${p.found ? ` (found ${p.found})` : ''}.`,
    () => 'Choose the folder that holds the pictures themselves, a scene with outputs/color or color in it, or a video file.',
  ),
  FRAME_UNREADABLE: row(
    'A frame cannot be read',
    (p) => `Frame ${p.frameIndex} (${p.file}) cannot be read: ${p.reason}.`,
    () => 'Replace or remove that file, or choose a frame slice without it.',
  ),
  FRAME_SIZE_DIFFERS: row(
    'Frames differ in size',
    (p) => `Frame ${p.frameIndex} (${p.file}) is ${p.width} x ${p.height}, the first is ${p.firstWidth} x ${p.firstHeight}.`,
    () => 'All frames of a scene must have one size. Move the odd ones away, or choose a slice without them.',
  ),
  FRAME_SLICE_EMPTY: row(
    'No frame is selected',
    (p) => `The slice ${p.slice} selects none of the ${p.frameCount} frames.`,
    () => 'Write start:end:step with start from 0, end not included (-1 = to the end), and step 1 or more.',
  ),
  FOLDER_NOT_WRITABLE: row(
    'The folder cannot be written',
    (p) => `${p.path} cannot be written: ${p.reason}.`,
    () => 'Choose another folder, or change its rights.',
  ),
  FOLDER_NOT_READABLE: row(
    'The folder cannot be read',
    (p) => `${p.path} cannot be read: ${p.reason}.`,
    () => 'Choose another folder, or change its rights.',
  ),
  DISK_NEARLY_FULL: row(
    'The disk is nearly full',
    (p) => `${p.path} has ${bytes(p.freeBytes)} free; this may need ${bytes(p.neededBytes)}.`,
    () => 'Free some space, or choose a folder on another disk.',
  ),
  DISK_FULL: row(
    'The disk is full',
    (p) => `Writing to ${p.path} stopped: no space is left.`,
    () => 'Free some space, then start again. What was finished before is kept.',
    true,
  ),
  CONFIG_INVALID: row(
    'A setting is not valid',
    (p) => `${p.where}: ${p.reason}.`,
    () => 'Correct that setting; `scenewright run --help` and the form list what is allowed.',
  ),
  USAGE: row(
    'Wrong usage',
    (p) => String(p.reason),
    () => 'See `scenewright --help`.',
  ),
  FFMPEG_MISSING: row(
    'ffmpeg is not on this machine',
    (p) => `${p.path} is a video, and reading it needs ffmpeg.`,
    () => 'Install ffmpeg (for example with your package manager), or extract the frames into a folder.',
  ),
  VIDEO_UNREADABLE: row(
    'The video cannot be read',
    (p) => `ffmpeg could not read ${p.path}: ${p.reason}.`,
    () => 'Check that the file plays elsewhere, or extract its frames into a folder.',
  ),
  RUN_NOT_FOUND: row(
    'No such run',
    (p) => `The run ${p.run} is not known here.`,
    () => 'It may have been moved or deleted. Open its folder again from the start page.',
  ),
  RUN_FOLDER_EXPECTED: row(
    'Not a run folder',
    (p) => `${p.path} is not the folder of a run: ${p.reason}.`,
    () => 'Choose the folder that holds run.json.',
  ),
  RUN_TOO_NEW: row(
    'The run is of a newer version',
    (p) => `${p.path} was written in version ${p.version} of the format; this program knows up to ${p.known}.`,
    () => 'Open it with a newer Scenewright.',
  ),
  RUN_IN_USE: row(
    'The run is in use',
    (p) => `The run ${p.run} is ${p.state}${p.owner ? ` in another program (process ${p.owner})` : ''}.`,
    () => 'Pause or cancel it there first.',
  ),
  RUN_OUT_OF_TIME: row(
    'The time limit was reached',
    (p) => `The run used its ${p.minutes} minutes of working time in stage ${p.stage}.`,
    () => 'Continue it: it goes on after the last committed frame, with the same limit again. Or raise limits.timeoutMinutes.',
    true,
  ),
  STAGE_UNKNOWN: row(
    'No such stage',
    (p) => `${p.stage} is no stage of this pipeline (${p.known}).`,
    () => 'Name one of its stages.',
  ),
  STAGE_OUT_OF_MEMORY: row(
    'A stage ran out of memory',
    (p) => `The system ended the worker of ${p.stage} for want of memory (${p.evidence}), twice, the second time alone.`,
    () => 'Choose fewer frames or candidates, or a machine with more memory; then continue: what was committed stays.',
    true,
  ),
  DEVICE_MISSING: row(
    'The device is not on this machine',
    (p) => `${p.device} was asked for by ${p.where}; this machine has ${p.known}.`,
    () => 'Choose another device.',
  ),
  DEVICE_TOO_SMALL: row(
    'The device has too little memory',
    (p) => `${p.stage} is expected to need ${bytes(p.neededBytes)}; ${p.device} has ${bytes(p.memoryBytes)} in all.`,
    () => 'Choose another device, fewer frames or fewer candidates.',
  ),
  MEMORY_UNWATCHED: row(
    'Memory cannot be watched',
    (p) => `${p.file} cannot be read (${p.reason}), and limits.memoryPolicy is "fail".`,
    (p) => `${p.remedy} Or set limits.memoryPolicy to auto or warn.`,
  ),
  RUN_NOT_RUNNING: row(
    'The run has ended',
    (p) => `The run ${p.run} is ${p.state}; there is nothing to cancel.`,
    () => 'Start it again if you need it.',
  ),
  ARCHIVE_TRUNCATED: row(
    'The archive ends early',
    (p) => `${p.path} ends early; ${p.readable} of ${p.expected} artifacts can be read.`,
    () => 'Browse what is there, or run again.',
  ),
  ARCHIVE_DAMAGED: row(
    'The archive is damaged',
    (p) => `${p.path} is damaged at byte ${p.offset}: ${p.reason}.`,
    () => 'Run `scenewright inspect verify` on it: it names each broken part.',
  ),
  ARTIFACT_MISSING: row(
    'Not in this run',
    (p) => `The run has no ${p.artifact}.`,
    () => 'It may not be written yet, or its stage or level was not part of the run.',
  ),
  WORKER_LOST: row(
    'The worker stopped',
    (p) => `The worker for ${p.stage} stopped (${p.reason}).`,
    () => 'Start the run again. After three losses the device rests until you say so.',
    true,
  ),
  DEVICE_RESTS: row(
    'The device rests',
    (p) => `Workers on ${p.device} were lost ${p.losses} times in a row; nothing more is started there.`,
    () => 'Find out why (see the log), then restart Scenewright.',
  ),
  STAGE_FAILED: row(
    'A stage failed',
    (p) => `Stage ${p.stage} failed: ${p.reason}`,
    () => 'See the log of the run for the details.',
  ),
  TOOL_MISSING: row(
    'A program is not on this machine',
    (p) => `${p.stage} needs ${p.tool}, which was not found (looked in ${p.places}).`,
    () => 'Install it, or give its absolute path in the declaration of the stage.',
  ),
  TOOL_TOO_OLD: row(
    'A program is too old',
    (p) => `${p.stage} needs ${p.tool} ${p.minVersion} or newer; ${p.path} is ${p.version}.`,
    () => 'Install a newer one, or give its absolute path in the declaration of the stage.',
  ),
  TOOL_FAILED: row(
    'A program failed',
    (p) => `${p.tool} failed in ${p.stage}${Number(p.attempts) > 1 ? ` (attempt ${p.attempts})` : ''}: ${p.reason}.`,
    (p) => `Read what it said${p.log ? ` in ${p.log} of the run folder` : ''}, correct its settings or inputs, then run the stage again.`,
  ),
  TOOL_TIMEOUT: row(
    'A program took too long',
    (p) => `${p.tool} did not end within ${p.seconds} s in ${p.stage}${Number(p.attempts) > 1 ? ` (attempt ${p.attempts})` : ''}.`,
    () => 'Raise timeoutMs in the declaration of the stage, or give it less to do.',
    true,
  ),
  DEVICE_TOO_OLD: row(
    'The device is too old',
    (p) => `${p.stage} needs compute capability ${p.needed} or higher; ${p.device} has ${p.found}.`,
    () => 'Choose another device.',
  ),
  STAGE_OUTPUT_INVALID: row(
    'A stage wrote something unusable',
    (p) => `${p.output} of ${p.stage} does not pass the check "${p.check}": expected ${p.expected}, found ${p.found}.`,
    (p) =>
      `Read what the program said${p.log ? ` in ${p.log} of the run folder` : ''}. It is not tried again: the same input gives the same result.`,
  ),
  STAGE_INPUT_MISSING: row(
    'A stage lacks an input',
    (p) => `${p.stage} needs ${p.input} at ${p.path}, and nothing is there${p.from ? `; ${p.from} should have written it` : ''}.`,
    (p) => (p.from ? `Run ${p.from} again.` : 'Put it there, or correct the path in the declaration of the stage.'),
  ),
  OUTPUT_EXISTS: row(
    'The place of the result is taken',
    (p) => `${p.path} is there already, and was not written by ${p.stage}; it is left as it is.`,
    () => 'Move it away, or give the stage another id.',
  ),
  SCRATCH_FULL: row(
    'No space to work in',
    (p) => `${p.stage} ran out of space in ${p.path} (${bytes(p.freeBytes)} free): ${p.reason}.`,
    () => 'Free some space, then run the stage again.',
    true,
  ),
  MODEL_MISSING: row(
    'The model is not on this machine',
    (p) => `No model file was found at ${p.path}.`,
    () => 'Put the file there, choose another, or use the built-in backend.',
  ),
  MODEL_UNREADABLE: row(
    'The model cannot be read',
    (p) => `${p.path} cannot be opened as an ONNX network: ${p.reason}.`,
    ({ instead }) =>
      instead === 'rights'
        ? 'Change its rights, or those of the folders above it; or choose another model.'
        : 'Fetch the file again and compare its SHA-256, or choose another model.',
  ),
  MODEL_UNEXPECTED: row(
    'The model is of another kind',
    (p) => `${p.path} has ${p.found}; expected ${p.expected}.`,
    () => 'Choose a model made for this role.',
  ),
  TRUTH_MISMATCH: row(
    'Truth and answer do not fit',
    (p) => `${p.path}: ${p.reason}.`,
    () => 'The truth folder needs one PNG for each frame, named or ordered like the frames.',
  ),
  PROMPT_INVALID: row(
    'The prompt mask cannot be used',
    (p) => `${p.path}: ${p.reason}.`,
    () => 'Give a PNG of the size of the frames in which the object is not 0.',
  ),
  PATH_FORBIDDEN: row(
    'Outside of what may be read',
    (p) => `${p.path} lies outside the folders that this server may show.`,
    () => 'Start the server with `--root <folder>` to allow more.',
  ),
  BUILD_MISMATCH: row(
    'Page and engine are of different builds',
    (p) => `The page is build ${p.page}, the engine build ${p.engine}.`,
    () => 'Reload the page. If that does not help, restart Scenewright.',
    true,
  ),
  HOST_UNREACHABLE: row(
    'The connection to the engine is gone',
    () => 'The engine does not answer.',
    () => 'Runs go on there. We try again by ourselves.',
    true,
  ),
  ENGINE_LOST: row(
    'The engine stopped',
    (p) => `The engine process ended (${p.reason}).`,
    () => 'It is started again. Runs that were going are marked interrupted; what they wrote can be browsed.',
    true,
  ),
  PORT_TAKEN: row(
    'The port is taken',
    (p) => `Port ${p.port} on ${p.host} is in use by another program.`,
    () => 'Choose another with --port, or leave it out and a free one is taken.',
  ),
  CANCELLED: row(
    'Cancelled',
    () => 'This was cancelled.',
    () => 'Start it again if you need it.',
  ),
  UNEXPECTED: row(
    'Something unexpected happened',
    (p) => `This is a bug of ours: ${p.reason}`,
    () => 'The log of the engine holds the details; please report it with them.',
  ),
} as const satisfies Record<string, FaultRow>

export type FaultCode = keyof typeof faultTable
