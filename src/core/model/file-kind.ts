// Tells by its first bytes and its name whether a file may be opened as a model at all; pickles never are.
import { Fault } from '../base/fault.ts'

/** So many bytes of the beginning are enough to tell. */
export const kindHeadBytes = 512

const pickleEndings = /\.(pt|pth|pkl|pickle|ckpt|joblib)$/i

/** Throws MODEL_PICKLE, MODEL_KIND_REFUSED or ONNX_NOT_A_MODEL. `head` are the first kindHeadBytes bytes, or the whole file. */
export function kindOfModelFile(path: string, head: Uint8Array): 'onnx' | 'safetensors' {
  if (head.length === 0) throw new Fault('ONNX_NOT_A_MODEL', { path, reason: 'the file is empty', instead: 'fetch' })
  // Each byte as one character, so that a text can be looked for.
  const text = String.fromCharCode(...head)
  const pickle = (kind: string) => new Fault('MODEL_PICKLE', { path, kind })
  const refused = (kind: string) => new Fault('MODEL_KIND_REFUSED', { path, kind })
  const standIn = (kind: string) => new Fault('MODEL_KIND_REFUSED', { path, kind, instead: 'fetch' })
  if (text.startsWith('PK\u0003\u0004')) {
    if (pickleEndings.test(path) || /\/data\.pkl|\/version/.test(text))
      throw pickle('a zip of PyTorch, whose tensors are described by a pickle')
    throw refused('a zip archive')
  }
  // PROTO and its version, from 2 up; older pickles have no mark and are known by their names.
  if (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 0) <= 5) throw pickle('a Python pickle')
  if (pickleEndings.test(path)) throw pickle('named as a Python pickle')
  if (text.startsWith('\u0089HDF')) throw refused('an HDF5 file')
  if (text.slice(4, 8) === 'TFL3') throw refused('a TensorFlow Lite network')
  if (text.startsWith('GGUF')) throw refused('a GGUF file')
  if (text.startsWith('ftrt') || /\.(engine|plan|trt)$/i.test(path)) throw refused('an engine of TensorRT, which fits one machine only')
  const start = text.trimStart().toLowerCase()
  if (start.startsWith('version https://git-lfs')) throw standIn('a pointer of Git LFS; the network itself was not fetched')
  if (start.startsWith('<!doctype') || start.startsWith('<html')) throw standIn('a web page, saved in place of the network')
  if (isSafetensors(head)) return 'safetensors'
  return 'onnx'
}

/** Eight bytes with the length of the header, little endian, and the header, which is JSON. */
function isSafetensors(head: Uint8Array): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false
  return head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0
}
