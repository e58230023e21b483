// The faults of model files and of the model store: what is wrong with a file, why it is refused, and what to do.
import { bytes, type FaultRow, row } from './fault-row.ts'

const again = () => 'Fetch or copy the file again from where it came from, and compare its size and SHA-256.'
const exported = 'Export the network to ONNX; docs/models.md says how for each family.'
const doubt = () => 'No exporter writes this. Do not open the file with other programs before you know where it comes from.'

export const modelFaultTable = {
  ONNX_CUT: row('The model file ends early', (p) => `${p.path} ends at byte ${p.size}, in the middle of ${p.what}.`, again),
  ONNX_DAMAGED: row('The model file is damaged', (p) => `${p.path} is no valid ONNX file at byte ${p.offset}: ${p.reason}.`, again),
  ONNX_NOT_A_MODEL: row(
    'Not a network',
    (p) => `${p.path} is not an ONNX network: ${p.reason}.`,
    ({ instead }) => (instead === 'fetch' ? again() : exported),
  ),
  ONNX_TENSOR_TOO_LARGE: row(
    'A tensor is declared too large',
    (p) => `${p.path} declares ${p.what} ${p.name} with ${bytes(p.declaredBytes)}; at most ${bytes(p.limitBytes)} are taken.`,
    doubt,
  ),
  ONNX_TOO_MANY: row('The model file has too many parts', (p) => `${p.path} has more than ${p.limit} ${p.what}.`, doubt),
  ONNX_WEIGHTS_OUTSIDE: row(
    'The model reads files elsewhere',
    (p) => `${p.path} wants its weights from ${p.name}, which is not beside it.`,
    () => 'Weights have to be named by a plain file name, and lie beside the model. Export it anew with the weights inside or beside.',
  ),
  SAFETENSORS_DAMAGED: row('The weights file is damaged', (p) => `${p.path} is no valid safetensors file: ${p.reason}.`, again),
  MODEL_PICKLE: row(
    'Pickles are never opened',
    (p) => `${p.path} is ${p.kind}: reading it could run a program that is hidden in it.`,
    () => 'Export the network to ONNX on a machine where you trust the file; docs/models.md says how for each family.',
  ),
  MODEL_KIND_REFUSED: row(
    'Not a kind of model that is opened',
    (p) => `${p.path} is ${p.kind}; only ONNX networks and safetensors weights are taken.`,
    ({ instead }) =>
      instead === 'fetch'
        ? 'Open the address in a browser, sign in where it asks for that, and take the link of the file itself; a checkout is completed by `git lfs pull`.'
        : exported,
  ),
  MODEL_WEIGHTS_MISSING: row(
    'Weights of the model are missing',
    (p) => `${p.path} keeps its weights in ${p.name}, ${p.reason}.`,
    () => 'Put that file beside the model; both have to come from the same export.',
  ),
  MODEL_NOT_IN_STORE: row(
    'No such model in the store',
    (p) => `${p.id} is no model of the store in ${p.folder} (${p.known}).`,
    () => '`scenewright models list` tells what is there and what can be fetched.',
  ),
  MODEL_NOT_KNOWN: row(
    'No such known model',
    (p) => `${p.what} is no known model and no http(s) address${p.near === '' ? '' : `; near to it: ${p.near}`}.`,
    () => '`scenewright models list --known` tells the known models and how to get each.',
  ),
  MODEL_ID_INVALID: row(
    'Not a name for a model',
    (p) => `"${p.id}" cannot be the name of a model.`,
    () => 'Use letters, digits, dot, dash and underscore, beginning with a letter or digit, at most 64 of them.',
  ),
  MODEL_EXISTS: row(
    'The model is in the store already',
    (p) => `The store has a model named ${p.id} already.`,
    () => 'Give another name with --id, or remove that one first.',
  ),
  MODEL_ENTRY_INVALID: row(
    'The record of a model cannot be read',
    (p) => `${p.path} is not the record of a model: ${p.reason}.`,
    () => 'Remove the model and add its files again.',
  ),
  MODEL_CHANGED: row(
    'A model file is not what it was',
    (p) => `${p.path} has SHA-256 ${p.found}; ${p.expected} is recorded for it.`,
    () => 'Fetch or add the file again. If you replaced it on purpose, remove the model and add it anew.',
  ),
  MODEL_PARTS_CLASH: row(
    'These files are not one model',
    (p) => `${p.reason}.`,
    () => 'Add files of one model together, each part once, and other models with calls of their own.',
  ),
  MODEL_WITHOUT_ADDRESS: row(
    'The model cannot be fetched',
    (p) => `No address is known for the files of ${p.id}.`,
    (p) =>
      `It has to be exported: ${p.commands === '' ? '' : 'the commands are on the Models page and in `models list --known --json`; '}` +
      `docs/models.md tells more under ${p.section}. Add the files with \`scenewright models add\`, or give --from, where they lie.`,
  ),
  MODEL_OFFLINE: row(
    'The network cannot be reached',
    (p) => `${p.host} could not be reached (${p.reason}); nothing that was there before was changed.`,
    () => 'Connect to the network and fetch again: it goes on where it stopped. Or bring the file by other means and use `models add`.',
    true,
  ),
  MODEL_FETCH_FAILED: row(
    'Fetching the model failed',
    (p) => `${p.url} could not be fetched: ${p.reason}.`,
    () => 'Check the address in a browser. What was fetched so far is kept, and the next attempt goes on from there.',
    true,
  ),
  MODEL_HASH_WRONG: row(
    'The fetched file is not the expected one',
    (p) => `${p.url} gave ${p.found}; expected ${p.expected}. It was not kept.`,
    () => 'The file at this address was replaced, or something on the way changed it. Do not use it before you know which.',
  ),
  MODEL_OUTPUT_NOT_FINITE: row(
    'The network computes nonsense',
    (p) => `${p.path} gave ${p.count} values in ${p.output} that are no finite numbers.`,
    () => 'Try another provider or the float32 export. If it stays so, the weights are broken: fetch or export them again.',
  ),
  MODEL_OUTPUT_SHAPE: row(
    'The network breaks its own promise',
    (p) => `${p.path} gave ${p.output} as ${p.found}; it declares ${p.expected}.`,
    () => 'Export the network again; one whose outputs are not as declared cannot be read safely.',
  ),
  MODEL_RUN_FAILED: row(
    'The network could not be run',
    (p) => `${p.path} failed while it ran: ${p.reason}.`,
    () =>
      'Try another provider. If the CPU fails too, the file does not fit its family, or is broken: `scenewright models test` says more.',
  ),
  MODEL_MEMORY: row(
    'The network takes too much memory',
    (p) => `The process that runs ${p.path} came to ${bytes(p.usedBytes)}; its limit is ${bytes(p.limitBytes)}. It was ended.`,
    () => 'Choose a smaller model. Where there is more memory, SCENEWRIGHT_MODEL_MEMORY_GIB sets another limit.',
  ),
  MODEL_RESTS: row(
    'The model rests',
    (p) => `${p.name} took its process on ${p.device} along ${p.losses} times in a row; it is not started there again.`,
    () => 'Choose another model or the built-in backend, or another device. After a restart of Scenewright it is tried again.',
  ),
  MODEL_LOST: row(
    'The thread of a network ended',
    (p) => `What ran ${p.path} ended by itself (${p.reason}).`,
    () => 'Start again from the last committed frame. If it happens again, try another provider.',
    true,
  ),
  MODEL_TRIAL_LOST: row(
    'The trial of the model ended early',
    (p) => `The process that tried ${p.path} ended without an answer (${p.reason}).`,
    () => 'Try another provider. If the CPU loses it too, it needs more memory than there is, or the file is broken.',
    true,
  ),
} as const satisfies Record<string, FaultRow>
