// Every known model is recognised by what the list says of its files, and near misses are refused with what was expected.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { classNamesFrom } from './class-names.ts'
import { fetchability, knownByHash, knownModelsFrom } from './known-models.ts'
import { missingParts } from './model-entry.ts'
import type { OnnxPort } from './onnx-types.ts'
import { recogniseModel, requireModel } from './recognise.ts'

const text = readFileSync(new URL('../../../resources/models.json', import.meta.url), 'utf8')
const known = knownModelsFrom(text)
const port = (name: string, shape: readonly (number | string)[], type = 'float32'): OnnxPort => ({ name, type, shape })

describe('the list of known models', () => {
  it.each(known.flatMap((model) => model.files.map((file) => [`${model.id}: ${file.name}`, model, file] as const)))(
    '%s is recognised as what the list says',
    (_, model, file) => {
      const found = recogniseModel(file)
      // The encoder of EdgeSAM looks like that of SAM; its decoder tells them apart.
      const family = model.family === 'edgesam' && file.part === 'encoder' ? 'sam' : model.family
      expect(found).toEqual({ family, part: file.part, role: model.role })
    },
  )

  it('names each model once, completes each family, and has a hash only where a size is known too', () => {
    expect(new Set(known.map(({ id }) => id)).size).toBe(known.length)
    for (const model of known) {
      // No public export of SAM 2 for video has the constants of the checkpoint; docs/models.md tells how to write them.
      const lacking = model.family === 'sam2-video' ? ['constants'] : []
      expect(missingParts(model.family, model.files)).toEqual(lacking)
      for (const file of model.files) expect(file.sha256 === undefined).toBe(file.sizeBytes === undefined)
      // A model without a hash was never held here, and says so.
      if (model.files.some(({ sha256 }) => sha256 === undefined)) expect(model.unchecked.join()).toContain('SHA-256')
      else expect(model.checked.join()).toContain('SHA-256')
    }
    expect(known.filter((model) => fetchability(model) === 'checked').map(({ id }) => id)).toContain('yolox-nano-416')
    expect(known.find(({ id }) => id === 'edge-tam') && fetchability(known.find(({ id }) => id === 'edge-tam')!)).toBe('export')
    const [withHash] = known.flatMap(({ files }) => files.flatMap(({ sha256 }) => sha256 ?? []))
    expect(knownByHash(known, withHash!)?.file.sha256).toBe(withHash)
  })

  it('tells how to make what cannot be fetched, down to the command that takes these very files in', () => {
    for (const model of known) {
      // Nobody publishes an export of EdgeTAM; docs/models.md tells what one has to be.
      if (fetchability(model) === 'export' && model.id !== 'edge-tam') expect(model.export, model.id).toBeDefined()
      if (model.export === undefined) continue
      const add = model.export.commands.at(-1)!
      expect(add, model.id).toMatch(/^scenewright models add /)
      expect(add.endsWith(` --id ${model.id}`), model.id).toBe(true)
      for (const { name } of model.files) expect(add, model.id).toContain(name)
      expect(model.unchecked.join(), model.id).toContain('export commands')
    }
  })

  it.each([
    ['{', 'MODEL_ENTRY_INVALID'],
    [text.replace('"version": 1', '"version": 2'), 'MODEL_ENTRY_INVALID'],
    [text.replace(/"sha256": "./, '"sha256": "X'), 'MODEL_ENTRY_INVALID'],
    [text.replace('https://raw.', 'file:///raw.'), 'MODEL_ENTRY_INVALID'],
  ])('a list that is not one is refused', (broken, code) => {
    expect(() => knownModelsFrom(broken)).toThrow(expect.objectContaining({ code }))
  })
})

describe('recogniseModel', () => {
  const picture = [port('images', [1, 3, 640, 640])]
  it.each([
    ['yolov8', [port('output0', [1, 84, 8400])]],
    ['yolo-end-to-end', [port('output0', [1, 300, 6])]],
    ['yolox', [port('output', [1, 3549, 6])]],
    ['yolox', [port('output', [1, 'rows', 85])]],
    ['yolo-seg', [port('output1', [1, 32, 160, 160]), port('output0', [1, 37, 8400])]],
    [undefined, [port('probabilities', [1, 1000])]],
    [undefined, [port('output0', [1, 116, 8400]), port('output1', [1, 160, 160, 32])]],
  ])('%s', (family, outputs) => {
    expect(recogniseModel({ inputs: picture, outputs })?.family).toBe(family)
  })

  it('a picture of whole numbers is not fed to a network that wants fractions', () => {
    expect(
      recogniseModel({ inputs: [port('images', [1, 3, 640, 640], 'uint8')], outputs: [port('output0', [1, 84, 8400])] }),
    ).toBeUndefined()
  })

  it('refuses a decoder that lacks an input with what it has and what one needs', () => {
    const decoder = known.find(({ id }) => id === 'sam-vit-b')!.files[1]!
    const without = { ...decoder, inputs: decoder.inputs.filter(({ name }) => name !== 'mask_input') }
    expect(() => requireModel('d.onnx', without)).toThrow(/has 5 inputs \(image_embeddings float32 .* expected a SAM decoder: .*mask_input/)
  })

  it('refuses a good network in the wrong role and names its family', () => {
    expect(() => requireModel('d.onnx', { inputs: picture, outputs: [port('output0', [1, 84, 8400])] }, 'instanceSegmenter')).toThrow(
      /a network of the family yolov8; expected an instance segmenter/,
    )
  })
})

describe('classNamesFrom', () => {
  it('reads both quotes, escapes, and any order', () => {
    expect(classNamesFrom(`{1: "jack's", 0: 'person', 2: 'it\\'s'}`)).toEqual(['person', "jack's", "it's"])
  })
  it.each(['', '{}', '["person"]', "{0: 'a', 2: 'c'}", "{0: 'a' 1: 'b'}", "{0: open('x')}"])('gives nothing for %s', (bad) => {
    expect(classNamesFrom(bad)).toBeUndefined()
  })
})
